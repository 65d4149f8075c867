"""The steps that every agent shares."""

import gc
import json
from datetime import UTC, datetime

import pytest

from functions.planner.jobs import ClaimedJob
from functions.reporter.declaration import AGENT as REPORTER
from functions.reporter.declaration import Report
from functions.shared.agent import AgentRun, PayloadTooLarge, agent_handler
from functions.shared.durations.delays import Delays
from functions.shared.durations.expectation import Expectation
from functions.shared.plans import MAX_PAYLOAD_BYTES
from functions.shared.tasks import AgentTask
from tests import portfolios
from tests.functions.largest import in_response
from tests.rows import Rows


@pytest.fixture
def task(a_running_job: ClaimedJob) -> AgentTask:
    return AgentTask(
        job_id=a_running_job.job_id,
        attempt=a_running_job.attempt,
        snapshot=portfolios.sample(),
        expected=Expectation(30, 0.35),
    )


def report_of(size: int) -> Report:
    """A report with this many bytes in a Data API response."""
    empty = Report(content="#", generated_at=datetime(2026, 11, 22, tzinfo=UTC))
    return empty.model_copy(update={"content": "#" * (1 + size - in_response(empty.model_dump_json()))})


def test_largest_payload_is_committed(task: AgentTask, rows: Rows) -> None:
    with AgentRun(task, REPORTER) as run:
        run.commit(report_of(MAX_PAYLOAD_BYTES))

    assert rows.sections(task.job_id) == {"report": 1}


def test_larger_payload_is_error_with_section_and_size(task: AgentTask, rows: Rows) -> None:
    with (
        AgentRun(task, REPORTER) as run,
        pytest.raises(PayloadTooLarge, match=f"report has {MAX_PAYLOAD_BYTES + 1:,} bytes"),
    ):
        run.commit(report_of(MAX_PAYLOAD_BYTES + 1))

    assert rows.sections(task.job_id) == {}


def test_delays_are_stored_with_the_section(task: AgentTask, rows: Rows) -> None:
    delayed = task.model_copy(update={"delays": Delays(wait_s=2.5, refusals=3)})
    with AgentRun(delayed, REPORTER) as run:
        run.delays.throttles += 1
        run.commit(report_of(1000))

    (stored,) = rows.run("SELECT delays::text FROM job_results WHERE job_id = :id::uuid", id=task.job_id)
    assert {"wait_s": 2.5, "refusals": 3, "throttles": 1}.items() <= json.loads(str(stored[0])).items()
    with AgentRun(task, REPORTER) as run:
        assert not run.delays.is_cold, "an earlier test used this environment"


def test_garbage_collector_skips_what_an_agent_imported() -> None:
    gc.unfreeze()
    agent_handler(REPORTER, lambda work: report_of(1000))

    assert gc.get_freeze_count() > 10_000
    gc.unfreeze()
