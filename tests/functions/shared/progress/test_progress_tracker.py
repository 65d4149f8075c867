"""How a process tells of its progress: what it writes, when, and what happens to it when that fails."""

from collections.abc import Iterator

import pytest

from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database
from functions.shared.jobs import Jobs, NotedProgress
from functions.shared.plans import PLANS, SETUP_EXPECTED
from functions.shared.progress.model import (
    SETUP,
    AgentStatus,
    ProgressChange,
    initial_progress,
)
from functions.shared.progress.tracker import NullTracker, Tracker, tracker
from functions.shared.runtime import LAMBDA
from functions.shared.tasks import JobMessage
from scripts.local.data_api import FaultControl
from tests.rows import Rows

PLAN = PLANS[JobType.PORTFOLIO]
EXPECTED = {SETUP: SETUP_EXPECTED, **{agent.name: agent.expected for agent in PLAN}}
SETTLED = {AgentStatus.COMPLETED, AgentStatus.FAILED, AgentStatus.SKIPPED}


@pytest.fixture
def tracked(database: Database, a_running_job: ClaimedJob) -> Iterator[Tracker]:
    progress = Tracker(Jobs(database), a_running_job, EXPECTED)
    progress.start(lambda: initial_progress(PLAN, a_running_job.attempt, a_running_job.committed))
    progress.flush()
    yield progress
    progress.close()


def test_each_write_of_progress_is_one_statement_with_its_event(
    tracked: Tracker, faults: FaultControl, rows: Rows, a_running_job: ClaimedJob
) -> None:
    faults.reset_statements()
    tracked.start_agent("reporter")
    tracked.flush()
    tracked.update("reporter", 0.4, "Measuring concentration")
    tracked.flush()

    assert len(faults.statements()) == 2
    assert rows.events(a_running_job.job_id) == [(1, "claimed"), (2, "progress"), (3, "progress"), (4, "progress")]
    reporter = rows.progress(a_running_job.job_id)["agents"][1]
    assert (reporter["status"], reporter["progress_percent"]) == ("running", 40)
    assert reporter["message"] == "Measuring concentration"


def test_reports_that_hardly_advance_are_not_written(tracked: Tracker, faults: FaultControl) -> None:
    faults.reset_statements()
    tracked.start_agent("reporter")
    for percent in range(100):
        tracked.update("reporter", percent / 100, "Measuring")
        tracked.flush()

    assert len(faults.statements()) == 7


def test_each_write_is_logged_for_people(tracked: Tracker, caplog: pytest.LogCaptureFixture) -> None:
    tracked.start_agent("reporter")
    tracked.flush()

    assert caplog.messages == ["Progress: Updated to 0% - Reading the portfolio..."]


def test_two_processes_that_report_at_once_do_not_overwrite_each_other(
    tracked: Tracker, database: Database, rows: Rows, a_running_job: ClaimedJob
) -> None:
    others = [Tracker(Jobs(database), a_running_job, EXPECTED) for _ in range(3)]
    for other, agent in zip(others, PLAN, strict=True):
        other.start_agent(agent.name)
        other.update(agent.name, 0.5, "Half done")
    for other in others:
        other.close()

    agents = rows.progress(a_running_job.job_id)["agents"]
    assert [agent["progress_percent"] for agent in agents[1:4]] == [50, 50, 50]


@pytest.mark.parametrize("kind", ["resuming", "unavailable_503", "answer_lost", "throttling"])
def test_a_fault_of_the_database_is_not_the_workers_problem(
    tracked: Tracker, faults: FaultControl, rows: Rows, a_running_job: ClaimedJob, kind: str
) -> None:
    faults.inject(kind, times=2)
    for fraction in (0.0, 0.3, 0.6, 0.9):
        tracked.update("reporter", fraction, "Measuring")
        tracked.flush()

    assert faults.fired()[kind] == 2
    assert rows.of_job(a_running_job.job_id)["status"] == "running"


@pytest.mark.parametrize("newer_has_begun", [False, True])
def test_progress_of_an_attempt_that_is_over_changes_nothing(
    database: Database,
    jobs: PlannerJobs,
    tracked: Tracker,
    rows: Rows,
    a_running_job: ClaimedJob,
    a_waiting_job: JobMessage,
    *,
    newer_has_begun: bool,
) -> None:
    def begin(claim: ClaimedJob) -> NotedProgress | None:
        initial = initial_progress(PLAN, claim.attempt, claim.committed).model_dump_json()
        return Jobs(database).note_progress(claim, ProgressChange(), agent=SETUP, initial=initial)

    rows.the_lease_runs_out(a_running_job.job_id)
    newer = jobs.claim(a_waiting_job, worker="second")
    assert newer is not None
    if newer_has_begun:
        assert begin(newer)
    before = rows.of_job(newer.job_id)

    tracked.update("reporter", 0.5, "Measuring")
    tracked.flush()

    assert begin(a_running_job) is None
    assert rows.of_job(newer.job_id) == before


def test_with_the_flag_off_there_is_neither_statement_nor_thread_nor_progress(
    database: Database, faults: FaultControl, rows: Rows, a_running_job: ClaimedJob
) -> None:
    faults.reset_statements()
    progress = tracker(False, a_running_job, EXPECTED, LAMBDA)
    progress.start(lambda: initial_progress(PLAN, a_running_job.attempt, a_running_job.committed))
    progress.start_agent("reporter")
    progress.update("reporter", 0.5, "Measuring")
    progress.fail_agent("reporter", "The reporter took too long.")
    progress.flush()
    progress.close()

    assert isinstance(progress, NullTracker)
    assert faults.statements() == []
    assert rows.of_job(a_running_job.job_id)["progress_data"] is None
