"""Nobody sees, or learns of, what is another user's. A new route with an id has to be added here."""

import json
from uuid import uuid4

import pytest

from functions.api.handler import resolver
from tests.functions.api.calling import Answer, Api, Queues
from tests.functions.api.job_states import JobThatIs

#: What a client has to send for a request that would succeed if the object were his.
BODIES = {("PUT", "/api/accounts/{account_id}"): {}, ("PUT", "/api/positions/{position_id}"): {"quantity": 1}}
ROUTES_WITH_ID = [
    ("DELETE", "/api/accounts/{account_id}"),
    ("DELETE", "/api/jobs/{job_id}"),
    ("DELETE", "/api/positions/{position_id}"),
    ("GET", "/api/accounts/{account_id}/positions"),
    ("GET", "/api/jobs/{job_id}"),
    ("GET", "/api/jobs/{job_id}/events"),
    ("GET", "/api/jobs/{job_id}/report.html"),
    ("GET", "/api/jobs/{job_id}/stream"),
    ("POST", "/api/jobs/{job_id}/cancel"),
    ("POST", "/api/jobs/{job_id}/retry"),
    ("PUT", "/api/accounts/{account_id}"),
    ("PUT", "/api/positions/{position_id}"),
]


def test_every_route_with_an_id_is_looked_at_here() -> None:
    there = {(method, path) for path, methods in resolver().methods.items() for method in methods if "{" in path}

    assert there == set(ROUTES_WITH_ID)


@pytest.fixture
def ids(api: Api, job_that_is: JobThatIs) -> dict[str, str]:
    """An object of each kind, all of one user."""
    api.post("/api/populate-test-data")
    account_id = api.get("/api/accounts").json()[0]["id"]
    (position_id, *_) = (p["id"] for p in api.get(f"/api/accounts/{account_id}/positions").json()["positions"])
    return {"account_id": account_id, "position_id": position_id, "job_id": job_that_is(api, "failed")}


def ask(api: Api, method: str, path: str, ids: dict[str, str]) -> Answer:
    return api(method, path.format(**ids), BODIES.get((method, path)))


def everything(api: Api) -> str:
    accounts = api.get("/api/accounts")
    positions = [api.get(f"/api/accounts/{account['id']}/positions").text for account in accounts.json()]
    jobs = [api.get(f"/api/jobs/{job['id']}").text for job in api.get("/api/jobs").json()["jobs"]]
    return json.dumps([accounts.text, positions, jobs])


@pytest.mark.parametrize(("method", "path"), ROUTES_WITH_ID)
def test_what_is_another_users_answers_exactly_as_what_is_missing_or_no_id(
    api: Api, stranger: Api, ids: dict[str, str], sqs: Queues, method: str, path: str
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
    assert {(answer.status, answer.text) for answer in [missing, *others]} == {(404, foreign.text)}
    assert {str(answer.headers) for answer in [missing, *others]} == {str(foreign.headers)}
    assert everything(api) == before
    assert sqs.sent == []


@pytest.mark.parametrize(("method", "path"), ROUTES_WITH_ID)
def test_the_same_request_of_the_owner_succeeds(api: Api, ids: dict[str, str], method: str, path: str) -> None:
    wanted = 409 if path.endswith("/cancel") else 200  # the job has failed: not to be cancelled, but seen

    assert ask(api, method, path, ids).status in {wanted, 202, 204}


def test_lists_hold_nothing_of_others(api: Api, stranger: Api, ids: dict[str, str]) -> None:
    assert stranger.get("/api/accounts").json() == []
    assert stranger.get("/api/jobs").json()["jobs"] == []
    assert stranger.get("/api/user").json()["created"] is True


def test_a_known_etag_of_another_users_job_tells_nothing(api: Api, stranger: Api, ids: dict[str, str]) -> None:
    path = f"/api/jobs/{ids['job_id']}"

    assert stranger.get(path, headers={"if-none-match": api.get(path).headers["ETag"]}).status == 404
