"""Past jobs, in the form that the estimates need."""

import json
from collections import Counter
from uuid import UUID

import pytest

from functions.shared.agent_declaration import JobType
from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from functions.shared.durations.expectation import Expectation
from functions.shared.durations.history import History, HistoryLoader, PastJob, read_history, without_dominance
from functions.shared.plans import sections
from functions.shared.section_names import SERVED, SNAPSHOT, SUMMARY, Section
from scripts.local.data_api import FaultControl
from tests.rows import Rows
from tests.sections import PAYLOADS

COMPLETE = """
    UPDATE jobs SET status = 'completed', completed_at = now(), lease_expires_at = NULL, version = version + 1
     WHERE id = :id::uuid"""
SECTIONS = (SNAPSHOT, *sections(JobType.PORTFOLIO))


def a_job(
    rows: Rows, durations_ms: dict[Section, int], *, user_id: str | None = None, model: str = "test", positions: int = 3
) -> UUID:
    """A completed job. Sections that are not named take a second."""
    job_id = rows.job(user_id or rows.user())
    rows.start(job_id)
    for section in SECTIONS:
        insert(rows, job_id, section, PAYLOADS[section].model_dump_json(), durations_ms.get(section, 1000), model)
    summary = json.dumps({"total_value": 1, "positions": positions})
    insert(rows, job_id, SUMMARY, summary, 0, None)
    rows.run(COMPLETE, id=job_id)
    return job_id


def insert(rows: Rows, job_id: UUID, section: Section, payload: str, duration_ms: int, model: str | None) -> None:
    rows.run(
        "INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms, model, created_at)"
        " VALUES (:id::uuid, :section, 1, :payload::jsonb, now(), :duration_ms, :model, clock_timestamp())",
        id=job_id,
        section=section,
        payload=payload,
        duration_ms=duration_ms,
        model=model,
    )


def reports_ms(history: History) -> list[float]:
    return [job.durations_ms["report"] for job in history.jobs]


def test_newest_jobs_of_all_users_are_read_oldest_first(database: Database, rows: Rows) -> None:
    for duration_ms in (1, 2, 3):
        a_job(rows, {"report": duration_ms}, model="of-this-test")
    a_job(rows, {"report": 4}, model="another")

    history = read_history(database, {"report": "of-this-test", "charts": "of-this-test"})

    assert reports_ms(history) == [1, 2, 3]
    assert history.jobs[0].durations_ms == {"report": 1, "charts": 1000}


def test_all_own_jobs_are_read_and_marked(database: Database, rows: Rows) -> None:
    user_id = rows.user()
    for _ in range(10):
        a_job(rows, {}, user_id=user_id, model="own-jobs")
    a_job(rows, {}, model="own-jobs")

    history = read_history(database, {"report": "own-jobs"}, user_id)

    assert [job.place for job in history.jobs] == [None] * 10 + [1]


def test_at_most_eight_jobs_of_another_user_are_read(database: Database, rows: Rows) -> None:
    user_id = rows.user()
    for duration_ms in range(10):
        a_job(rows, {"report": duration_ms}, user_id=user_id, model="flood")

    history = read_history(database, {"report": "flood"}, rows.user())

    assert reports_ms(history) == list(range(2, 10))
    assert [job.place for job in history.jobs] == [8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("others", [1, 3, 4, 5, 30])
@pytest.mark.parametrize("own", [0, 2, 20])
def test_no_other_user_makes_up_more_than_a_fifth(own: int, others: int) -> None:
    """The prior counts for three jobs."""
    jobs = [PastJob(durations_ms={}, place=place) for place in range(8, 0, -1)] * others
    jobs += [PastJob(durations_ms={})] * own

    kept = without_dominance(jobs)

    places = Counter(job.place for job in kept)
    assert places.pop(None, 0) == own
    assert places == dict.fromkeys(range(1, len(places) + 1), others)  # the newest of each user
    assert len(places) <= (3 + len(kept)) / 5
    assert others < 5 or len(kept) == len(jobs)


def test_jobs_over_empty_portfolio_do_not_count(database: Database, rows: Rows) -> None:
    a_job(rows, {}, model="empty", positions=0)

    assert read_history(database, {"report": "empty"}).jobs == []


def test_jobs_that_did_not_complete_do_not_count(database: Database, rows: Rows) -> None:
    job_id = rows.job(rows.user())
    rows.start(job_id)
    insert(rows, job_id, "report", PAYLOADS["report"].model_dump_json(), 1000, "unfinished")

    assert read_history(database, {"report": "unfinished"}).jobs == []


def test_each_section_has_runs_with_its_own_model(database: Database, rows: Rows) -> None:
    a_job(rows, {"report": 10, "charts": 30}, model="worded-by-one")

    history = read_history(database, {"report": "worded-by-one", "charts": "worded-by-none"})

    assert [job.durations_ms for job in history.jobs] == [{"report": 10}]


def test_history_takes_one_statement(database: Database, faults: FaultControl) -> None:
    faults.reset_statements()

    read_history(database, dict.fromkeys([SNAPSHOT, *SERVED]), "nobody")

    assert len(faults.statements()) == 1


def test_unreadable_history_leaves_priors(database_settings: DatabaseSettings, faults: FaultControl) -> None:
    database = Database(database_settings, retry_budget_s=0)
    loader = HistoryLoader(lambda: read_history(database, {"report": None}))
    faults.inject("statement_timeout", times=1)

    history = loader.read()

    assert faults.fired()["statement_timeout"] == 1
    assert history.expectation("report", Expectation(33, 0.35)).median_s == pytest.approx(33)
    assert loader.so_far is history
