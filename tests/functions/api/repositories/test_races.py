"""Concurrent requests. A Lambda process serves one at a time, so these tests run many processes' logic side by side."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from time import monotonic, sleep
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from functions.api.errors import FileOverLimit, JobNotCancellable, NameTaken, Refused, TooManyPositions
from functions.api.http.problems import problem_of
from functions.api.limits import MAX_POSITIONS
from functions.api.logic.analyses import Analyses
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.repositories.accounts import Accounts
from functions.api.repositories.jobs import Jobs
from functions.api.repositories.portfolio import Portfolio
from functions.api.repositories.positions import Positions
from functions.api.repositories.users import Users
from functions.api.schemas.request_models import AnalysisRequest
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from scripts.local.postgres import SUPERUSER, Postgres
from tests.functions.api.calling import Api
from tests.functions.api.conftest import MakeApplication
from tests.functions.api.job_states import COMMIT_EVERYTHING, JobThatIs, Sql

AtOnce = Callable[..., list[Any]]
HEADER = "account,symbol,quantity,price\n"


@pytest.fixture(scope="module")
def database() -> Database:
    return Database(DatabaseSettings.of(os.environ), retry_budget_s=30)


@pytest.fixture
def user(database: Database) -> str:
    """An existing user."""
    user_id = f"user-{uuid4()}"
    Users(database).see(user_id)
    return user_id


@pytest.fixture
def analyses(make_application: MakeApplication) -> Analyses:
    return make_application(retry_budget_s=30).dependencies.analyses


@pytest.fixture
def at_once(server: Postgres) -> Iterator[AtOnce]:
    """`at_once(50, call)` starts call(0) to call(49) at once and returns their results; an error becomes its status.

    `behind` locks a row that all calls need. When the first call proceeds, each one has begun its statement and reads
    the database as of then. Without the lock, most calls would run one after the other.
    """
    with psycopg.connect(server.dsn(user=SUPERUSER)) as holder:  # may see that other users' sessions wait

        def run(times: int, call: Callable[[int], Any], behind: str | None = None, value: Any = None) -> list[Any]:
            def one(number: int) -> Any:
                try:
                    return call(number)
                except Refused as error:
                    return problem_of(error).status.value

            with ThreadPoolExecutor(times) as pool:
                if behind:
                    holder.execute(behind.encode(), [value])
                responses = [pool.submit(one, number) for number in range(times)]
                if behind:
                    wait_for_all(times)
                    holder.rollback()
                return [response.result() for response in responses]

        def wait_for_all(times: int) -> None:
            give_up_at = monotonic() + 30
            while monotonic() < give_up_at:
                ((waiting,),) = holder.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                if waiting == times:
                    return
                holder.execute("SELECT pg_stat_clear_snapshot()")
                sleep(0.005)
            holder.rollback()
            pytest.fail(f"{waiting} of {times} wait behind the lock")

        yield run


THE_USER = "SELECT id FROM users WHERE id = %s FOR UPDATE"
THE_JOB = "SELECT id FROM jobs WHERE id = %s FOR UPDATE"


def test_50_concurrent_requests_with_one_key_create_one_job(
    analyses: Analyses, at_once: AtOnce, user: str, sql: Sql
) -> None:
    ids = at_once(50, lambda _: analyses.start(user, AnalysisRequest(), "the key"), THE_USER, user)

    assert len(set(ids)) == 1
    assert isinstance(ids[0], UUID)
    assert sql("SELECT id, version, event_seq FROM jobs WHERE user_id = %s", user) == [(ids[0], 1, 1)]
    assert sql("SELECT seq FROM job_events WHERE job_id = %s", ids[0]) == [(1,)]


def test_concurrent_different_requests_with_one_key_yield_one_job(
    analyses: Analyses, at_once: AtOnce, user: str, sql: Sql
) -> None:
    kinds = [JobType.PORTFOLIO, JobType.CHARTS]
    responses = at_once(
        20, lambda n: analyses.start(user, AnalysisRequest(analysis_type=kinds[n % 2]), "the key"), THE_USER, user
    )

    outcomes = Counter(response if isinstance(response, int) else "job" for response in responses)
    assert outcomes == {"job": 10, 422: 10}
    assert len(sql("SELECT id FROM jobs WHERE user_id = %s", user)) == 1


def test_concurrent_requests_respect_limit_of_active_jobs(
    analyses: Analyses, at_once: AtOnce, user: str, sql: Sql
) -> None:
    responses = at_once(20, lambda _: analyses.start(user, AnalysisRequest(), None), THE_USER, user)

    assert Counter(response if isinstance(response, int) else "job" for response in responses) == {"job": 3, 429: 17}
    assert len(sql("SELECT id FROM jobs WHERE user_id = %s", user)) == 3


def test_concurrent_retries_are_one_retry(
    api: Api, analyses: Analyses, at_once: AtOnce, job_that_is: JobThatIs, sql: Sql
) -> None:
    job_id = UUID(job_that_is(api, "failed"))

    responses = at_once(10, lambda _: analyses.retry(str(api.user), job_id), THE_USER, api.user)

    assert Counter(responses) == {None: 1, 409: 9}
    assert sql("SELECT round FROM jobs WHERE id = %s", job_id) == [(1,)]
    assert sql("SELECT count(*) FROM job_events WHERE job_id = %s AND kind = 'retried'", job_id) == [(1,)]


def test_concurrent_retries_of_many_jobs_respect_limit(
    api: Api, analyses: Analyses, at_once: AtOnce, job_that_is: JobThatIs
) -> None:
    jobs = [UUID(job_that_is(api, "failed")) for _ in range(6)]

    responses = at_once(6, lambda n: analyses.retry(str(api.user), jobs[n]), THE_USER, api.user)

    assert Counter(responses) == {None: 3, 429: 3}


def test_retry_during_event_deletion_leaves_all_events_or_new_one(
    api: Api, analyses: Analyses, at_once: AtOnce, job_that_is: JobThatIs, sql: Sql
) -> None:
    """A submission deletes expired events at the same moment."""
    left = set()
    for _ in range(6):
        job_id = UUID(job_that_is(api, "cancelled"))
        sql("ALTER TABLE jobs DISABLE TRIGGER jobs_guard_update")
        sql("UPDATE jobs SET completed_at = now() - interval '91 days' WHERE id = %s", job_id)
        sql("ALTER TABLE jobs ENABLE TRIGGER jobs_guard_update")

        def act(number: int, job_id: UUID = job_id) -> Any:
            if number:
                return analyses.start(str(api.user), AnalysisRequest(), None)
            return analyses.retry(str(api.user), job_id)

        retried, submitted = at_once(2, act, THE_USER, api.user)

        assert (retried, type(submitted)) == (None, UUID)
        left.add(tuple(seq for (seq,) in sql("SELECT seq FROM job_events WHERE job_id = %s ORDER BY seq", job_id)))
        for active in (job_id, submitted):
            api.post(f"/api/jobs/{active}/cancel")

    assert left <= {(1, 2, 3), (3,)}


def test_concurrent_cancellations_return_same_job(
    api: Api, database: Database, at_once: AtOnce, job_that_is: JobThatIs, sql: Sql
) -> None:
    job_id = UUID(job_that_is(api, "running"))

    responses = at_once(20, lambda _: Jobs(database, 2).cancel(str(api.user), job_id), THE_JOB, job_id)

    assert len(set(responses)) == 1
    assert '"status":"cancelled"' in responses[0].replace(" ", "")
    assert sql("SELECT kind FROM job_events WHERE job_id = %s ORDER BY seq", job_id) == [("queued",), ("cancelled",)]


def test_concurrent_completion_and_cancellation_have_one_winner(
    api: Api, database: Database, at_once: AtOnce, job_that_is: JobThatIs, sql: Sql
) -> None:
    for _ in range(5):
        job_id = UUID(job_that_is(api, "running"))
        sql(COMMIT_EVERYTHING, job_id)

        def act(number: int, job_id: UUID = job_id) -> str:
            if number:
                try:
                    Jobs(database, 2).cancel(str(api.user), job_id)
                except JobNotCancellable as error:
                    return error.status
                return "cancelled"
            done = sql(
                """UPDATE jobs SET status = 'completed', completed_at = now(), lease_expires_at = NULL,
                          version = version + 1
                    WHERE id = %s AND attempt = 1 AND status = 'running' RETURNING status""",
                job_id,
            )
            return "completed" if done else "fenced"

        planner, owner = at_once(2, act, THE_JOB, job_id)

        ((status,),) = sql("SELECT status FROM jobs WHERE id = %s", job_id)
        assert (planner, owner) in {("completed", "completed"), ("fenced", "cancelled")}
        assert status == owner


def test_concurrent_first_requests_create_user_once(database: Database, at_once: AtOnce) -> None:
    user = f"user-{uuid4()}"

    responses = at_once(20, lambda _: Users(database).see(user), "INSERT INTO users (id) VALUES (%s)", user)

    assert Counter('"created":true' in response for response in responses) == {True: 1, False: 19}


def test_concurrent_imports_run_one_after_another(database: Database, at_once: AtOnce, user: str, sql: Sql) -> None:
    files = [f"IRA,A{n},1,1\nIRA,B{n},1,1\nIRA,C{n},1,1\n" for n in range(8)]

    at_once(
        8,
        lambda n: Portfolio(database).write(user, uuid4(), parse_portfolio_csv((HEADER + files[n]).encode())),
        THE_USER,
        user,
    )

    rows = sql("SELECT symbol FROM positions JOIN accounts a ON a.id = account_id WHERE user_id = %s", user)
    symbols = sorted(symbol for (symbol,) in rows)
    assert symbols in [sorted([f"A{n}", f"B{n}", f"C{n}"]) for n in range(8)]


def test_concurrent_imports_respect_position_limit(database: Database, at_once: AtOnce, user: str, sql: Sql) -> None:
    def file(number: int) -> bytes:
        return (HEADER + "".join(f"Account {number},S{n},1,1\n" for n in range(400))).encode()

    def write(number: int) -> str:
        try:
            Portfolio(database).write(user, uuid4(), parse_portfolio_csv(file(number)))
        except FileOverLimit as error:
            return error.kind
        return "written"

    outcomes = at_once(5, write, THE_USER, user)

    assert Counter(outcomes) == {"written": 2, "positions": 3}
    ((held,),) = sql("SELECT count(*) FROM positions JOIN accounts a ON a.id = account_id WHERE user_id = %s", user)
    assert held == 800


def test_concurrent_new_positions_respect_limit(api: Api, database: Database, at_once: AtOnce, sql: Sql) -> None:
    account_id = UUID(api.post("/api/accounts", {"account_name": "IRA"}).json()["id"])
    sql("INSERT INTO positions (account_id, symbol, quantity) SELECT %s, 'S' || n, 1 FROM generate_series(1, %s) AS n",
        account_id, MAX_POSITIONS - 2)  # fmt: skip

    def create(number: int) -> str:
        try:
            Positions(database).set(str(api.user), account_id, f"NEW{number}", Decimal(1), Decimal(1))
        except TooManyPositions:
            return "too many"
        return "created"

    outcomes = at_once(8, create, THE_USER, api.user)

    assert Counter(outcomes) == {"created": 2, "too many": 6}


def test_concurrent_accounts_of_one_name_are_one_account(database: Database, at_once: AtOnce, user: str) -> None:
    fields = {"account_name": "IRA", "account_purpose": "", "cash_balance": 0, "cash_interest": 0}

    def create(_: int) -> str:
        try:
            Accounts(database).create(user, **fields)
        except NameTaken:
            return "name taken"
        return "created"

    outcomes = at_once(8, create, THE_USER, user)

    assert Counter(outcomes) == {"created": 1, "name taken": 7}


def test_user_erased_during_submission_leaves_no_partial_job(
    database: Database, analyses: Analyses, at_once: AtOnce, sql: Sql
) -> None:
    for _ in range(5):
        user = f"user-{uuid4()}"
        Users(database).see(user)

        def act(number: int, user: str = user) -> None:
            if number:
                with suppress(Refused):
                    analyses.start(user, AnalysisRequest(), None)
            else:
                Users(database).erase(user)

        at_once(2, act)

        jobs = sql("SELECT id FROM jobs WHERE user_id = %s", user)
        events = sql("SELECT seq FROM job_events WHERE job_id = ANY (%s)", [job_id for (job_id,) in jobs])
        assert len(events) == len(jobs)
