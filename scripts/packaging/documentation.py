"""Builds the OpenAPI document and its page, Swagger UI, into functions/api/docs, if their sources have changed.

Swagger UI comes from Powertools. It is stored only compressed: every browser accepts gzip, and a request for it must
not cost more than any other.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from aws_lambda_powertools.event_handler.openapi import swagger_ui

from scripts.manifest import ROOT
from scripts.packaging.built_folder import hash_of, rebuild
from scripts.packaging.contents import own_files

FOLDER: Final = ROOT / "functions" / "api" / "docs"
_START: Final = """
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  filter: true,
  docExpansion: "list",
  presets: [SwaggerUIBundle.presets.apis],
});
"""
_INDEX: Final = """\
<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Alex API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/{style}">
    <script src="/docs/{script}" defer></script>
  </head>
  <body>
    <div id="swagger-ui"></div>
    <noscript>This page needs JavaScript. The same document is at <a href="/openapi.json">openapi.json</a>.</noscript>
  </body>
</html>
"""


def build_documentation(folder: Path = FOLDER) -> str:
    """Build the documentation and return a one-sentence summary. Concurrent builds wait for each other."""
    is_new = rebuild(folder, _hash_of_sources(), _write)
    return "Built the API's documentation." if is_new else "The API's documentation is up to date."


def _write(folder: Path) -> None:
    # Imported here, because they load the models of the whole API, which the rest of packaging does not need.
    from functions.api.handler import application  # noqa: PLC0415
    from scripts.packaging.openapi import document  # noqa: PLC0415

    (folder / "assets").mkdir()
    swagger = files(swagger_ui)
    style = _asset(folder, "swagger-ui", ".css", (swagger / "swagger-ui.min.css").read_bytes())
    script = (swagger / "swagger-ui-bundle.min.js").read_bytes() + _START.encode()
    index = _INDEX.format(style=style, script=_asset(folder, "swagger-ui", ".js", script))
    for name, content in {"index.html": index, "openapi.json": json.dumps(document(application.resolver()))}.items():
        (folder / name).write_text(content, encoding="utf-8")
        (folder / f"{name}.gz").write_bytes(_compressed(content.encode()))


def _asset(folder: Path, stem: str, suffix: str, content: bytes) -> str:
    """Write the compressed file and return its name, which changes with its content."""
    name = f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
    (folder / "assets" / f"{name}.gz").write_bytes(_compressed(content))
    return name


def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


@cache
def _hash_of_sources() -> str:
    return hash_of(_sources(), ("aws-lambda-powertools", "pydantic"))


def _sources() -> Iterator[Path]:
    yield Path(__file__)
    yield Path(__file__).with_name("openapi.py")
    yield from (file for path, file in own_files("api").items() if path.endswith(".py"))
