"""What dies in the middle is taken up again: nothing is lost, nothing is done twice."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.table import ROOT
from tests.rows import Rows

PACED_AGENT = ROOT / "scripts" / "benchmarks" / "paced_agent"
SECONDS = {"reporter": "6", "charter": "0.5", "retirement": "0.5"}
LEASE_S = 2


@pytest.fixture(scope="module")
def slow_stack() -> Iterator[LocalStack]:
    """A stack whose reporter takes 6 s, with leases and looks of the watchdog in proportion."""
    environment = {
        "api": {"WATCHDOG_DELAY_S": "1"},
        "planner": {"ENABLE_PROGRESS_TRACKING": "true", "LEASE_S": str(LEASE_S)},
        "watchdog": {"UNDELIVERED_AFTER_S": "3", "MARGIN_S": "1"},
        **{agent: {"AGENT": agent, "AGENT_SECONDS": seconds} for agent, seconds in SECONDS.items()},
    }
    with temporary_stack(environment=environment, code=dict.fromkeys(SECONDS, PACED_AGENT)) as stack:
        yield stack


@pytest.fixture
def alex(slow_stack: LocalStack) -> Iterator[AlexApi]:
    api = AlexApi(slow_stack.info.api_url, slow_stack.info.token)
    api.post("/api/populate-test-data")
    yield api
    api.delete("/api/user")


@pytest.fixture
def rows(slow_stack: LocalStack) -> Rows:
    return Rows(slow_stack.database)


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.05)


def committed(rows: Rows, job_id: Any, *sections: str) -> Callable[[], bool]:
    return lambda: set(sections) <= set(rows.sections(job_id))


def test_a_killed_planners_job_is_completed_by_a_second_attempt_without_running_a_finished_agent_twice(
    slow_stack: LocalStack, alex: AlexApi, rows: Rows
) -> None:
    job_id = alex.post("/api/analyze")["job_id"]
    wait_for(committed(rows, job_id, "snapshot", "charts", "retirement"))

    for worker in slow_stack.workers("planner"):
        os.kill(worker.pid, signal.SIGKILL)

    wait_for(lambda: rows.of_job(job_id)["status"] == "completed")
    assert rows.sections(job_id) == {"snapshot": 1, "charts": 1, "retirement": 1, "report": 2, "summary": 2}
    assert [kind for _, kind in rows.events(job_id)].count("claimed") == 2
    assert [seq for seq, _ in rows.events(job_id)] == list(range(1, len(rows.events(job_id)) + 1))
    assert alex.get(f"/api/jobs/{job_id}")["progress_data"]["attempt"] == 2


def test_a_killed_agent_is_invoked_once_more(slow_stack: LocalStack, alex: AlexApi, rows: Rows) -> None:
    job_id = alex.post("/api/analyze")["job_id"]
    wait_for(committed(rows, job_id, "charts", "retirement"))

    for worker in slow_stack.workers("reporter"):
        os.kill(worker.pid, signal.SIGKILL)

    wait_for(lambda: rows.of_job(job_id)["status"] == "completed")
    assert set(rows.sections(job_id).values()) == {1}


def test_a_job_whose_work_message_was_lost_is_sent_again(slow_stack: LocalStack, alex: AlexApi, rows: Rows) -> None:
    with slow_stack.undelivered("planner"):
        job_id = alex.post("/api/analyze", b'{"analysis_type": "charts"}')["job_id"]
        sqs = slow_stack.boto3_client("sqs")
        sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName="alex-analysis-jobs")["QueueUrl"])

    wait_for(lambda: rows.of_job(job_id)["status"] == "completed")
    assert "redispatched" in [kind for _, kind in rows.events(job_id)]
    assert rows.of_job(job_id)["attempt"] == 1
