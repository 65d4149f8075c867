"""The documentation over HTTP: built with the zip, cheap to serve, and restricted by its policy."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path

import pytest

from functions.api.handler import Application
from functions.api.routes import documents
from scripts.packaging.documentation import build_documentation
from tests.functions.api.calling import Api, ApiResponse
from tests.functions.api.conftest import MakeApplication

PATHS = ["/docs", "/openapi.json"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("api") / "docs"
    build_documentation(made)
    return made


@pytest.fixture(scope="module")
def application(make_application: MakeApplication, folder: Path) -> Application:
    return make_application(folder=folder.parent)


def content(response: ApiResponse) -> bytes:
    sent = base64.b64decode(response.text)
    return gzip.decompress(sent) if response.headers.get("Content-Encoding") == "gzip" else sent


def assets(anonymous: Api) -> list[str]:
    return re.findall(r'(?:src|href)="/(docs/[^"]+)"', content(anonymous.get("/docs")).decode())


@pytest.mark.parametrize("accepted", ["gzip, br", "identity", ""])
@pytest.mark.parametrize("path", PATHS)
def test_document_and_page_use_accepted_encoding(anonymous: Api, path: str, accepted: str) -> None:
    response = anonymous.get(path, headers={"accept-encoding": accepted})

    assert response.status == 200
    assert response.headers.get("Content-Encoding") == ("gzip" if "gzip" in accepted else None)
    assert response.headers["Vary"].startswith("Accept-Encoding")
    assert content(response)


def test_document_describes_every_route(anonymous: Api) -> None:
    assert "/api/jobs/{job_id}" in json.loads(content(anonymous.get("/openapi.json")))["paths"]


@pytest.mark.parametrize("path", PATHS)
def test_client_with_current_document_gets_no_body(anonymous: Api, path: str) -> None:
    first = anonymous.get(path)

    again = anonymous.get(path, headers={"if-none-match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "public, no-cache"
    assert (again.status, again.text) == (304, "")


def test_assets_are_compressed_and_cached_for_a_year(anonymous: Api) -> None:
    names = assets(anonymous)

    assert len(names) == 2
    for name in names:
        response = anonymous.get(f"/{name}", headers={"accept-encoding": "identity"})
        assert response.status == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["Content-Encoding"] == "gzip"
        assert len(response.text) < 700_000


def test_page_has_no_inline_script_and_cannot_be_framed(anonymous: Api) -> None:
    response = anonymous.get("/docs")
    policy = dict(rule.split(" ", 1) for rule in response.headers["Content-Security-Policy"].split("; "))

    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=", content(response).decode())


@pytest.mark.parametrize("path", [*PATHS, "/docs/swagger-ui.js"])
def test_disabled_documentation_is_not_found(
    anonymous: Api, make_application: MakeApplication, folder: Path, path: str
) -> None:
    disabled = make_application({"ENABLE_DOCUMENTATION": "false"}, folder=folder.parent)

    response = anonymous.using(disabled).get(path)

    assert (response.status, response.text) == (404, anonymous.get("/unknown").text)


@pytest.mark.parametrize("path", PATHS)
def test_missing_build_is_reported_with_command(
    anonymous: Api, tmp_path: Path, make_application: MakeApplication, path: str
) -> None:
    response = anonymous.using(make_application(folder=tmp_path)).get(path)

    assert (response.status, response.json()["detail"]) == (404, documents.NOT_BUILT)


@pytest.mark.parametrize("name", ["..%2Findex.html", ".built-from", "index.html", "swagger-ui.js.gz", "%00"])
def test_only_built_assets_are_served(anonymous: Api, name: str) -> None:
    assert anonymous.get(f"/docs/{name}").status == 404


def test_build_is_repeated_only_if_its_sources_change(tmp_path: Path) -> None:
    first, second = build_documentation(tmp_path / "docs"), build_documentation(tmp_path / "docs")

    assert first == "Built the API's documentation."
    assert second == "The API's documentation is up to date."


def test_two_builds_have_same_bytes(folder: Path, tmp_path: Path) -> None:
    build_documentation(tmp_path / "docs")

    assert contents(tmp_path / "docs") == contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
