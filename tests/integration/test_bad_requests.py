"""Malformed requests, through the gateway: each is refused with an explanation, and changes nothing."""

from __future__ import annotations

import gzip
import json
import socket
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest

from scripts.local.gateway import MAX_HEADER_BYTES
from scripts.local.stack import LocalStack
from tests.integration.conftest import ORIGIN, Ids
from tests.integration.http_client import Answer, Headers, HttpClient

JSON = [("Content-Type", "application/json")]
CSV = [("Content-Type", "text/csv")]
HEADER = b"account,symbol,quantity,price\n"
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
    asked = [(method, path) for path, methods in operations.items() if "{" in path for method in sorted(methods)]

    answers = {(method, path): ask(method, path.format(**ids), *a_body(method)) for method, path in asked}

    assert len(asked) >= 12
    assert all(answer.refuses(404, has_body=method != "HEAD") for (method, _), answer in answers.items())
    assert len({answer.body for (method, _), answer in answers.items() if method != "HEAD"}) == 1


def a_body(method: str) -> tuple[bytes, Headers]:
    bodies = {"PUT": b"{}", "PATCH": b'{"name": null}'}
    return (bodies[method], JSON) if method in bodies else (b"", ())


BODIES: dict[str, tuple[int, bytes]] = {
    "none": (422, b""),
    "no JSON": (400, b"account_name=IRA"),
    "cut off": (400, b'{"account_name": "I'),
    "more after it": (400, b'{"account_name": "IRA"} {}'),
    "a NUL behind it": (400, b'{"account_name": "IRA"}\0'),
    "a byte order mark": (400, b'\xef\xbb\xbf{"account_name": "IRA"}'),
    "no UTF-8": (400, b'{"account_name": "IRA \xff"}'),
    "compressed": (400, gzip.compress(b'{"account_name": "IRA"}', mtime=0)),
    "nested arrays": (400, b"[" * 100_000),
    "nested objects": (400, b'{"account_name":' * 50_000),
    "one name twice": (400, b'{"account_name": "IRA", "account_name": "401k"}'),
    "over 1 MB": (413, b'{"account_name": "%s"}' % (b"x" * 1_000_000)),
    "null": (422, b"null"),
    "an array": (422, b'[{"account_name": "IRA"}]'),
    "a number for a text": (422, b'{"account_name": 5}'),
    "an object for a text": (422, b'{"account_name": {"$ne": null}}'),
    "a text for an amount": (422, b'{"account_name": "IRA", "cash_balance": "5"}'),
    "NaN": (422, b'{"account_name": "IRA", "cash_balance": NaN}'),
    "infinity": (422, b'{"account_name": "IRA", "cash_balance": -Infinity}'),
    "beyond any number": (422, b'{"account_name": "IRA", "cash_balance": 1e999999999}'),
    "next to nothing": (422, b'{"account_name": "IRA", "cash_balance": 1e-999999999}'),
    "a negative exponent of zero": (422, b'{"account_name": "IRA", "cash_balance": 0e-999999}'),
    "a large exponent of zero": (422, b'{"account_name": "IRA", "cash_balance": 0e999999999999}'),
    "an exponent of 20 digits": (422, b'{"account_name": "IRA", "cash_balance": 1e-99999999999999999999}'),
    "an exponent in capitals": (422, b'{"account_name": "IRA", "cash_balance": 1E+1000000}'),
    "an exponent full of zeros": (422, b'{"account_name": "IRA", "cash_balance": 1e%s1}' % (b"0" * 100_000)),
    "a monstrous rate": (422, b'{"account_name": "IRA", "cash_interest": 1e1000000}'),
    "a hexadecimal number": (400, b'{"account_name": "IRA", "cash_balance": 0x10}'),
    "a number with a plus sign": (400, b'{"account_name": "IRA", "cash_balance": +5}'),
    "a number with leading zeros": (400, b'{"account_name": "IRA", "cash_balance": 007}'),
    "a number with separators": (400, b'{"account_name": "IRA", "cash_balance": 1_000}'),
    "a bare decimal point": (400, b'{"account_name": "IRA", "cash_balance": .5}'),
    "80,000 fields": (422, b"{%s}" % b",".join(b'"k%d":1' % number for number in range(80_000))),
    "300,000 empty arrays": (400, b'{"account_name": [%s[]]}' % (b"[]," * 300_000)),
    "300,000 empty objects": (422, b'{"account_name": [%s{}]}' % (b"{}," * 300_000)),
    "400,000 numbers": (422, b'{"account_name": [%s1]}' % (b"1," * 400_000)),
    "a name of 900,000 characters": (422, b'{"account_name": "%s"}' % (b"x" * 900_000)),
    "a field's name of 900,000 characters": (422, b'{"%s": 1}' % (b"x" * 900_000)),
    "a million digits": (422, b'{"account_name": "IRA", "cash_balance": %s}' % (b"9" * 900_000)),
    "a NUL in a text": (422, b'{"account_name": "IRA\\u0000"}'),
    "half a character": (422, b'{"account_name": "IRA \\ud800"}'),
    "text that runs backwards": (422, '{"account_name": "IRA \u202e"}'.encode()),
    "a zero-width space": (422, '{"account_name": "IRA\u200b"}'.encode()),
    "a zero-width joiner between letters": (422, '{"account_name": "I\u200dRA"}'.encode()),
    "a soft hyphen": (422, b'{"account_name": "I\\u00adRA"}'),
    "a byte order mark in a text": (422, b'{"account_name": "IRA\\ufeff"}'),
    "a private-use character": (422, b'{"account_name": "IRA \\ue000"}'),
    "a tag character": (422, b'{"account_name": "IRA\\udb40\\udc41"}'),
    "a blank letter": (422, b'{"account_name": "\\u3164"}'),
    "an isolate that turns text around": (422, b'{"account_name": "IRA \\u2067"}'),
    "a noncharacter": (422, b'{"account_name": "IRA \\uffff"}'),
    "an escape sequence of terminals": (422, b'{"account_name": "\\u001b[31mIRA"}'),
    "UTF-16": (400, '{"account_name": "IRA"}'.encode("utf-16")),
    "UTF-32": (400, '{"account_name": "IRA"}'.encode("utf-32")),
    "an overlong encoding": (400, b'{"account_name": "\xc0\xafIRA"}'),
    "half a character in UTF-8": (400, b'{"account_name": "IRA \xed\xa0\x80"}'),
    "one name twice, once escaped": (400, b'{"account_name": "IRA", "account\\u005fname": "401k"}'),
    "one nested name twice": (400, b'{"account_name": {"a": 1, "a": 2}}'),
    "a comment": (400, b'{"account_name": "IRA" /* mine */}'),
    "a trailing comma": (400, b'{"account_name": "IRA",}'),
    "single quotation marks": (400, b"{'account_name': 'IRA'}"),
    "a line break in a text": (400, b'{"account_name": "I\nRA"}'),
    "an unknown escape": (400, b'{"account_name": "I\\x52A"}'),
    "NaN in lower case": (400, b'{"account_name": "IRA", "cash_balance": nan}'),
    "an exponent without digits": (400, b'{"account_name": "IRA", "cash_balance": 1e}'),
    "a number that ends with its point": (400, b'{"account_name": "IRA", "cash_balance": 5.}'),
    "a sign on its own": (400, b'{"account_name": "IRA", "cash_balance": - 5}'),
    "full-width digits": (400, '{"account_name": "IRA", "cash_balance": \uff15}'.encode()),
    "Arabic digits": (400, '{"account_name": "IRA", "cash_balance": \u0665}'.encode()),
    "a negative amount": (422, b'{"account_name": "IRA", "cash_balance": -0.01}'),
    "a fraction of a cent": (422, b'{"account_name": "IRA", "cash_balance": 0.001}'),
    "101 digits": (422, b'{"account_name": "IRA", "cash_balance": 1%s}' % (b"0" * 100)),
    "101 decimals": (422, b'{"account_name": "IRA", "cash_balance": 0.%s1}' % (b"0" * 100)),
    "true for an amount": (422, b'{"account_name": "IRA", "cash_balance": true}'),
    "nothing for an amount": (422, b'{"account_name": "IRA", "cash_balance": null}'),
    "an array for an amount": (422, b'{"account_name": "IRA", "cash_balance": [5]}'),
    "a rate over 100": (422, b'{"account_name": "IRA", "cash_interest": 100.001}'),
    "a blank text": (422, '{"account_name": " \u3000\u00a0 "}'.encode()),
    "101 characters": (422, b'{"account_name": "%s"}' % (b"x" * 101)),
    "a line separator": (422, '{"account_name": "I\u2028RA"}'.encode()),
    "a lone joiner": (422, '{"account_name": "\u200d"}'.encode()),
    "a field that is none": (422, b'{"account_name": "IRA", "__proto__": {"is_admin": true}}'),
    "another's field": (422, b'{"account_name": "IRA", "user_id": "other-user"}'),
}


@pytest.mark.parametrize("wrong", BODIES)
def test_malformed_body_is_refused(ask: HttpClient, wrong: str) -> None:
    status, body = BODIES[wrong]

    assert ask("POST", "/api/accounts", body, JSON).refuses(status)


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "text/csv",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/json, text/csv",
        "application/vnd.api+json",
        "text/json",
        "application/json/../csv",
        "x" * 900,
    ],
)
def test_unsupported_media_type_is_refused(ask: HttpClient, media_type: str) -> None:
    assert ask("POST", "/api/accounts", b'{"account_name": "IRA"}', [("Content-Type", media_type)]).refuses(415)


@pytest.mark.parametrize("depth", [20, 260, 900])
def test_deeply_nested_options_are_refused(ask: HttpClient, depth: int) -> None:
    nested = b"[" * depth + b"]" * depth

    assert ask("POST", "/api/analyze", b'{"options": {"a": %s}}' % nested, JSON).refuses(422)


FILES = {
    "empty": b"",
    "only a header": HEADER,
    "binary": bytes(range(256)) * 100,
    "a spreadsheet": b"PK\x03\x04" + bytes(2_000),
    "no UTF-8": HEADER + b"Caf\xe9,VTI,1,1\n",
    "a NUL": HEADER + b"IRA,VTI,1,1\0\n",
    "empty lines alone": b"\n" * 100_000,
    "one huge line": b"x" * 900_000,
    "a huge field": HEADER + b'"' + b"x" * 300_000 + b'",VTI,1,1\n',
    "a huge number": HEADER + b"IRA,VTI," + b"9" * 200_000 + b",1\n",
    "no number": HEADER + b"IRA,VTI,NaN,1\n",
    "an infinite number": HEADER + b"IRA,VTI,inf,1\n",
    "a hexadecimal number": HEADER + b"IRA,VTI,0x10,1\n",
    "an exponent of 20 digits": HEADER + b"IRA,VTI,1e-99999999999999999999,1\n",
    "a monstrous price": HEADER + b"IRA,VTI,1,1e1000000\n",
    "two points": HEADER + b"IRA,VTI,1..5,1\n",
    "a quantity beyond any portfolio": HEADER + b"IRA,VTI,1000000001,1\n",
    "text that runs backwards": HEADER + "I\u202eRA,VTI,1,1\n".encode(),
    "a zero-width space": HEADER + "I\u200bRA,VTI,1,1\n".encode(),
    "a symbol of look-alike letters": HEADER + "IRA,\u0412\u0422\u0406,1,1\n".encode(),
    "beyond any number": HEADER + b"IRA,VTI,1e999999,1\n",
    "a formula for a quantity": HEADER + b"IRA,VTI,=1+1,1\n",
    "an open quotation": HEADER + b'"IRA,VTI,1,1\n',
    "more than 1,000 positions": HEADER + b"".join(b"IRA,S%d,1,1\n" % number for number in range(1_001)),
}


@pytest.mark.parametrize("path", ["/api/portfolio/import", "/api/analyze"])
@pytest.mark.parametrize("wrong", FILES)
def test_malformed_file_is_refused(ask: HttpClient, path: str, wrong: str) -> None:
    answer = ask("POST", path, FILES[wrong], CSV)

    assert answer.refuses(422)
    assert answer.json()["errors"]


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

    answer = owner("GET", path, headers=[("Last-Event-ID", last)])

    assert (answer.status, numbers(answer)) == (200, numbers(owner("GET", path)))


def numbers(stream: Answer) -> list[bytes]:
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
    assert ask("POST", f"/api/portfolio/import?{query}", HEADER + b"IRA,VTI,1,1\n", CSV).refuses(422)


PROFILES = [
    *('"current_age": 1e1000000', '"current_age": 1e2147483648', '"current_age": 40.5', '"current_age": "40"'),
    *('"current_age": true', '"current_age": 0e-999999', '"years_until_retirement": 81', '"current_age": -1'),
    *('"target_retirement_income": 1e400', '"annual_contribution": 1e-400', '"annual_contribution": -1'),
    *('"asset_class_targets": {"equity": 1e400}', '"asset_class_targets": {"equity": NaN}'),
    *('"asset_class_targets": {"equity": "100"}', '"asset_class_targets": {"equity": 101}'),
    *('"region_targets": {"north_america": -1}', '"region_targets": {"the moon": 100}', '"region_targets": []'),
]


@pytest.mark.parametrize("fields", PROFILES)
def test_invalid_number_in_profile_is_refused(ask: HttpClient, fields: str) -> None:
    assert ask("PUT", "/api/user", f"{{{fields}}}".encode(), JSON).refuses(422)


HIDDEN = ["\u202e", "\u2066", "\u200b", "\u00ad", "\ufeff", "\ue000", "\U000e0041", "\u2062", "\u3164", "\x07"]


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_hidden_character_is_refused_in_every_text(ask: HttpClient, hidden: str) -> None:
    own = ask("GET", "/api/accounts").json()[0]["id"]
    text = f"A{hidden}nn"

    for method, path, document in [
        ("PUT", "/api/user", {"display_name": text}),
        ("POST", "/api/accounts", {"account_name": "IRA", "account_purpose": text}),
        ("PUT", f"/api/accounts/{own}", {"account_name": text}),
        ("PUT", f"/api/accounts/{own}", {"account_purpose": text}),
        ("POST", "/api/positions", {"account_id": own, "symbol": text, "quantity": 1}),
        ("POST", "/api/analyze", {"options": {"note": text}}),
        ("POST", "/api/analyze", {"options": {text: "note"}}),
    ]:
        assert ask(method, path, json.dumps(document).encode(), JSON).refuses(422)


def test_repeated_content_type_is_refused(ask: HttpClient) -> None:
    assert ask("POST", "/api/accounts", b"{}", [*JSON, *CSV]).refuses(415)


@pytest.mark.parametrize("method", METHODS)
def test_other_methods_on_every_route_are_refused_with_allowed_ones(
    ask: HttpClient, operations: dict[str, set[str]], method: str
) -> None:
    others = {path: methods for path, methods in operations.items() if method not in methods}

    assert others
    for path, methods in others.items():
        answer = ask(method, path.format(**dict.fromkeys(Ids._fields, str(uuid4()))))
        assert answer.refuses(405, has_body=method != "HEAD")
        assert set(answer.headers["Allow"].split(", ")) == methods


@pytest.mark.parametrize("origin", [ORIGIN, "https://evil.example", "null", f"{ORIGIN}.evil.example", "*", ""])
def test_only_own_pages_may_read_from_a_browser(ask: HttpClient, operations: dict[str, set[str]], origin: str) -> None:
    allowed = origin if origin == ORIGIN else None
    wanted = [("Origin", origin), ("Access-Control-Request-Method", "DELETE")]

    for path in operations:
        answer = ask("OPTIONS", path.format(**dict.fromkeys(Ids._fields, str(uuid4()))), headers=wanted)
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, allowed)
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert ask("GET", "/api/accounts", headers=[("Origin", origin)]).headers["Access-Control-Allow-Origin"] == allowed
