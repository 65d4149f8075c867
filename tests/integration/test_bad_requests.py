"""Invalid ids, methods, headers and queries, through the gateway: each is refused, and changes nothing."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest

from scripts.local.gateway import MAX_HEADER_BYTES
from scripts.local.stack import LocalStack
from tests.integration.conftest import ORIGIN, Ids
from tests.integration.http_client import CSV, JSON, Headers, HttpClient, HttpResponse

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW")

pytestmark = pytest.mark.usefixtures("nothing_is_written")


@pytest.fixture(scope="module")
def operations(ask: HttpClient) -> dict[str, set[str]]:
    """The methods of each path of the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = ask("GET", "/openapi.json").json()["paths"]
    methods = {path: {method.upper() for method in item if method != "parameters"} for path, item in paths.items()}
    return {path: with_head(listed) for path, listed in methods.items()}


def with_head(methods: set[str]) -> set[str]:
    return methods | {"HEAD"} if "GET" in methods else methods


#: As written in a path, percent-encoded by the client.
NO_IDS = {
    "no UUID": "no-id",
    "of nothing": str(uuid4()),
    "a space": "a%20b",
    "a NUL": "%00",
    "no UTF-8": "%ff%fe",
    "a lone percent sign": "%",
    "up the tree": "..%2f..%2f..%2fetc%2fpasswd",
    "up the tree, encoded twice": "%252e%252e%252fuser",
    "SQL": "'%20OR%20true%20--",
    "a template": "%7B%7Bconfig%7D%7D",
    "very long": "f" * 6_000,
    "in braces": f"%7B{uuid4()}%7D",
    "a URN": f"urn:uuid:{uuid4()}",
}


@pytest.mark.parametrize("wrong", [*NO_IDS, "another user's", "another user's in capitals"])
def test_unknown_and_foreign_ids_get_same_404_on_every_route(
    ask: HttpClient, operations: dict[str, set[str]], foreign: Ids, wrong: str
) -> None:
    ids = foreign._asdict() if wrong.startswith("another") else dict.fromkeys(Ids._fields, NO_IDS.get(wrong, ""))
    if wrong.endswith("capitals"):
        ids = {name: found.upper() for name, found in ids.items()}
    operations_by_id = [
        (method, path) for path, methods in operations.items() if "{" in path for method in sorted(methods)
    ]

    responses = {(method, path): ask(method, path.format(**ids), *a_body(method)) for method, path in operations_by_id}

    assert len(operations_by_id) >= 12
    assert all(response.refuses(404, has_body=method != "HEAD") for (method, _), response in responses.items())
    assert len({response.body for (method, _), response in responses.items() if method != "HEAD"}) == 1


def a_body(method: str) -> tuple[bytes, Headers]:
    bodies = {"PUT": b"{}", "PATCH": b'{"name": null}'}
    return (bodies[method], JSON) if method in bodies else (b"", ())


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a\tb", "\u00e9", "\U0001f511"])
def test_invalid_idempotency_key_is_refused(ask: HttpClient, key: str) -> None:
    assert ask("POST", "/api/analyze", b"{}", [*JSON, ("Idempotency-Key", key)]).refuses(422)


def test_headers_over_gateway_limit_get_its_own_431(stack: LocalStack, ask: HttpClient) -> None:
    large = [("X-Large", "x" * (MAX_HEADER_BYTES // 2))] * 2

    assert ask("GET", "/api/user", headers=large).is_gateways_own(431)
    with closing(HttpClient(stack.info.api_url, None)) as anonymous:
        assert anonymous("GET", "/health", headers=[("X-Large", "x" * 70_000)]).is_gateways_own(431)


@pytest.mark.parametrize("status_line", [b"GET /health HTTP/3.0", b"nonsense", b"GET /" + b"x" * 70_000])
def test_invalid_http_is_refused_in_json(stack: LocalStack, status_line: bytes) -> None:
    port = int(stack.info.api_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(status_line + b"\r\n\r\n")
        head, _, body = connection.recv(65_536).partition(b"\r\n\r\n")

    assert b"<html" not in head + body
    assert json.loads(body or head).keys() == {"message"}


ODD = [
    *("", "-1", "1e3", "0x10", "9" * 400, "NaN", "'; DROP TABLE jobs --", "\u0661", "id: 5"),
    *("+5", "5.0", "1_0", "1, 2", '"1"', "9" * 18),
]


@pytest.mark.parametrize("last", ODD)
def test_invalid_last_event_id_is_ignored(owner: HttpClient, foreign: Ids, last: str) -> None:
    path = f"/api/jobs/{foreign.job_id}/stream"

    response = owner("GET", path, headers=[("Last-Event-ID", last)])

    assert (response.status, numbers(response)) == (200, numbers(owner("GET", path)))


def numbers(stream: HttpResponse) -> list[bytes]:
    return [line for line in stream.body.splitlines() if line.startswith(b"id:")]


@pytest.mark.parametrize("tag", ["", "*", "W/", '"', ",," * 2_000, '"0-0-0"', "'; --", "\u00e9"])
def test_unknown_etag_does_not_match(owner: HttpClient, foreign: Ids, tag: str) -> None:
    assert owner("GET", f"/api/jobs/{foreign.job_id}", headers=[("If-None-Match", tag)]).status == 200


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=NaN", "limit=1&limit=2", "status=%00", "status=running%27", "cursor=../..",
     "cursor=1_x", "limit=%ff", "cursor=%F0%9F", "limit=1e1", "limit=1e1000000", "limit=1.0", "limit=%2B1",
     "limit=%201", "limit=1_0", "limit=%D9%A1", f"limit={'0' * 3000}1", f"limit={'9' * 3000}",
     "limit=-0", "limit=Infinity", "status=RUNNING", "status=running,failed", "limit=%00",
     f"cursor={'9' * 3000}", "cursor=NaN", "cursor=1e1000000_1"],
)  # fmt: skip
def test_invalid_query_is_refused(ask: HttpClient, query: str) -> None:
    assert ask("GET", f"/api/jobs?{query}").refuses(422)


@pytest.mark.parametrize("query", ["after=-1", "after=1e1000000", "after=NaN", "after=0x10", "after=1.0", "limit=0"])
def test_invalid_query_of_events_is_refused(owner: HttpClient, foreign: Ids, query: str) -> None:
    assert owner("GET", f"/api/jobs/{foreign.job_id}/events?{query}").refuses(422)


@pytest.mark.parametrize("query", ["dry_run=2", "dry_run=%00", "existing=drop", "existing=replace&existing=keep"])
def test_invalid_option_of_import_is_refused(ask: HttpClient, query: str) -> None:
    assert ask("POST", f"/api/portfolio/import?{query}", b"account,symbol,quantity\nIRA,VTI,1\n", CSV).refuses(422)


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_on_every_route_are_refused_with_allowed_ones(
    ask: HttpClient, operations: dict[str, set[str]], method: str
) -> None:
    others = {path: methods for path, methods in operations.items() if method not in methods}

    assert others
    for path, methods in others.items():
        response = ask(method, path.format(**dict.fromkeys(Ids._fields, str(uuid4()))))
        assert response.refuses(405, has_body=method != "HEAD")
        assert set(response.headers["Allow"].split(", ")) == methods


@pytest.mark.parametrize("origin", [ORIGIN, "https://evil.example", "null", f"{ORIGIN}.evil.example", "*", ""])
def test_browsers_let_only_own_pages_read_responses(
    ask: HttpClient, operations: dict[str, set[str]], origin: str
) -> None:
    allowed = origin if origin == ORIGIN else None
    wanted = [("Origin", origin), ("Access-Control-Request-Method", "DELETE")]

    for path in operations:
        response = ask("OPTIONS", path.format(**dict.fromkeys(Ids._fields, str(uuid4()))), headers=wanted)
        assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (204, allowed)
        assert "Access-Control-Allow-Credentials" not in response.headers
    assert ask("GET", "/api/accounts", headers=[("Origin", origin)]).headers["Access-Control-Allow-Origin"] == allowed
