"""An issuer whose tokens API Gateway could not verify is detected before anything is deployed."""

from __future__ import annotations

import json
from typing import Any

import pytest
import urllib3

from scripts.deploying.issuer import IssuerUnusable, check_issuer

ISSUER = "https://login.example.com/"
DOCUMENT = {"issuer": ISSUER, "jwks_uri": "https://login.example.com/keys"}


@pytest.fixture
def requested(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The requested URLs."""
    return []


def responding(monkeypatch: pytest.MonkeyPatch, requested: list[str], status: int, body: Any) -> None:
    def request(method: str, url: str, **_: object) -> urllib3.HTTPResponse:
        requested.append(url)
        return urllib3.HTTPResponse(json.dumps(body).encode(), status=status)

    monkeypatch.setattr(urllib3, "request", request)


def test_discovery_document_is_read(monkeypatch: pytest.MonkeyPatch, requested: list[str]) -> None:
    responding(monkeypatch, requested, 200, DOCUMENT)

    check_issuer(ISSUER)

    assert requested == ["https://login.example.com/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    ("status", "body", "complaint"),
    [
        (404, {}, "has no discovery document: .* returned 404"),
        (200, [], "did not return a discovery document"),
        (200, {"issuer": ISSUER}, "did not return a discovery document"),
        (
            200,
            {**DOCUMENT, "issuer": "https://login.example.com"},
            "identifies itself as https://login.example.com:",
        ),
        (200, {**DOCUMENT, "jwks_uri": "http://login.example.com/keys"}, "API Gateway requires https"),
    ],
)
def test_unusable_issuer_is_refused(
    monkeypatch: pytest.MonkeyPatch, requested: list[str], status: int, body: Any, complaint: str
) -> None:
    responding(monkeypatch, requested, status, body)

    with pytest.raises(IssuerUnusable, match=complaint):
        check_issuer(ISSUER)


def test_unreachable_issuer_is_named() -> None:
    with pytest.raises(IssuerUnusable, match=r"The issuer https://127\.0\.0\.1:9 can't be reached"):
        check_issuer("https://127.0.0.1:9")
