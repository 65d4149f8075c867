"""The page's files over HTTP: caching, encodings, and content security policy."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from functions.api.handler import Application
from functions.api.routes import page as routes
from functions.shared.plans import AGENTS
from tests.functions.api.calling import Api, ApiResponse
from tests.functions.api.conftest import MakeApplication

INDEX = "<!doctype html><title>Alex</title>"
SCRIPT = "console.log(1);" * 50


@pytest.fixture
def application(make_application: MakeApplication, tmp_path: Path) -> Application:
    return make_application(folder=tmp_path)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A page of two files with their compressed forms, and an icon without any."""
    folder = tmp_path / "web" / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "index.html.gz").write_bytes(gzip.compress(INDEX.encode()))
    (folder / "assets" / "index-1a2b.js").write_text(SCRIPT)
    (folder / "assets" / "index-1a2b.js.br").write_bytes(b"brotli")
    (folder / "assets" / "index-1a2b.js.gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (folder / "assets" / "icon-3c4d.svg").write_text("<svg/>")
    return folder


@pytest.fixture
def signing_in(anonymous: Api, make_application: MakeApplication, tmp_path: Path) -> Callable[..., Api]:
    """`signing_in(issuer=..., url=...)` returns the function with these variables."""

    def with_variables(**given: str) -> Api:
        variables = {f"SIGN_IN_{name.upper()}": value for name, value in given.items()}
        return anonymous.using(make_application(variables, folder=tmp_path))

    return with_variables


def content(response: ApiResponse) -> bytes:
    return base64.b64decode(response.text)


def test_index_is_revalidated_each_time(anonymous: Api, built: Path) -> None:
    first = anonymous.get("/")
    again = anonymous.get("/", headers={"if-none-match": first.headers["ETag"]})
    assert (first.status, content(first).decode()) == (200, INDEX)
    assert first.headers["Content-Type"] == "text/html; charset=utf-8"
    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status, again.text) == (304, "")


def test_assets_are_cached_forever(anonymous: Api, built: Path) -> None:
    asset = anonymous.get("/assets/index-1a2b.js")
    assert asset.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert asset.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert content(asset).decode() == SCRIPT


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("identity", None),
        ("", None),
    ],
)
def test_file_is_sent_in_smallest_accepted_encoding(
    anonymous: Api, built: Path, accepted: str, encoding: str | None
) -> None:
    asset = anonymous.get("/assets/index-1a2b.js", headers={"accept-encoding": accepted})
    assert asset.headers.get("Content-Encoding") == encoding
    assert content(asset) == {"br": b"brotli", "gzip": gzip.compress(SCRIPT.encode()), None: SCRIPT.encode()}[encoding]
    assert "Accept-Encoding" in asset.headers["Vary"]


def test_encodings_of_a_file_have_own_tags(anonymous: Api, built: Path) -> None:
    tags = {anonymous.get("/", headers={"accept-encoding": form}).headers["ETag"] for form in ("gzip", "identity")}
    assert len(tags) == 2


@pytest.mark.parametrize(
    "path", ["/assets/other.js", "/assets/index-1a2b.js.br", "/assets/..", "/assets/..%2Findex.html", "/index.html"]
)
def test_only_built_files_are_served(anonymous: Api, built: Path, path: str) -> None:
    response = anonymous.get(path)
    assert (response.status, response.headers["Content-Type"]) == (404, "application/problem+json")


def test_missing_build_is_reported_with_command(anonymous: Api) -> None:
    response = anonymous.get("/")
    assert response.status == 404
    assert response.json()["detail"] == routes.NOT_BUILT


def test_policy_allows_only_own_scripts_and_issuer(built: Path, signing_in: Callable[..., Api]) -> None:
    anonymous = signing_in(issuer="https://login.example.com/pool", url="https://alex.auth.example.com")
    policy = dict(rule.split(" ", 1) for rule in anonymous.get("/").headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self' https://alex.auth.example.com https://login.example.com",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def test_configuration_describes_sign_in(signing_in: Callable[..., Api]) -> None:
    anonymous = signing_in(
        issuer="https://login.example.com/pool", client_id="page", url="https://alex.auth.example.com"
    )
    config = anonymous.get("/config.json").json()
    assert {key: config[key] for key in config if key not in {"sections", "steps"}} == {
        "issuer": "https://login.example.com/pool",
        "client_id": "page",
        "scope": "openid email profile",
        "endpoints": {
            "authorization": "https://alex.auth.example.com/oauth2/authorize",
            "token": "https://alex.auth.example.com/oauth2/token",
            "end_session": "https://alex.auth.example.com/logout",
            "revocation": "https://alex.auth.example.com/oauth2/revoke",
        },
    }


def test_configuration_names_every_section_and_step(anonymous: Api) -> None:
    config = anonymous.get("/config.json").json()

    assert config["sections"] == {agent.section: agent.title for agent in AGENTS}
    assert list(config["steps"]) == ["setup", *(agent.name for agent in AGENTS), "finalizing"]
    assert config["steps"]["reporter"] == {"task": "Write the report", "doing": "Writing the report"}


def test_endpoints_of_external_issuer_are_left_to_discovery(signing_in: Callable[..., Api]) -> None:
    anonymous = signing_in(issuer="https://login.example.com/", client_id="page")
    assert anonymous.get("/config.json").json()["endpoints"] is None


def test_request_for_an_icon_gets_empty_response(anonymous: Api) -> None:
    response = anonymous.get("/favicon.ico")

    assert (response.status, response.text, response.headers["Cache-Control"]) == (204, "", "public, max-age=86400")
