"""Past durations, as the estimates need them."""

from uuid import UUID

import pytest

from functions.reporter.declaration import AGENT as REPORTER
from functions.shared.database import Database
from functions.shared.history import RUNS_NEEDED, History, Recollection, read_history
from functions.shared.plans import SERVED
from functions.shared.sections import SNAPSHOT, Section
from functions.shared.settings import DatabaseSettings
from scripts.local.data_api import FaultControl
from tests.rows import Rows
from tests.sections import PAYLOADS


def a_run(rows: Rows, section: Section, duration_ms: int, model: str | None = None) -> UUID:
    job_id = rows.job(rows.user())
    rows.start(job_id)
    rows.run(
        "INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms, model, created_at)"
        " VALUES (:id::uuid, :section, 1, :payload::jsonb, now(), :duration_ms, :model, clock_timestamp())",
        id=job_id,
        section=section,
        payload=PAYLOADS[section].model_dump_json(),
        duration_ms=duration_ms,
        model=model,
    )
    return job_id


def test_too_few_runs_leave_the_plans_own_guess() -> None:
    history = History({"report": [1000.0] * (RUNS_NEEDED - 1)})

    assert history.is_measured("report") is False
    assert history.expectation("report", REPORTER.expected) == REPORTER.expected


def test_enough_runs_count_instead() -> None:
    history = History({"report": [1000.0] * RUNS_NEEDED})

    assert history.is_measured("report") is True
    assert history.expectation("report", REPORTER.expected).median_s == pytest.approx(1)


def test_the_newest_runs_of_all_users_are_read_newest_first(database: Database, rows: Rows) -> None:
    for duration_ms in (1, 2, 3):
        a_run(rows, "retirement", duration_ms, model="of-this-test")
    a_run(rows, "retirement", 4, model="another")

    history = read_history(database, dict.fromkeys(["retirement", "report"], "of-this-test"))

    assert history.durations_ms["retirement"] == [3, 2, 1]
    assert history.durations_ms["report"] == []


def test_each_section_has_the_runs_with_its_own_model(database: Database, rows: Rows) -> None:
    a_run(rows, "report", 10, model="worded-by-one")
    a_run(rows, "report", 20)
    a_run(rows, "charts", 30)

    history = read_history(database, {"report": "worded-by-one", "charts": None})

    assert history.durations_ms["report"] == [10]
    assert history.durations_ms["charts"][0] == 30


def test_it_is_one_statement(database: Database, faults: FaultControl) -> None:
    faults.reset_statements()

    read_history(database, dict.fromkeys([SNAPSHOT, *SERVED]))

    assert len(faults.statements()) == 1


def test_a_history_that_can_not_be_read_leaves_the_priors(
    database_settings: DatabaseSettings, faults: FaultControl
) -> None:
    database = Database(database_settings, retry_budget_s=0)
    recollection = Recollection(lambda: read_history(database, {"report": None}))
    faults.inject("statement_timeout", times=1)

    history = recollection.read()

    assert faults.fired()["statement_timeout"] == 1
    assert history.expectation("report", REPORTER.expected) == REPORTER.expected
    assert recollection.so_far is history
