"""While the database is away, responses arrive within 10 s and state when to retry, and nothing runs twice."""

import os
from collections.abc import Callable
from functools import partial
from itertools import count

import pytest

from functions.api.database_timeouts import READ_TIMEOUT_S, RETRY_BUDGET_S
from functions.api.handler import Application
from functions.api.http.problems import problem_of
from functions.api.repositories.health import ping
from functions.shared.database import Database, DatabaseResuming, DatabaseUnavailable
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import NoAnswer, NotSent, Response
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api
from tests.functions.api.job_states import Sql
from tests.functions.clock import FakeClock

PROMISED_S = 10


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("kind", "retry_after"), [("resuming", "10"), ("throttling", "5")])
def test_response_states_when_to_retry(
    api: Api, faults: FaultControl, fail_fast: Application, method: str, kind: str, retry_after: str
) -> None:
    faults.inject(kind, times=1000)

    response = api.using(fail_fast)(method, "/api/accounts", {"account_name": "IRA"} if method == "POST" else None)

    assert (response.status, response.headers["Retry-After"]) == (503, retry_after)
    faults.clear()
    assert api.get("/api/accounts").json() == []


def test_short_outage_is_waited_out(api: Api, faults: FaultControl) -> None:
    faults.inject("resuming", times=2)

    assert api.get("/api/accounts").status == 200


def test_lost_response_of_unrepeatable_write_is_reported(api: Api, faults: FaultControl, sql: Sql) -> None:
    faults.inject("answer_lost", match="INSERT INTO accounts")

    response = api.post("/api/accounts", {"account_name": "IRA"})

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert len(sql("SELECT id FROM accounts WHERE user_id = %s", api.user)) == 1, "the write ran exactly once"


RESUMING = Response(400, "DatabaseResumingException", b'{"message": "resuming"}')


def resumes(clock: FakeClock, *_: object) -> Response:
    clock.sleep(0.05)
    return RESUMING


def is_silent(clock: FakeClock, _path: str, _body: bytes, read_timeout_s: float) -> Response:
    clock.sleep(read_timeout_s)
    raise NoAnswer


def refuses(clock: FakeClock, *_: object) -> Response:
    clock.sleep(0.01)
    raise NotSent


def resumes_then_is_silent(
    calls: "count[int]", clock: FakeClock, path: str, body: bytes, read_timeout_s: float
) -> Response:
    return resumes(clock) if next(calls) < 5 else is_silent(clock, path, body, read_timeout_s)


@pytest.mark.parametrize(
    "behavior", [resumes, is_silent, refuses, partial(resumes_then_is_silent, count())], ids=["resumes", "is silent",
    "refuses", "resumes, then is silent"],
)  # fmt: skip
def test_response_arrives_within_10_s_of_any_fault(behavior: Callable[..., Response]) -> None:
    clock = FakeClock()
    database = Database(
        DatabaseSettings.of(os.environ),
        retry_budget_s=RETRY_BUDGET_S,
        read_timeout_s=READ_TIMEOUT_S,
        transport=partial(behavior, clock),
        clock=clock,
        sleep=clock.sleep,
    )

    with pytest.raises(DatabaseUnavailable) as away:
        ping(database)

    assert 0 < clock.now < PROMISED_S
    assert problem_of(away.value).status == 503
    assert ("10" if isinstance(away.value, DatabaseResuming) else "5") == problem_of(away.value).headers["Retry-After"]
