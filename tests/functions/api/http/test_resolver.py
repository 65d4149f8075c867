"""Behavior common to all routes: sign-in, bodies, methods, headers and the log."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from functions.api.limits import MAX_BODY_BYTES
from tests.functions.api.calling import CONTEXT, Api, event


def signed_in(method: str, path: str) -> Any:
    return pytest.param(method, path, id=f"{method} {path}")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        signed_in("GET", "/api/user"),
        signed_in("POST", "/api/analyze"),
        signed_in("DELETE", "/api/accounts/no-id"),
        signed_in("PATCH", "/api/user"),
        signed_in("GET", "/api/nothing"),
    ],
)
def test_routes_below_api_require_sign_in(anonymous: Api, method: str, path: str) -> None:
    response = anonymous(method, path)

    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["title"] == "Unauthorized"


VALID_CLAIMS = {"sub": "somebody", "exp": "4102444800"}


@pytest.mark.parametrize(
    "claims",
    [
        *({"sub": "somebody", "exp": end} for end in ("", "1", "0", "-1", "NaN", "1e99", "4102444800.5", "9" * 400)),
        *(
            {"sub": "somebody", "exp": end}
            for end in ("soon", "true", "Infinity", "[4102444800]", "map[at:4102444800]")
        ),
        *({"sub": "somebody", "exp": end} for end in (" 4102444800", "+4102444800", "4_102_444_800", "0xF4865700")),
        {"sub": "somebody", "exp": "\u0664\u0661\u0660\u0662\u0664\u0664\u0664\u0668\u0660\u0660"},
        {"sub": "somebody"},
        {"exp": "4102444800"},
        VALID_CLAIMS | {"sub": ""},
        *(VALID_CLAIMS | {"token_use": use} for use in ("id", "refresh", "", "ACCESS")),
    ],
    ids=str,
)
def test_token_without_subject_validity_or_access_use_is_refused(anonymous: Api, claims: dict[str, str]) -> None:
    assert anonymous.get("/api/user", claims=claims).status == 401


@pytest.mark.parametrize("claims", [VALID_CLAIMS, VALID_CLAIMS | {"token_use": "access"}], ids=str)
def test_access_token_is_accepted(anonymous: Api, claims: dict[str, str]) -> None:
    assert anonymous.get("/api/user", claims=claims).status == 200


def test_expired_token_is_refused(anonymous: Api) -> None:
    second_ago, minute_ahead = (str(int(time.time()) + seconds) for seconds in (-1, 60))

    assert anonymous.get("/api/user", claims={"sub": "somebody", "exp": second_ago}).status == 401
    assert anonymous.get("/api/user", claims={"sub": "somebody", "exp": minute_ahead}).status == 200


def test_impossible_subject_is_refused(anonymous: Api) -> None:
    assert anonymous.get("/api/user", claims={"sub": "x" * 256, "exp": "4102444800"}).status == 401


def test_unknown_path_is_not_found(api: Api, anonymous: Api) -> None:
    outside, inside = anonymous.get("/nothing"), api.get("/api/nothing")

    assert outside.status == inside.status == 404
    assert outside.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not found.",
    }
    assert inside.text == outside.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/health", "GET, HEAD"),
        ("GET", "/api/analyze", "POST"),
        ("PATCH", "/api/user", "DELETE, GET, HEAD, PUT"),
        ("POST", "/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d", "DELETE, GET, HEAD, PATCH"),
        ("GET", "/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d/cancel", "POST"),
    ],
)
def test_wrong_method_is_refused_with_allowed_ones(api: Api, method: str, path: str, allowed: str) -> None:
    response = api(method, path)

    assert (response.status, response.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"nonsense", b'{"a": 1,}', b"\xff\xfe{}", b"[" * 100_000],
    ids=["cut off", "empty", "not JSON", "a trailing comma", "not UTF-8", "nested too deeply"],
)
def test_malformed_json_is_a_bad_request(api: Api, body: bytes) -> None:
    response = api.post("/api/accounts", headers={"content-type": "application/json"}, body=body)

    assert response.status == (422 if body == b"" else 400)


def test_undecodable_body_is_a_bad_request(api: Api) -> None:
    broken = event("POST", "/api/accounts", b"{}", {}, {}, {"sub": "somebody", "exp": "4102444800"}) | {"body": "%%%"}

    assert api.application.respond(broken, CONTEXT)["statusCode"] == 400


@pytest.mark.parametrize("document", [[], [{"account_name": "IRA"}], "IRA", 5, None, True])
def test_json_that_is_not_an_object_is_refused(api: Api, document: Any) -> None:
    response = api.post("/api/accounts", json.dumps(document).encode())

    assert response.status == 422
    assert response.fields() == {"body"}


def test_all_invalid_fields_are_named_at_once(api: Api) -> None:
    response = api.post("/api/accounts", {"account_name": "", "cash_balance": -1, "color": "red"})

    assert response.status == 422
    assert response.fields() == {"account_name", "cash_balance", "color"}
    assert response.messages()["color"] == "Extra inputs are not permitted"


def test_at_most_100_invalid_fields_are_listed(api: Api) -> None:
    response = api.post("/api/accounts", {f"field_{number}": 1 for number in range(900)})

    assert len(response.json()["errors"]) == 100


def test_error_repeats_nothing_from_request(api: Api) -> None:
    response = api.post("/api/accounts", {"account_name": "x" * 101, "cash_balance": "a secret"})

    assert response.status == 422
    assert "xxx" not in response.text
    assert "secret" not in response.text


@pytest.mark.parametrize("path", ["/api/accounts", "/api/portfolio/import", "/api/analyze", "/api/populate-test-data"])
def test_body_over_1_mb_is_too_large(api: Api, path: str) -> None:
    response = api.post(path, headers={"content-type": "text/csv"}, body=b"x" * (MAX_BODY_BYTES + 1))

    assert response.status == 413


def test_body_of_1_mb_is_read(api: Api) -> None:
    response = api.post("/api/accounts", b'{"account_name": "IRA"}'.ljust(MAX_BODY_BYTES))

    assert response.status == 201


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/api/accounts", "text/csv"),
        ("/api/accounts", "text/plain"),
        ("/api/accounts", "application/x-www-form-urlencoded"),
        ("/api/accounts", "multipart/form-data; boundary=x"),
        ("/api/accounts", "application/jsonish"),
        ("/api/portfolio/import", "application/json"),
        ("/api/portfolio/import", "application/zip"),
        ("/api/analyze", "application/xml"),
    ],
)
def test_body_of_another_type_is_unsupported(api: Api, path: str, content_type: str) -> None:
    response = api.post(path, headers={"content-type": content_type}, body=b"account_name=IRA")

    assert response.status == 415


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", ""])
def test_json_content_type_and_charset_are_optional(api: Api, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}

    assert api.post("/api/accounts", headers=headers, body=b'{"account_name": "IRA"}').status == 201


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 5_000, "0." + "0" * 200 + "1"])
def test_error_names_field_of_absurd_number(api: Api, number: str) -> None:
    response = api.post("/api/accounts", f'{{"account_name": "IRA", "cash_balance": {number}}}'.encode())

    assert response.status == 422
    assert response.fields() == {"cash_balance"}


@pytest.mark.parametrize("value", ['"12.50"', "true", "null", "[1]"])
def test_amount_must_be_a_number(api: Api, value: str) -> None:
    response = api.post("/api/accounts", f'{{"account_name": "IRA", "cash_balance": {value}}}'.encode())

    assert response.fields() == {"cash_balance"}


@pytest.mark.parametrize("name", ["a\u0000b", "a\nb", "\ud800", "\u202egnirts", "   "])
def test_name_must_be_printable_text(api: Api, name: str) -> None:
    response = api.post("/api/accounts", {"account_name": name})

    assert response.status == 422
    assert response.fields() == {"account_name"}


def test_options_request_needs_no_token(anonymous: Api) -> None:
    response = anonymous("OPTIONS", "/api/accounts")

    assert (response.status, response.text, response.headers["Allow"]) == (204, "", "GET, HEAD, POST")
    assert anonymous("OPTIONS", "/api/nothing").status == 404


@pytest.mark.parametrize("path", ["/health", "/api/accounts", "/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d"])
def test_head_request_is_a_get_request_without_body(api: Api, path: str) -> None:
    head, get = api("HEAD", path), api.get(path)

    assert (head.status, head.headers) == (get.status, get.headers)
    assert (head.text, bool(get.text)) == ("", True)


@pytest.mark.parametrize("path", ["/health", "/api/accounts", "/api/jobs"])
def test_trailing_slash_makes_no_difference(api: Api, path: str) -> None:
    assert api.get(f"{path}/").json() == api.get(path).json()


def test_request_logs_one_line_without_ids_or_queries(api: Api, logged: Callable[[], list[str]]) -> None:
    api.get("/api/accounts/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d/positions", query={"secret": "in the query"})

    (line,) = logged()
    entry = json.loads(line)
    assert entry["message"] == "GET /api/accounts/{account_id}/positions 404"
    assert (entry["method"], entry["route"], entry["status"]) == ("GET", "/api/accounts/{account_id}/positions", 404)
    assert isinstance(entry["duration_ms"], int)
    assert "8f1c1f0e" not in line
    assert "in the query" not in line
    assert str(api.user) not in line


def test_only_failed_polls_are_logged(api: Api, logged: Callable[[], list[str]]) -> None:
    job_id = api.post("/api/analyze").json()["job_id"]
    before = len(logged())

    api.get(f"/api/jobs/{job_id}")
    assert len(logged()) == before
    api.get(f"/api/jobs/{uuid4()}")
    assert json.loads(logged()[-1])["message"] == "GET /api/jobs/{job_id} 404"


def test_unknown_path_is_not_logged(api: Api, logged: Callable[[], list[str]]) -> None:
    api.get("/api/whatever-somebody-typed")

    (line,) = logged()
    assert json.loads(line)["route"] == "no route"
    assert "whatever-somebody-typed" not in line


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=UTF-8", " application/json ;"])
def test_media_type_ignores_case_spaces_and_parameters(api: Api, media_type: str) -> None:
    response = api.post("/api/accounts", {"account_name": "IRA"}, headers={"content-type": media_type})

    assert response.status == 201
