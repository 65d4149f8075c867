"""Nobody sees, or learns of, what is another user's. The routes are those of the OpenAPI document."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.functions.api.calling import Answer, Api, Queue, openapi
from tests.functions.api.job_states import JobThatIs

METHODS = {"get", "put", "post", "delete", "patch"}
#: What a client has to send for a request that would succeed if the object were his.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/api/positions"): {"symbol": "VTI", "quantity": 1},
    ("PUT", "/api/positions/{position_id}"): {"quantity": 1},
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
ROUTES_WITH_ID_IN_BODY = {
    (method, path): found for method, path, operation in operations() if (found := ids_in_body(operation))
}


def test_the_routes_and_their_kinds_of_id_are_found() -> None:
    """Another kind of object needs one in `ids` below, another id in a body a test of its own."""
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
    """An object of each kind, all of one user."""
    import_id = api.post("/api/populate-test-data").json()["import_id"]
    account_id = api.get("/api/accounts").json()[0]["id"]
    (position_id, *_) = (p["id"] for p in api.get(f"/api/accounts/{account_id}/positions").json()["positions"])
    job_id = job_that_is(api, "failed")
    return {"account_id": account_id, "position_id": position_id, "job_id": job_id, "import_id": import_id}


def ask(api: Api, method: str, path: str, ids: dict[str, str]) -> Answer:
    return api(method, path.format(**ids), BODIES.get((method, path)))


def everything(api: Api) -> str:
    accounts = api.get("/api/accounts")
    positions = [api.get(f"/api/accounts/{account['id']}/positions").text for account in accounts.json()]
    jobs = [api.get(f"/api/jobs/{job['id']}").text for job in api.get("/api/jobs").json()["jobs"]]
    return json.dumps([accounts.text, positions, jobs])


@pytest.mark.parametrize(("method", "path"), ROUTES_WITH_ID)
def test_what_is_another_users_answers_exactly_as_what_is_missing_or_no_id(
    api: Api, stranger: Api, ids: dict[str, str], sqs: Queue, method: str, path: str
) -> None:
    before = everything(api)
    sqs.sent.clear()

    foreign = ask(stranger, method, path, ids)
    missing = ask(stranger, method, path, dict.fromkeys(ids, str(uuid4())))
    others = [
        ask(stranger, method, path, dict.fromkeys(ids, text))
        for text in ("no-id", "1", "%27", "' OR true --", "0" * 500, "null", str(uuid4()) + "\n", '"', "ä", "\\")
    ]

    assert foreign.status == 404
    assert all(answer == foreign for answer in [missing, *others])
    assert everything(api) == before
    assert sqs.sent == []


@pytest.mark.parametrize(("method", "path"), ROUTES_WITH_ID_IN_BODY)
def test_another_users_account_in_a_body_answers_exactly_as_one_that_is_missing(
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
def test_the_same_request_of_the_owner_succeeds(api: Api, ids: dict[str, str], method: str, path: str) -> None:
    wanted = 409 if path.endswith("/cancel") else 200  # the job has failed: not to be cancelled, but seen

    assert ask(api, method, path, ids).status in {wanted, 202, 204}


@pytest.mark.parametrize(
    "path", sorted(path for method, path, operation in operations() if method == "GET" and not ids_in_path(operation))
)
def test_what_is_read_without_an_id_holds_nothing_of_others(
    api: Api, stranger: Api, ids: dict[str, str], path: str
) -> None:
    api.put("/api/user", {"display_name": "Somebody else", "current_age": 77})
    marks = {*ids.values(), str(api.user), "Somebody else", api.get("/api/accounts").json()[0]["account_name"]}
    nobody = Api(f"nobody-{uuid4()}")

    answer = stranger.get(path)

    assert answer.status == 200
    assert {mark for mark in marks if mark in answer.text} == set()
    assert without_times(answer) == without_times(nobody.get(path))


def without_times(answer: Answer) -> Any:
    return json.loads(answer.text, object_hook=lambda fields: {k: v for k, v in fields.items() if k != "created_at"})


def test_another_users_cursor_leads_to_nothing_of_his(api: Api, stranger: Api, ids: dict[str, str]) -> None:
    for _ in range(2):
        api.post("/api/analyze")
    cursor = api.get("/api/jobs", query={"limit": "1"}).json()["next_cursor"]

    assert cursor
    assert stranger.get("/api/jobs", query={"cursor": cursor}).json() == {"jobs": [], "next_cursor": None}


def test_a_known_etag_of_another_users_job_tells_nothing(api: Api, stranger: Api, ids: dict[str, str]) -> None:
    path = f"/api/jobs/{ids['job_id']}"

    assert stranger.get(path, headers={"if-none-match": api.get(path).headers["ETag"]}).status == 404
