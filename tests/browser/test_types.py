"""The page's types in `src/api/types.ts` match the OpenAPI document."""

from __future__ import annotations

import copy
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.packaging.page import WEB
from tests.functions.api.calling import openapi

RESPONSES = {
    "User": "User",
    "Account[]": "Accounts",
    "Position[]": "Positions.positions",
    "Imported": "Imported",
    "Started": "Started",
    "Job": "Job",
    "Jobs": "Jobs",
    "JobWithResults": "JobWithResults",
    "Events": "Events",
    "AgentStats[]": "Stats.agents",
    "FieldError": "FieldProblem",
}
"""The page's type of each response, and its schema in the document, which must provide everything the page reads."""
REQUESTS = {
    "UserChanges": "UserChanges",
    "PositionChanges": "PositionChanges",
    "JobType": "AnalysisRequest.analysis_type",
}
"""The page's type of each request, and its schema in the document, which must accept everything the page sends."""

TARGETS = {"ASSET_CLASSES": "asset_class_targets", "REGIONS": "region_targets"}
"""The page's lists of target fields, and the matching property in the document, which may also have "unclassified"."""


def fields(schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    written = [
        f"{json.dumps(name)}{'' if name in required else '?'}: {typescript(of)}"
        for name, of in schema["properties"].items()
    ]
    return f"{{{'; '.join(written)}}}"


PLAIN = {"string": "string", "boolean": "boolean", "null": "null", "integer": "number", "number": "number"}
WRITTEN: dict[str, Callable[[dict[str, Any]], str]] = {
    "$ref": lambda schema: f"Schemas[{json.dumps(schema['$ref'].rpartition('/')[2])}]",
    "const": lambda schema: json.dumps(schema["const"]),
    "enum": lambda schema: " | ".join(map(json.dumps, schema["enum"])),
    "anyOf": lambda schema: " | ".join(map(typescript, schema["anyOf"])),
    "prefixItems": lambda schema: f"[{', '.join(map(typescript, schema['prefixItems']))}]",
    "items": lambda schema: f"({typescript(schema['items'])})[]",
    "properties": fields,
    "propertyNames": lambda schema: (
        f"Partial<Record<{typescript(schema['propertyNames'])}, {typescript(schema['additionalProperties'])}>>"
    ),
    "additionalProperties": lambda schema: f"Record<string, {typescript(schema['additionalProperties'])}>",
    "type": lambda schema: PLAIN.get(schema["type"], "any"),
}
"""How to write a schema with this keyword as a type. The first match counts."""


def typescript(schema: Any) -> str:
    """A JSON Schema as a TypeScript type. Anything left open is `any`."""
    keywords = [keyword for keyword in WRITTEN if isinstance(schema, dict) and keyword in schema]
    return WRITTEN[keywords[0]](schema) if keywords else "any"


def comparison(schemas: dict[str, Any]) -> str:
    """A module that compiles only if the page's types match."""
    document = "; ".join(f"{name}: {typescript(schema)}" for name, schema in schemas.items())
    responses = [f"Fits<Page.{page}, {_place(theirs)}>" for page, theirs in RESPONSES.items()]
    requests = [f"Fits<NonNullable<{_place(theirs)}>, Page.{page}>" for page, theirs in REQUESTS.items()]
    targets = [
        f"Fits<true, Same<Target<{json.dumps(theirs)}>, Typed<{json.dumps(page)}>>>" for page, theirs in TARGETS.items()
    ]
    checks = ",\n".join([*responses, *requests, *targets])
    return f"""
import type * as Page from {json.dumps(str(WEB / "src" / "api" / "types"))};
import type * as Targets from {json.dumps(str(WEB / "src" / "start" / "targets"))};
interface Schemas {{ {document} }}
type Fits<Wanted, Given extends Wanted> = Given;
type Same<One, Other> = [One, Other] extends [Other, One] ? true : false;
type Target<Field extends keyof Schemas["UserChanges"]> =
  Exclude<keyof NonNullable<Schemas["UserChanges"][Field]>, "unclassified">;
type Typed<List extends "ASSET_CLASSES" | "REGIONS"> = (typeof Targets)[List][number];
export type Checks = [
{checks}
];
"""


def _place(name: str) -> str:
    return "Schemas" + "".join(f"[{json.dumps(part)}]" for part in name.split("."))


def compiled(folder: Path, schemas: dict[str, Any]) -> str:
    """The compiler's errors; empty if the types match."""
    (folder / "comparison.ts").write_text(comparison(schemas), encoding="utf-8")
    options = {"extends": str(WEB / "tsconfig.json"), "compilerOptions": {"types": []}, "include": ["comparison.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(options), encoding="utf-8")
    command = [str(WEB / "node_modules" / ".bin" / "tsc"), "--project", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _names(user: dict[str, Any], field: str) -> list[str]:
    names: list[str] = user["properties"][field]["anyOf"][0]["propertyNames"]["enum"]
    return names


@pytest.fixture
def schemas() -> dict[str, Any]:
    """A copy that a test may change."""
    return copy.deepcopy(openapi()["components"]["schemas"])


def test_page_types_match_openapi_document(schemas: dict[str, Any], tmp_path: Path) -> None:
    assert compiled(tmp_path, schemas) == ""


@pytest.mark.parametrize(
    ("schema", "change"),
    [
        ("Job", lambda job: job["properties"].pop("version")),
        ("Job", lambda job: job["properties"].update(attempt={"type": "string"})),
        ("JobStatus", lambda status: status["enum"].append("paused")),
        ("JobType", lambda kind: kind["enum"].remove("charts")),
        ("UserChanges", lambda user: _names(user, "asset_class_targets").append("art")),
        ("UserChanges", lambda user: _names(user, "region_targets").remove("asia")),
        ("FanYear", lambda year: year["required"].remove("p50")),
    ],
)
def test_changed_document_fails_comparison(schemas: dict[str, Any], tmp_path: Path, schema: str, change: Any) -> None:
    change(schemas[schema])
    assert "comparison.ts" in compiled(tmp_path, schemas)
