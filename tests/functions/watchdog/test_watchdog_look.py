"""What the watchdog finds, and what it does about it in the same statement."""

import json
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.shared import queues
from functions.shared.database import Database
from functions.shared.settings import DatabaseSettings
from functions.shared.tasks import JobMessage
from functions.watchdog.handler import look_after
from functions.watchdog.jobs import Finding, Look, look
from functions.watchdog.settings import WatchdogSettings
from tests.rows import Rows


def look_at(database: Database, job: JobMessage) -> Look:
    return look(database, job, undelivered_after_s=60)


def since_queued(rows: Rows, job: JobMessage, seconds: int) -> None:
    rows.run(
        "UPDATE jobs SET queued_at = now() - make_interval(secs => :seconds), version = version + 1"
        " WHERE id = :id::uuid",
        id=job.job_id,
        seconds=seconds,
    )


def test_a_job_that_waits_for_a_moment_is_healthy(database: Database, a_waiting_job: JobMessage) -> None:
    seen = look_at(database, a_waiting_job)

    assert seen.finding is Finding.HEALTHY
    assert 55 < seen.look_again_s <= 60


def test_a_job_that_no_planner_took_is_asked_for_again(
    database: Database, rows: Rows, a_waiting_job: JobMessage
) -> None:
    since_queued(rows, a_waiting_job, 61)

    assert look_at(database, a_waiting_job).finding is Finding.UNDELIVERED
    assert look_at(database, a_waiting_job).finding is Finding.HEALTHY
    assert rows.events(a_waiting_job.job_id) == [(1, "redispatched")]


def test_a_running_job_is_looked_at_again_when_its_lease_would_end(
    database: Database, a_waiting_job: JobMessage, a_running_job: ClaimedJob
) -> None:
    seen = look_at(database, a_waiting_job)

    assert seen.finding is Finding.HEALTHY
    assert 55 < seen.look_again_s <= 60


def test_an_abandoned_job_is_handed_to_another_attempt(
    database: Database, jobs: PlannerJobs, rows: Rows, a_waiting_job: JobMessage, a_running_job: ClaimedJob
) -> None:
    rows.the_lease_runs_out(a_running_job.job_id)

    assert look_at(database, a_waiting_job).finding is Finding.ABANDONED
    second = jobs.claim(a_waiting_job, worker="second")

    assert second is not None
    assert second.attempt == 2
    assert [kind for _, kind in rows.events(a_running_job.job_id)] == ["claimed", "redispatched", "claimed"]


def test_a_job_abandoned_by_its_last_attempt_fails_with_a_sentence(
    database: Database, jobs: PlannerJobs, rows: Rows, a_waiting_job: JobMessage, a_running_job: ClaimedJob
) -> None:
    for worker in ("second", "third"):
        rows.the_lease_runs_out(a_running_job.job_id)
        jobs.claim(a_waiting_job, worker=worker)
    rows.the_lease_runs_out(a_running_job.job_id)

    assert look_at(database, a_waiting_job).finding is Finding.EXHAUSTED
    assert look_at(database, a_waiting_job).finding is Finding.ENDED

    job = rows.of_job(a_running_job.job_id)
    assert job["status"] == "failed"
    assert job["error_message"].startswith("The analysis stopped unexpectedly")


@pytest.mark.parametrize("status", ["pending", "running"])
def test_a_job_past_its_deadline_fails(database: Database, jobs: PlannerJobs, rows: Rows, status: str) -> None:
    job = JobMessage(job_id=rows.job(rows.user()))
    if status == "running":
        jobs.claim(job, worker="first")
    rows.run(
        "UPDATE jobs SET deadline_at = now(), version = version + 1 WHERE id = :id::uuid",
        id=job.job_id,
    )

    assert look_at(database, job).finding is Finding.OVERDUE

    ended = rows.of_job(job.job_id)
    assert ended["status"] == "failed"
    assert ended["error_message"].startswith("The analysis took too long")
    assert ended["lease_expires_at"] is None


def test_a_deleted_job_is_forgotten(database: Database) -> None:
    assert look_at(database, JobMessage(job_id=uuid4())).finding is Finding.ENDED


class Queues:
    """The two queues, in memory."""

    def __init__(self) -> None:
        self._client = boto3.client("sqs")
        self.urls = {
            name: self._client.create_queue(QueueName=f"alex-{name}")["QueueUrl"]
            for name in ("analysis-jobs", "watchdog")
        }

    def bodies(self, name: str) -> list[dict[str, Any]]:
        answer = self._client.receive_message(QueueUrl=self.urls[name], MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def delayed(self, name: str) -> int:
        answer = self._client.get_queue_attributes(
            QueueUrl=self.urls[name], AttributeNames=["ApproximateNumberOfMessagesDelayed"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessagesDelayed"])


@pytest.fixture
def in_memory_queues(monkeypatch: pytest.MonkeyPatch, database_settings: DatabaseSettings) -> Any:
    with mock_aws(config={"core": {"passthrough": {"urls": [".*127.0.0.1.*"]}}}):
        queues._client.cache_clear()
        made = Queues()
        settings = WatchdogSettings(
            **database_settings.model_dump(),
            analysis_jobs_queue_url=made.urls["analysis-jobs"],
            watchdog_queue_url=made.urls["watchdog"],
        )
        monkeypatch.setattr(WatchdogSettings, "load", lambda: settings)
        yield made
    queues._client.cache_clear()


def test_a_rescue_sends_the_work_message_now_and_the_next_look_later(
    in_memory_queues: Queues, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    rows.the_lease_runs_out(a_running_job.job_id)

    look_after(a_waiting_job)

    assert in_memory_queues.bodies("analysis-jobs") == [{"job_id": str(a_running_job.job_id)}]
    assert in_memory_queues.bodies("watchdog") == []
    assert in_memory_queues.delayed("watchdog") == 1


def test_of_a_job_that_has_ended_nothing_is_sent(
    in_memory_queues: Queues, jobs: PlannerJobs, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    jobs.fail(a_running_job, "The reporter took too long.")

    look_after(a_waiting_job)

    assert in_memory_queues.bodies("analysis-jobs") == []
    assert in_memory_queues.delayed("watchdog") == 0
