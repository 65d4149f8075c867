"""Every statement stays within the limits of the Data API, even for the largest portfolio and history.

A reading statement that is not measured here fails the test, so none is forgotten.
"""

from collections.abc import Iterator
from math import ceil
from uuid import UUID, uuid4

import pytest

import functions
import scripts.jobs_overview
import scripts.unfinished
from functions.api.errors import HoldingsUnpriced
from functions.api.limits import MAX_ACCOUNTS, MAX_POSITIONS
from functions.api.portfolio_csv import ImportedAccount, ImportedHolding, ImportedPortfolio
from functions.api.repositories.accounts import Accounts
from functions.api.repositories.events import MAX_EVENTS, JobEvents
from functions.api.repositories.instruments import Instruments
from functions.api.repositories.jobs import Jobs
from functions.api.repositories.portfolio import Portfolio, import_document
from functions.api.repositories.positions import READ_POSITION, Positions
from functions.api.repositories.statistics import read_runs
from functions.api.repositories.submission import Submission, Submissions
from functions.api.settings import ApiSettings
from functions.planner.portfolio import committed_snapshot, load_sample, load_snapshot
from functions.shared.database import Database, Statement
from functions.shared.durations.history import JOBS_USED, NEWEST_OF_ONE_USER, read_history
from functions.shared.jobs import Jobs as SharedJobs
from functions.shared.progress.model import ProgressChange
from functions.shared.section_names import SERVED, SNAPSHOT
from functions.shared.tasks import Claim
from scripts.jobs_overview import latest_job, newest_jobs
from scripts.local.data_api import DataApi
from scripts.manifest import read_manifest
from scripts.unfinished import given_up, unfinished
from tests.functions import largest
from tests.functions.conftest import settings_of
from tests.rows import Rows
from tests.sizes import MAX_REQUEST, MAX_RESPONSE, MAX_ROW, Measuring
from tests.statements import sql_of, writes

#: Statements that return one short value.
SHORT = {"functions.api.repositories.health.PING", "functions.api.repositories.submission.CHECK_RETRY"}
OPERATORS = {**vars(scripts.jobs_overview), **vars(scripts.unfinished)}.items()
PLACES = sql_of(functions) | {value.sql: f"scripts.{name}" for name, value in OPERATORS if isinstance(value, Statement)}
READING = {
    place: sql
    for sql, place in PLACES.items()
    if not writes(Statement(sql, idempotent=True))
    and not place.startswith("functions.migrator.")
    and place not in SHORT
}


#: A row is at most three quarters of the limit. READ_JOB's row also contains the tag.
LARGEST_ROW = 0.75 * MAX_ROW + 1_000


@pytest.fixture(scope="module")
def measured(product_data_api: DataApi) -> Iterator[Measuring]:
    """Sizes after calling everything that reads, and the statements that write the most."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        measuring = Measuring(settings_of(product_data_api, "owner"))
        api, workers, owner = (
            Database(settings_of(product_data_api, user), retry_budget_s=5, transport=measuring)
            for user in ("api", "workers", "owner")
        )
        rows = Rows(Database(settings_of(product_data_api, "owner"), retry_budget_s=5))
        before = _users(rows)
        with largest.instruments(rows):
            _read_portfolios(rows, api, workers)
            _import_portfolio(rows, api)
            _read_jobs(rows, api, workers)
            _read_all_users_jobs(rows, owner)
            yield measuring
            for user_id in _users(rows) - before:
                rows.run("DELETE FROM users WHERE id = :user_id", user_id=user_id)


UNUSED_SETTINGS = ("DB_CLUSTER_ARN", "DB_SECRET_ARN", "ANALYSIS_JOBS_QUEUE_URL")


@pytest.mark.parametrize("place", sorted(READING))
def test_reading_statement_stays_within_limits(place: str, measured: Measuring) -> None:
    sizes = measured.sizes[READING[place]]

    assert sizes.row <= LARGEST_ROW
    assert sizes.response <= MAX_RESPONSE


def test_writing_statements_return_little_and_fit_into_request(measured: Measuring) -> None:
    written = {PLACES[sql]: sizes for sql, sizes in measured.sizes.items() if PLACES[sql] not in READING}

    assert {"functions.shared.jobs.COMMIT_SECTION", "functions.api.repositories.portfolio.IMPORT_PORTFOLIO"} <= {
        *written
    }
    assert max(sizes.response for sizes in written.values()) < 10_000
    assert max(sizes.request for sizes in written.values()) < MAX_REQUEST - 10_000  # headers count, too


def _users(rows: Rows) -> set[str]:
    return {user_id for (user_id,) in rows.run("SELECT id FROM users")}


def _read_portfolios(rows: Rows, api: Database, workers: Database) -> None:
    Instruments(api).everything()
    in_one, in_many = largest.portfolio(rows), largest.portfolio(rows, accounts=MAX_ACCOUNTS)
    for user_id in (in_one, in_many):
        largest.imports(rows, user_id)
    Accounts(api).all_of(in_many)
    ((account_id, position_id),) = rows.run(
        "SELECT accounts.id, max(positions.id::text) FROM accounts JOIN positions ON positions.account_id = accounts.id"
        " WHERE accounts.user_id = :user_id GROUP BY accounts.id",
        user_id=in_one,
    )
    Positions(api).in_account(in_one, UUID(account_id))
    api.document(READ_POSITION, user_id=in_one, position_id=position_id)
    assert load_sample(workers, in_one) is not None
    for user_id in (in_one, in_many):
        _freeze_portfolio(rows, workers, user_id)


def _freeze_portfolio(rows: Rows, workers: Database, user_id: str) -> None:
    snapshot = load_snapshot(workers, user_id)
    assert snapshot is not None
    job = Claim(job_id=rows.job(user_id), attempt=1)
    rows.start(job.job_id)
    SharedJobs(workers).commit_section(job, SNAPSHOT, snapshot, duration_ms=5, change=ProgressChange(), agent="setup")
    assert SharedJobs(workers).owns(job)
    assert committed_snapshot(workers, job.job_id) == snapshot


def _import_portfolio(rows: Rows, api: Database) -> None:
    """Uses the longest names, more than a file of 1 MB can contain, and no prices, which gives the longest error."""
    accounts = [
        ImportedAccount(
            f"{n:04}{largest.EMOJI * 96}",
            largest.CASH,
            (ImportedHolding(f"ZZUNKNOWN{n:011}", largest.QUANTITY, None, largest.EMOJI * 200, line=n),),
        )
        for n in range(MAX_POSITIONS)
    ]
    portfolio = ImportedPortfolio(tuple(accounts))
    settings = ApiSettings.of(read_manifest().functions["api"].environment | dict.fromkeys(UNUSED_SETTINGS, "-"))
    submissions = Submissions(api, settings)
    submission = Submission(
        job_id=uuid4(),
        user_id=rows.user(),
        job_type="portfolio",
        sections=("report",),
        request_payload="{}",
        request_hash="hash",
        idempotency_key=None,
        portfolio=import_document(portfolio),
    )
    repository = Portfolio(api)
    for send in (
        lambda: repository.preview(submission.user_id, portfolio),
        lambda: repository.write(submission.user_id, uuid4(), portfolio),
        lambda: submissions.check(submission),
        lambda: submissions.submit(submission),
    ):
        with pytest.raises(HoldingsUnpriced):
            send()


def _read_jobs(rows: Rows, api: Database, workers: Database) -> None:
    user_id = rows.user()
    for filling in (f'"{largest.EMOJI}"', "0", r'"\""'):
        job_id = largest.job_with_payloads(rows, user_id, filling)
        Jobs(api, 2).read(user_id, job_id, ())
        Jobs(api, 2).read_report(user_id, job_id)
    with_many_jobs = rows.user()
    largest.jobs(rows, with_many_jobs, number=500, events=2)
    Jobs(api, 2).page(with_many_jobs, status=None, limit=100, cursor=None)
    read_runs(api, [SNAPSHOT, *SERVED], with_many_jobs)
    for _ in range(ceil(JOBS_USED / NEWEST_OF_ONE_USER)):
        largest.jobs(rows, rows.user(), number=NEWEST_OF_ONE_USER, events=1, status="completed")
    assert len(read_history(workers, dict.fromkeys([SNAPSHOT, *SERVED], largest.MODEL)).jobs) == JOBS_USED
    with_many_events = rows.user()
    (job_id,) = largest.jobs(rows, with_many_events, number=1, events=1_200)
    events = JobEvents(api, kept_days=90, planners=2)
    events.page(with_many_events, job_id, after=0, limit=MAX_EVENTS)
    events.news(with_many_events, job_id, seen=None)


def _read_all_users_jobs(rows: Rows, owner: Database) -> None:
    latest = latest_job(owner)
    assert latest is not None
    assert len(latest.events) == 500
    assert len(newest_jobs(owner, limit=500)) == 500
    user_id = largest.user(rows)
    largest.pending_jobs(rows, user_id, 500)
    assert [job.user_id for job in unfinished(owner)].count(user_id) == 500
    assert all(job.round > 0 for job in given_up(owner))
