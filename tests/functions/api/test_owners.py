"""Users cannot see or detect another user's data. The routes come from the OpenAPI document."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.functions.api.calling import Api, ApiResponse, Queue, openapi
from tests.functions.api.job_states import JobThatIs

METHODS = {"get", "put", "post", "delete", "patch"}
#: The body of a request that would succeed if the object were the user's own.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/api/positions"): {"symbol": "VTI", "quantity": 1},
    ("PUT", "/api/positions/{position_id}"): {"quantity": 1},
    ("PATCH", "/api/jobs/{job_id}"): {"name": "Mine"},
    ("PUT", "/api/accounts/{account_id}"): {},
}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in openapi()["paths"].items():
        for method in METHODS & item.keys():
            yield method.upper(), path, item[method]


def ids_in_path(operation: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"}


def ids_in_body(operation: dict[str, Any]) -> set[str]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    fields = openapi()["components"]["schemas"].get(name, {}).get("properties", {})
    return {field for field, schema in fields.items() if schema.get("format") == "uuid"}


ROUTES_WITH_ID = sorted((method, path) for method, path, operation in operations() if ids_in_path(operation))
#: /api/sample needs no sign-in; test_sample.py reads it from a function without a database.
ROUTES_WITHOUT_ID = sorted(
    path
    for method, path, operation in operations()
    if method == "GET" and path != "/api/sample" and not ids_in_path(operation)
)
ROUTES_WITH_ID_IN_BODY = {
    (method, path): found for method, path, operation in operations() if (found := ids_in_body(operation))
}


def test_routes_and_their_kinds_of_ids_are_complete() -> None:
    """A new kind of object needs an id in `ids` below; a new id in a body needs its own test."""
    assert {name for _, _, operation in operations() for name in ids_in_path(operation)} == {
        "account_id",
        "import_id",
        "job_id",
        "position_id",
    }
    assert len(ROUTES_WITH_ID) >= 12
    assert {
        ("POST", "/api/positions"): {"account_id"},
        ("PUT", "/api/positions/{position_id}"): {"account_id"},
    } == ROUTES_WITH_ID_IN_BODY


@pytest.fixture
def ids(api: Api, job_that_is: JobThatIs) -> dict[str, str]:
    """An object of each kind, all owned by one user."""
    import_id = api.post("/api/populate-test-data").json()["import_id"]
    account_id = api.get("/api/accounts").json()[0]["id"]
    (position_id, *_) = (p["id"] for p in api.get(f"/api/accounts/{account_id}/positions").json()["positions"])
    job_id = job_that_is(api, "failed")
    return {"account_id": account_id, "position_id": position_id, "job_id": job_id, "import_id": import_id}


def send(api: Api, method: str, path: str, ids: dict[str, str]) -> ApiResponse:
    return api(method, path.format(**ids), BODIES.get((method, path)))


def everything(api: Api) -> str:
    accounts = api.get("/api/accounts")
    positions = [api.get(f"/api/accounts/{account['id']}/positions").text for account in accounts.json()]
    jobs = [api.get(f"/api/jobs/{job['id']}").text for job in api.get("/api/jobs").json()["jobs"]]
    return json.dumps([accounts.text, positions, jobs])


@pytest.mark.parametrize(("method", "path"), ROUTES_WITH_ID)
def test_foreign_id_gets_same_response_as_missing_or_invalid_one(
    api: Api, stranger: Api, ids: dict[str, str], sqs: Queue, method: str, path: str
) -> None:
    before = everything(api)
    sqs.sent.clear()

    foreign = send(stranger, method, path, ids)
    missing = send(stranger, method, path, dict.fromkeys(ids, str(uuid4())))
    others = [
        send(stranger, method, path, dict.fromkeys(ids, text))
        for text in ("no-id", "1", "%27", "' OR true --", "0" * 500, "null", str(uuid4()) + "\n", '"', "ä", "\\")
    ]

    assert foreign.status == 404
    assert all(response == foreign for response in [missing, *others])
    assert everything(api) == before
    assert sqs.sent == []


@pytest.mark.parametrize(("method", "path"), ROUTES_WITH_ID_IN_BODY)
def test_foreign_account_in_body_gets_same_response_as_missing_one(
    api: Api, stranger: Api, ids: dict[str, str], method: str, path: str
) -> None:
    before = everything(api)
    own_account = stranger.post("/api/accounts", {"account_name": "Own"}).json()["id"]
    held = {"account_id": own_account, "symbol": "BND", "quantity": 1}
    own = {"position_id": stranger.post("/api/positions", held).json()["id"]}

    foreign, missing, found = (
        stranger(method, path.format(**own), {**BODIES[method, path], "account_id": account_id})
        for account_id in (ids["account_id"], str(uuid4()), own_account)
    )

    assert foreign.status == 404
    assert foreign == missing
    assert found.status in {200, 201}
    assert everything(api) == before


@pytest.mark.parametrize(("method", "path"), ROUTES_WITH_ID)
def test_same_request_succeeds_for_owner(api: Api, ids: dict[str, str], method: str, path: str) -> None:
    expected = 409 if path.endswith("/cancel") else 200  # the job has failed: it cannot be cancelled, but it is visible

    assert send(api, method, path, ids).status in {expected, 202, 204}


@pytest.mark.parametrize("path", ROUTES_WITHOUT_ID)
def test_routes_without_id_return_no_data_of_others(api: Api, stranger: Api, ids: dict[str, str], path: str) -> None:
    api.put("/api/user", {"display_name": "Somebody else", "current_age": 77})
    marks = {*ids.values(), str(api.user), "Somebody else", api.get("/api/accounts").json()[0]["account_name"]}
    new_user = replace(api, user=f"new_user-{uuid4()}")

    response = stranger.get(path)

    assert response.status == 200
    assert {mark for mark in marks if mark in response.text} == set()
    assert without_times(response) == without_times(new_user.get(path))


def without_times(response: ApiResponse) -> Any:
    return json.loads(response.text, object_hook=lambda fields: {k: v for k, v in fields.items() if k != "created_at"})


def test_cursor_of_another_user_returns_nothing_of_theirs(api: Api, stranger: Api, ids: dict[str, str]) -> None:
    for _ in range(2):
        api.post("/api/analyze")
    cursor = api.get("/api/jobs", query={"limit": "1"}).json()["next_cursor"]

    assert cursor
    assert stranger.get("/api/jobs", query={"cursor": cursor}).json() == {"jobs": [], "next_cursor": None}


def test_known_etag_of_another_users_job_is_not_found(api: Api, stranger: Api, ids: dict[str, str]) -> None:
    path = f"/api/jobs/{ids['job_id']}"

    assert stranger.get(path, headers={"if-none-match": api.get(path).headers["ETag"]}).status == 404
