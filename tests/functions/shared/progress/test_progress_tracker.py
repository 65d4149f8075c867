"""How a process reports progress: what it writes and when, and what happens if a write fails."""

from collections.abc import Iterator
from typing import Any

import pytest

from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.shared.database import Database
from functions.shared.durations.delays import Delays
from functions.shared.plans import SETUP
from functions.shared.progress.model import (
    AgentChange,
    ProgressChange,
    initial_progress,
)
from functions.shared.progress.repository import NotedProgress, ProgressRepository
from functions.shared.progress.tracker import Progress, reach, tracker
from functions.shared.runtime import LAMBDA
from functions.shared.tasks import JobMessage
from scripts.local.data_api import FaultControl
from tests.functions.shared.progress.made_up_agents import EXPECTED, PLAN
from tests.rows import Rows

#: In seconds. Longer than any write takes on a slow machine, so that none is merged with the next one.
PATIENT_S = 30


@pytest.fixture
def tracked(database: Database, a_running_job: ClaimedJob) -> Iterator[Progress]:
    progress = Progress(ProgressRepository(database), a_running_job, EXPECTED)
    progress.start(lambda: initial_progress(PLAN, a_running_job.attempt, a_running_job.committed))
    progress.flush(PATIENT_S)
    yield progress
    progress.close(PATIENT_S)


def test_each_progress_write_is_one_statement_with_its_event(
    tracked: Progress, faults: FaultControl, rows: Rows, a_running_job: ClaimedJob
) -> None:
    faults.reset_statements()
    tracked.start_agent("writer")
    tracked.flush(PATIENT_S)
    tracked.update("writer", 0.4, "Measuring concentration")
    tracked.flush(PATIENT_S)

    assert len(faults.statements()) == 2
    assert rows.events(a_running_job.job_id) == [(1, "claimed"), (2, "progress"), (3, "progress"), (4, "progress")]
    writer = rows.progress(a_running_job.job_id)["agents"][1]
    assert (writer["status"], writer["progress_percent"]) == ("running", 40)
    assert writer["message"] == "Measuring concentration"


@pytest.mark.parametrize(
    ("fraction", "reached"), [(0.0, 0.05), (0.05, 0.15), (0.24, 0.39), (0.45, 0.6), (0.8, 1.0), (1.0, 1.0)]
)
def test_agent_may_be_one_step_beyond_its_last_report(fraction: float, reached: float) -> None:
    assert reach(fraction) == pytest.approx(reached)


def test_report_bounds_percent(tracked: Progress, rows: Rows, a_running_job: ClaimedJob) -> None:
    tracked.start_agent("writer")
    tracked.update("writer", 0.3, "Measuring concentration")
    tracked.flush(PATIENT_S)

    progress = rows.progress(a_running_job.job_id)
    facts = progress["agents"][1]["facts"]
    assert facts["reach"] == pytest.approx(0.45)
    assert progress["anchor"]["most"] == pytest.approx(facts["first"] + 0.45 * (100 - facts["first"]))


def test_reports_of_little_progress_are_not_written(tracked: Progress, faults: FaultControl) -> None:
    faults.reset_statements()
    tracked.start_agent("writer")
    for percent in range(100):
        tracked.update("writer", percent / 100, "Measuring")
        tracked.flush(PATIENT_S)

    assert len(faults.statements()) == 7


def test_cause_of_delay_is_written_once_agent_is_slow(
    database: Database, faults: FaultControl, rows: Rows, tracked: Progress, a_running_job: ClaimedJob
) -> None:
    now = [0.0]
    agent = Progress(ProgressRepository(database), a_running_job, EXPECTED, clock=lambda: now[0], wait_s=5)
    faults.reset_statements()
    slow_after_s = EXPECTED["writer"].quantile_s(0.9)
    delays = Delays(throttles=1)
    for seconds in (0, slow_after_s - 6, slow_after_s - 4, slow_after_s):
        now[0] = seconds
        agent.delayed("writer", delays)
        agent.flush(PATIENT_S)
    agent.close(PATIENT_S)

    assert len(faults.statements()) == 1
    writer = rows.progress(a_running_job.job_id)["agents"][1]
    assert (writer["status"], writer["facts"]["cause"]) == ("running", "the language model was busy")


def test_restarted_agent_reports_its_own_step_and_expects_a_later_end(
    database: Database, rows: Rows, tracked: Progress, a_running_job: ClaimedJob
) -> None:
    """Its first invocation crashed after 30 s near its end; the second one has done a fifth after 4 s."""
    now = [0.0]

    def invoked(wait_s: float) -> Progress:
        return Progress(ProgressRepository(database), a_running_job, EXPECTED, clock=lambda: now[0], wait_s=wait_s)

    def report(agent: Progress, seconds: float, fraction: float, message: str) -> Any:
        now[0] = seconds
        agent.update("writer", fraction, message)
        agent.flush(PATIENT_S)
        return rows.progress(a_running_job.job_id)

    first = invoked(0)
    before = report(first, 30, 0.9, "Step 10 of 10")
    first.close(PATIENT_S)
    second = invoked(30)
    after = report(second, 34, 0.2, "Step 3 of 10")
    second.close(PATIENT_S)

    writer = after["agents"][1]
    assert (before["agents"][1]["progress_percent"], writer["progress_percent"]) == (90, 20)
    assert writer["message"] == "Step 3 of 10"
    assert writer["facts"]["own_alpha"] > 40  # 50 s according to its report, usually 33 s


def test_each_write_is_logged_in_readable_form(tracked: Progress, caplog: pytest.LogCaptureFixture) -> None:
    tracked.start_agent("writer")
    tracked.flush(PATIENT_S)

    assert caplog.messages == ["Progress: Updated to 0% - Reading the portfolio..."]


def test_concurrent_reports_do_not_overwrite_each_other(
    tracked: Progress, database: Database, rows: Rows, a_running_job: ClaimedJob
) -> None:
    others = [Progress(ProgressRepository(database), a_running_job, EXPECTED) for _ in range(3)]
    for other, agent in zip(others, PLAN, strict=True):
        other.start_agent(agent.name)
        other.update(agent.name, 0.5, "Half done")
    for other in others:
        other.close(PATIENT_S)

    agents = rows.progress(a_running_job.job_id)["agents"]
    assert [agent["progress_percent"] for agent in agents[1:4]] == [50, 50, 50]


@pytest.mark.parametrize("kind", ["resuming", "unavailable_503", "answer_lost", "throttling"])
def test_database_fault_does_not_affect_worker(
    tracked: Progress, faults: FaultControl, rows: Rows, a_running_job: ClaimedJob, kind: str
) -> None:
    faults.inject(kind, times=2)
    for fraction in (0.0, 0.3, 0.6, 0.9):
        tracked.update("writer", fraction, "Measuring")
        tracked.flush(PATIENT_S)

    assert faults.fired()[kind] == 2
    assert rows.of_job(a_running_job.job_id)["status"] == "running"


@pytest.mark.parametrize("newer_has_begun", [False, True])
def test_progress_of_replaced_attempt_changes_nothing(
    database: Database,
    jobs: PlannerJobs,
    tracked: Progress,
    rows: Rows,
    a_running_job: ClaimedJob,
    a_waiting_job: JobMessage,
    *,
    newer_has_begun: bool,
) -> None:
    def begin(claim: ClaimedJob) -> NotedProgress | None:
        initial = initial_progress(PLAN, claim.attempt, claim.committed).model_dump_json()
        return ProgressRepository(database).write(claim, ProgressChange(agents={SETUP: AgentChange()}), initial)

    rows.the_lease_runs_out(a_running_job.job_id)
    newer = jobs.claim(a_waiting_job, worker="second")
    assert newer is not None
    if newer_has_begun:
        assert begin(newer)
    before = rows.of_job(newer.job_id)

    tracked.update("writer", 0.5, "Measuring")
    tracked.flush(PATIENT_S)

    assert begin(a_running_job) is None
    assert rows.of_job(newer.job_id) == before


def test_flag_off_means_no_statement_thread_or_progress(
    database: Database, faults: FaultControl, rows: Rows, a_running_job: ClaimedJob
) -> None:
    faults.reset_statements()
    progress = tracker(False, a_running_job, EXPECTED, LAMBDA)
    progress.start(lambda: initial_progress(PLAN, a_running_job.attempt, a_running_job.committed))
    progress.start_agent("writer")
    progress.update("writer", 0.5, "Measuring")
    progress.delayed("writer", Delays(wait_s=1000, retries=1))
    progress.fail_agent("writer", "The writer took too long.")
    progress.flush()
    progress.close()

    assert faults.statements() == []
    assert rows.of_job(a_running_job.job_id)["progress_data"] is None
