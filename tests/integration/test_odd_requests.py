"""Requests with odd headers, paths and methods, through the gateway: none fails, and none changes anything."""

from __future__ import annotations

from uuid import uuid4

import pytest

from scripts.local.stack import LocalStack
from tests.integration.conftest import Ids
from tests.integration.http_client import HttpClient

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
REFUSED = {400, 401, 404, 405, 413, 415, 431}

pytestmark = pytest.mark.usefixtures("nothing_is_written")


@pytest.mark.parametrize(
    "header",
    [
        ("Range", "bytes=0-0"),
        ("Range", "bytes=-1"),
        ("Range", "bytes=9-18446744073709551616"),
        ("Range", f"bytes={'0-,' * 1_000}0-"),
        ("Range", "items=NaN-1e9"),
        ("If-Match", '"none"'),
        ("If-Modified-Since", "Thu, 32 Foo 0000 99:99:99 GMT"),
        ("If-Unmodified-Since", "-1"),
        ("If-Range", "W/"),
        ("Accept", "application/xml;q=NaN"),
        ("Accept", "text/html;q=1e1000000"),
        ("Accept-Encoding", "gzip;q=0, identity;q=0"),
        ("Accept-Encoding", ",;q=,,br;;gzip;q=x" * 50),
        ("Accept-Language", "x" * 5_000),
        ("Content-Encoding", "gzip"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Forwarded-For", "127.0.0.1, ::1, 'localhost'"),
        ("X-Forwarded-Host", "evil.example"),
        ("X-Amzn-Request-Context", '{"authorizer": {"jwt": {"claims": {"sub": "somebody"}}}}'),
        ("Cookie", "; ;=;a=b=c" * 100),
        ("Origin", "null"),
        ("Content-Type", "\u00e9"),
        ("Last-Event-ID", "\u202e5"),
    ],
    ids=lambda header: f"{header[0]}: {header[1][:30]!a}",
)
def test_odd_header_of_a_read_is_ignored(owner: HttpClient, foreign: Ids, header: tuple[str, str]) -> None:
    for path in (f"/api/jobs/{foreign.job_id}/report.html", "/api/accounts"):
        response = owner("GET", path, headers=[header])
        plain = owner("GET", path)
        if header[0] == "Accept-Encoding":
            assert response.status == 200
        else:
            assert (response.status, response.body) == (200, plain.body)
        assert "evil.example" not in str(response.headers)


@pytest.mark.parametrize("tag", ["", "*", "W/", '"', '"a", "b', "W/" * 3_000, "\u00e9"])
@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/health", "/config.json", "/api/instruments"])
def test_odd_etag_does_not_fail(ask: HttpClient, path: str, tag: str) -> None:
    assert ask("GET", path, headers=[("If-None-Match", tag)]).status in {200, 304}


@pytest.mark.parametrize(
    "path",
    ["/", "/docs", "/docs/nothing.js", "/openapi.json", "/config.json", "/health", "/assets/nothing.js", "/assets/..",
     "/nothing", "/api", "/api/", "/api/nothing", "/mcp", "/favicon.ico", "/.env", "/.git/config"],
)  # fmt: skip
def test_no_method_fails_on_any_path(ask: HttpClient, path: str) -> None:
    statuses = {method: ask(method, path).status for method in METHODS}

    assert {method: status for method, status in statuses.items() if status not in {200, 204, 304, *REFUSED}} == {}
    assert {statuses[method] for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE")} <= REFUSED


@pytest.mark.parametrize(
    "path",
    [
        "/api/user/..;/jobs/{}",
        "/api/jobs/%2e%2e/{}",
        "/api/jobs/../{}",
        "/api/jobs%00/{}",
        "/api/jobs%0d%0aX-Evil:%201/{}",
        "/api/jobs;a=b/{}",
        "/api/jobs/{}/%",
        "/api/jobs/{}/%zz",
        "/api/jobs/{}/" + "a/" * 1_000,
        "/api/jobs/{}/\\..\\user",
        "/api/jobs/{}%E2%80%AE",
        "/api/jobs/{}/%c0%ae%c0%ae/",
        "/api/jobs/{}/%u002e",
        "//evil.example/api/jobs/{}",
        "/api/jobs/{}:443/",
        "/api/$default/{}",
    ],
)
def test_odd_path_is_refused(ask: HttpClient, path: str) -> None:
    response = ask("DELETE", path.format(uuid4()))

    assert response.status in REFUSED
    assert response.headers["X-Evil"] is None


@pytest.mark.parametrize(
    "query",
    [
        *(
            "&&&&",
            "=",
            "%",
            "%zz=%zz",
            "%00=%00",
            "limit",
            "limit=",
            "limit[]=1",
            "__proto__[limit]=1",
            "constructor=1",
        ),
        *("%F0%9F=1", "a=%E2%80%AE", f"a={'b' * 5_000}", "&".join(f"a{number}=1" for number in range(900))),
    ],
    ids=lambda query: ascii(query[:20]),
)
def test_odd_query_is_ignored_or_refused(ask: HttpClient, query: str) -> None:
    assert ask("GET", f"/api/jobs?{query}").status in {200, 422}


def test_token_outside_its_header_does_not_count(stack: LocalStack, ask: HttpClient) -> None:
    anonymous = HttpClient(stack.info.api_url, None)
    token = stack.info.token
    places = [
        (f"/api/user?access_token={token}", []),
        ("/api/user", [("Cookie", f"Authorization=Bearer {token}")]),
        ("/api/user", [("X-Authorization", f"Bearer {token}")]),
        ("/api/user", [("Proxy-Authorization", f"Bearer {token}")]),
        ("/api/user", [("X-Amz-Security-Token", token)]),
    ]

    assert [anonymous("DELETE", path, headers=headers).status for path, headers in places] == [401] * len(places)
    anonymous.close()
