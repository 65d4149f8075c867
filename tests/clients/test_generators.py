"""Clients that generators make from the OpenAPI document: they compile, and work against the stack."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.packaging.toolchains import uv
from tests.clients.conftest import Program, output


@pytest.fixture(scope="module")
def compiled(installed: Path, openapi_file: Path, run_node: Program) -> Path:
    """The generated TypeScript with our programs, compiled strictly."""
    (installed / "generated").mkdir()
    run_node("openapi-typescript", openapi_file.name, "-o", "generated/openapi-typescript.d.ts")
    run_node("openapi-ts", "-i", openapi_file.name, "-o", "generated/hey-api")
    run_node("orval", "--config", "orval.config.mjs")
    run_node("tsc", "-p", ".")
    return installed / "built"


@pytest.mark.parametrize("program", ["openapi_fetch", "hey_api", "orval_client"])
def test_generated_typescript_client_works(compiled: Path, run_node: Program, program: str) -> None:
    printed = json.loads(run_node(f"{compiled.name}/{program}.js"))

    assert printed == {"cash": 0, "refused": 409, "job": True}


def test_generated_python_client_works(
    openapi_file: Path, python: Program, settings: dict[str, str], tmp_path: Path
) -> None:
    command = [uv(), "tool", "run", "--quiet", "--exclude-newer", "2026-11-28", "openapi-python-client@0.29.1"]
    output(
        [
            *command,
            "generate",
            "--path",
            str(openapi_file),
            "--meta",
            "none",
            "--output-path",
            str(tmp_path / "alex_client"),
        ],
        settings,
    )

    assert python("generated_client.py", str(tmp_path)) == {
        "cash": 0,
        "refused": 409,
        "job": True,
        "unauthorized": "Unauthorized",
        "previewed": 1,
    }


@pytest.mark.parametrize(
    "command",
    ["redocly lint openapi.json --config redocly.yaml", "spectral lint openapi.json -r spectral.yaml -F warn"],
    ids=lambda command: command.split()[0],
)
def test_document_passes_linter_without_warnings(openapi_file: Path, run_node: Program, command: str) -> None:
    assert "warning" not in run_node(*command.split()).lower()
