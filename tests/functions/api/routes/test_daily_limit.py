"""The number of analyses that a user may start per day."""

import pytest

from functions.api.handler import Application
from tests.functions.api.calling import Api, ApiResponse, Queue
from tests.functions.api.conftest import MakeApplication
from tests.functions.api.job_states import Sql


@pytest.fixture(scope="module")
def application(make_application: MakeApplication) -> Application:
    """The function with a limit of two analyses a day."""
    return make_application({"MAX_JOBS_A_DAY": "2"})


def begin_and_cancel(api: Api) -> ApiResponse:
    response = api.post("/api/analyze")
    if response.status == 202:
        api.post(f"/api/jobs/{response.json()['job_id']}/cancel")
    return response


def test_cancelled_jobs_count_toward_limit(api: Api, sqs: Queue) -> None:
    assert [begin_and_cancel(api).status for _ in range(3)] == [202, 202, 429]
    assert len(sqs.sent) == 2


def test_refusal_states_limit_and_when_to_retry(api: Api) -> None:
    refused = [begin_and_cancel(api) for _ in range(3)][-1]

    assert refused.json()["detail"] == (
        "You have started 2 analyses today, which is the limit. Try again after midnight UTC."
    )
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400


def test_deleting_jobs_does_not_reset_count(api: Api) -> None:
    for _ in range(2):
        begin_and_cancel(api)
    for job in api.get("/api/jobs").json()["jobs"]:
        api.delete(f"/api/jobs/{job['id']}")

    assert api.post("/api/analyze").status == 429


def test_deleting_user_does_not_reset_count(api: Api, sql: Sql) -> None:
    for _ in range(2):
        begin_and_cancel(api)

    api.delete("/api/user")

    assert api.post("/api/analyze").status == 429
    assert sql("SELECT user_hash FROM daily_usage WHERE user_hash = %s", api.user) == []


def test_retries_count_toward_limit(api: Api) -> None:
    job_id = begin_and_cancel(api).json()["job_id"]

    assert api.post(f"/api/jobs/{job_id}/retry").status == 202
    api.post(f"/api/jobs/{job_id}/cancel")

    refused = api.post(f"/api/jobs/{job_id}/retry")
    assert (refused.status, "Retry-After" in refused.headers) == (429, True)


def test_repeated_request_does_not_count_toward_limit(api: Api) -> None:
    key = {"idempotency-key": "once"}
    first = [api.post("/api/analyze", headers=key).status for _ in range(3)]

    assert (first, api.post("/api/analyze").status) == ([202, 202, 202], 202)


def test_new_day_starts_at_zero(api: Api, sql: Sql) -> None:
    for _ in range(2):
        begin_and_cancel(api)
    sql("UPDATE daily_usage SET day = day - 1")

    assert api.post("/api/analyze").status == 202


def test_counts_of_past_days_are_deleted(api: Api, sql: Sql) -> None:
    sql("INSERT INTO daily_usage VALUES ('of another user', current_date - 2, 7)")

    api.post("/api/analyze")

    assert sql("SELECT rounds FROM daily_usage WHERE user_hash = 'of another user'") == []
