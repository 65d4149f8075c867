"""Killed planners and agents are replaced: no work is lost, and none is done twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from functions.shared.plans import AGENTS
from functions.shared.section_names import SNAPSHOT
from functions.shared.tasks import JobMessage
from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.unfinished import given_up, reopen, resend
from tests.browser.directing import DIRECTED_AGENT, Director
from tests.rows import Rows
from tests.waiting import until

OTHERS = [agent.section for agent in AGENTS if agent.name != "reporter"]
LEASE_S = 6


@pytest.fixture(scope="module")
def director(tmp_path_factory: pytest.TempPathFactory) -> Director:
    return Director(tmp_path_factory.mktemp("directed") / "directions.json")


@pytest.fixture(autouse=True)
def the_reporter_waits(director: Director) -> Iterator[None]:
    """The reporter works until it is released; all other agents are fast."""
    director.hold("reporter")
    yield
    director.reset()


@pytest.fixture(scope="module")
def slow_stack(director: Director) -> Iterator[LocalStack]:
    """A stack with directed agents and short leases."""
    environment = {
        "planner": {"ENABLE_PROGRESS_TRACKING": "true", "LEASE_S": str(LEASE_S)},
        **{agent.name: {"AGENT": agent.name, "DIRECTIONS": str(director.file)} for agent in AGENTS},
    }
    with temporary_stack(environment=environment, code={agent.name: DIRECTED_AGENT for agent in AGENTS}) as stack:
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


def wait_for_reporter(alex: AlexApi, rows: Rows, job_id: str) -> None:
    """Wait until the reporter has reported progress and all other agents have committed their sections."""
    until(lambda: {SNAPSHOT, *OTHERS} <= set(rows.sections(job_id)))
    until(lambda: is_working(alex, job_id, "reporter"))


def is_working(alex: AlexApi, job_id: str, agent: str) -> bool:
    progress = alex.get(f"/api/jobs/{job_id}")["progress_data"]
    line: dict[str, Any] = next(line for line in progress["agents"] if line["name"] == agent)
    return bool(line["status"] == "running" and line["message"].startswith("Step "))


def test_second_attempt_completes_job_of_killed_planner(
    slow_stack: LocalStack, alex: AlexApi, rows: Rows, director: Director
) -> None:
    """No finished agent runs twice."""
    job_id = alex.post("/api/analyze")["job_id"]
    wait_for_reporter(alex, rows, job_id)

    for worker in slow_stack.workers("planner"):
        os.kill(worker.pid, signal.SIGKILL)
    until(lambda: rows.of_job(job_id)["attempt"] == 2)
    director.release("reporter")

    until(lambda: rows.of_job(job_id)["status"] == "completed")
    assert rows.sections(job_id) == {SNAPSHOT: 1, **dict.fromkeys(OTHERS, 1), "report": 2, "summary": 2}
    assert [kind for _, kind in rows.events(job_id)].count("claimed") == 2
    assert [seq for seq, _ in rows.events(job_id)] == list(range(1, len(rows.events(job_id)) + 1))
    assert alex.get(f"/api/jobs/{job_id}")["progress_data"]["attempt"] == 2


def test_killed_agent_is_invoked_once_more(
    slow_stack: LocalStack, alex: AlexApi, rows: Rows, director: Director
) -> None:
    job_id = alex.post("/api/analyze")["job_id"]
    wait_for_reporter(alex, rows, job_id)

    for worker in slow_stack.workers("reporter"):
        os.kill(worker.pid, signal.SIGKILL)
    director.release("reporter")

    until(lambda: rows.of_job(job_id)["status"] == "completed")
    assert set(rows.sections(job_id).values()) == {1}


def test_operator_can_resend_lost_message(slow_stack: LocalStack, alex: AlexApi, rows: Rows) -> None:
    sqs = slow_stack.boto3_client("sqs")
    url = sqs.get_queue_url(QueueName="alex-analysis-jobs")["QueueUrl"]
    with slow_stack.undelivered("planner"):
        job_id = alex.post("/api/analyze", b'{"analysis_type": "charts"}')["job_id"]
        sqs.purge_queue(QueueUrl=url)

    assert resend(slow_stack.database, sqs, url) == 1

    until(lambda: rows.of_job(job_id)["status"] == "completed")
    assert rows.of_job(job_id)["attempt"] == 1


def test_job_without_planners_fails_and_can_be_reopened(slow_stack: LocalStack, alex: AlexApi, rows: Rows) -> None:
    sqs = slow_stack.boto3_client("sqs")
    url = sqs.get_queue_url(QueueName="alex-analysis-jobs")["QueueUrl"]
    dead = sqs.get_queue_url(QueueName="alex-analysis-jobs-dlq")["QueueUrl"]
    with slow_stack.undelivered("planner"):
        job_id = alex.post("/api/analyze", b'{"analysis_type": "charts"}')["job_id"]
        sqs.purge_queue(QueueUrl=url)
    sqs.send_message(QueueUrl=dead, MessageBody=JobMessage(job_id=UUID(job_id)).model_dump_json())
    until(lambda: rows.of_job(job_id)["status"] == "failed")

    (job,) = given_up(slow_stack.database)
    assert (str(job.id), job.round) == (job_id, 1)
    assert reopen(slow_stack.database, sqs, url, job) is True

    until(lambda: rows.of_job(job_id)["status"] == "completed")
    assert [kind for _, kind in rows.events(job_id)][:3] == ["queued", "failed", "retried"]
    assert list(given_up(slow_stack.database)) == []
