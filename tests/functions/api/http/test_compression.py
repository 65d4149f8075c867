"""Compressed responses: which bodies, for which clients, and with which cache headers."""

import base64
import gzip
import json

import pytest

from tests.functions.api.calling import CONTEXT, Api, event

LONG = {"account_purpose": "x" * 190}


@pytest.fixture
def holder(api: Api) -> Api:
    """A user whose list of accounts is over 1 KB."""
    for number in range(5):
        api.post("/api/accounts", {"account_name": f"Account {number}", **LONG})
    return api


def listed(user: Api, accepted: str | None) -> tuple[dict[str, str], bytes]:
    """The headers and the decoded body of a list of accounts."""
    headers = {} if accepted is None else {"accept-encoding": accepted}
    claims = {"sub": str(user.user), "exp": "4102444800"}
    result = user.application.respond(event("GET", "/api/accounts", None, headers, {}, claims), CONTEXT)
    body = base64.b64decode(result["body"]) if result["isBase64Encoded"] else result["body"].encode()
    return result["headers"], body


@pytest.mark.parametrize("accepted", ["gzip", "br, GZIP;q=0.5", "*", "deflate, gzip;q=1.0, *;q=0"])
def test_long_body_is_compressed_for_accepting_client(holder: Api, accepted: str) -> None:
    headers, body = listed(holder, accepted)

    assert headers["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(body))) == 5
    assert len(body) < 1_000


@pytest.mark.parametrize("accepted", [None, "", "identity", "br", "gzip;q=0", "*;q=0"])
def test_long_body_is_plain_for_any_other_client(holder: Api, accepted: str | None) -> None:
    headers, body = listed(holder, accepted)

    assert "Content-Encoding" not in headers
    assert len(json.loads(body)) == 5


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_caches_keep_encodings_apart(holder: Api, accepted: str) -> None:
    headers, _ = listed(holder, accepted)

    assert "Accept-Encoding" in headers["Vary"].split(", ")


def test_short_body_is_plain(api: Api) -> None:
    headers, body = listed(api, "gzip")

    assert "Content-Encoding" not in headers
    assert body == b"[]"


def test_problem_is_compressed_like_any_other_body(api: Api) -> None:
    sent = json.dumps({"account_name": "IRA"} | {f"field_{number}": 1 for number in range(90)}).encode()
    claims = {"sub": str(api.user), "exp": "4102444800"}
    headers = {"accept-encoding": "gzip", "content-type": "application/json"}

    result = api.application.respond(event("POST", "/api/accounts", sent, headers, {}, claims), CONTEXT)

    assert (result["statusCode"], result["headers"]["Content-Encoding"]) == (422, "gzip")
    assert len(json.loads(gzip.decompress(base64.b64decode(result["body"])))["errors"]) == 90
