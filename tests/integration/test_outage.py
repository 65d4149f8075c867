"""Database, its endpoint and planners die in the middle of twenty jobs: all end, none lacks or doubles a section."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from functions.shared.database import DatabaseError
from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.simulation.invariants import violations
from scripts.table import ROOT
from tests.rows import Rows

PACED_AGENT = ROOT / "scripts" / "benchmarks" / "paced_agent"
AGENTS = ("reporter", "charter", "retirement")
JOBS = 20
ENDED = {"completed", "failed", "cancelled"}


@pytest.fixture
def busy_stack() -> Iterator[LocalStack]:
    """Agents of a second, leases of two, and a watchdog to match."""
    environment = {
        "api": {"WATCHDOG_DELAY_S": "2", "MAX_CONCURRENT_JOBS": str(JOBS)},
        "planner": {"ENABLE_PROGRESS_TRACKING": "true", "LEASE_S": "3"},
        "watchdog": {"UNDELIVERED_AFTER_S": "4", "MARGIN_S": "1"},
        **{agent: {"AGENT": agent, "AGENT_SECONDS": "1"} for agent in AGENTS},
    }
    with temporary_stack(
        environment=environment, code=dict.fromkeys(AGENTS, PACED_AGENT), visibility_timeout_s=5
    ) as it:
        yield it


@pytest.mark.timeout(240)
def test_twenty_jobs_outlive_their_database_its_endpoint_and_their_planners(busy_stack: LocalStack) -> None:
    alex = AlexApi(busy_stack.info.api_url, busy_stack.info.token)
    alex.post("/api/populate-test-data")
    jobs = [UUID(alex.post("/api/analyze")["job_id"]) for _ in range(JOBS)]

    for worker in busy_stack.workers("planner"):
        os.kill(worker.pid, signal.SIGKILL)
    busy_stack.postgres.stop()
    time.sleep(1)
    busy_stack.postgres.start()
    busy_stack.restart_data_api()

    give_up_at = time.monotonic() + 180
    while active := [job for job in jobs if status(busy_stack, job) not in ENDED]:
        assert time.monotonic() < give_up_at, f"{len(active)} jobs have not ended"
        time.sleep(0.5)
    with psycopg.connect(busy_stack.postgres.dsn()) as connection:
        assert violations(connection, jobs) == []
    assert len(alex.get("/api/jobs?limit=50")["jobs"]) == JOBS


def status(stack: LocalStack, job_id: UUID) -> str:
    try:
        return str(Rows(stack.database).of_job(job_id)["status"])
    except DatabaseError:
        return "unknown"


def test_a_poison_message_is_soon_a_dead_letter(busy_stack: LocalStack) -> None:
    sqs = busy_stack.boto3_client("sqs")
    url = sqs.get_queue_url(QueueName="alex-analysis-jobs")["QueueUrl"]
    dead = sqs.get_queue_url(QueueName="alex-analysis-jobs-dlq")["QueueUrl"]

    sqs.send_message(QueueUrl=url, MessageBody="poison")

    give_up_at = time.monotonic() + 60
    while not (found := sqs.receive_message(QueueUrl=dead).get("Messages")):
        assert time.monotonic() < give_up_at, "it is not there"
        time.sleep(0.2)
    assert found[0]["Body"] == "poison"
