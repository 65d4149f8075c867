"""The dead-letter consumer: which jobs it fails, and when it returns a message."""

import os
from typing import Any, cast
from uuid import UUID

import pytest

from functions.dead_letters.handler import run_messages
from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.shared.jobs import LeaseLost
from functions.shared.runtime import Runtime
from functions.shared.tasks import JobMessage
from scripts.local.data_api import FaultControl
from tests.functions.planner_calls import Context, FakeSqs, sqs_event
from tests.rows import Rows
from tests.sections import SUMMARY


class DeadLetters:
    """The function in this process."""

    def __init__(self) -> None:
        self.sqs = FakeSqs()

    def deliver(self, message: JobMessage | str) -> bool:
        """Whether the message was acknowledged."""
        body = message if isinstance(message, str) else message.model_dump_json()
        runtime = Runtime(os.environ, sqs=lambda: cast(Any, self.sqs))
        return not run_messages(sqs_event(body), cast(Any, Context()), runtime)["batchItemFailures"]


@pytest.fixture
def dead_letters(database_settings: object) -> DeadLetters:
    return DeadLetters()


def expired_for(rows: Rows, job_id: object, seconds: int) -> None:
    rows.run(
        "UPDATE jobs SET lease_expires_at = now() - make_interval(secs => :seconds), version = version + 1"
        " WHERE id = :id::uuid",
        id=str(job_id),
        seconds=seconds,
    )


def test_pending_job_fails_with_sentence_for_owner(
    dead_letters: DeadLetters, rows: Rows, a_waiting_job: JobMessage
) -> None:
    assert dead_letters.deliver(a_waiting_job)

    job = rows.of_job(a_waiting_job.job_id)
    assert (job["status"], job["attempt"]) == ("failed", 0)
    assert job["error_message"].startswith("The analysis could not be run.")
    assert rows.events(a_waiting_job.job_id) == [(1, "failed")]


def test_held_job_is_left_alone_until_lease_is_75_s_over(
    dead_letters: DeadLetters, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    expired_for(rows, a_running_job.job_id, 30)

    assert not dead_letters.deliver(a_waiting_job)

    assert rows.of_job(a_running_job.job_id)["status"] == "running"
    assert 40 <= dead_letters.sqs.hidden[-1][1] <= 45


def test_job_without_living_planner_fails_and_its_attempt_is_fenced(
    dead_letters: DeadLetters, rows: Rows, jobs: PlannerJobs, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    expired_for(rows, a_running_job.job_id, 76)

    assert dead_letters.deliver(a_waiting_job)

    assert rows.of_job(a_running_job.job_id)["status"] == "failed"
    with pytest.raises(LeaseLost):
        jobs.renew(a_running_job)
    with pytest.raises(LeaseLost):
        jobs.complete(a_running_job, SUMMARY)


def test_repeated_delivery_changes_nothing(dead_letters: DeadLetters, rows: Rows, a_waiting_job: JobMessage) -> None:
    dead_letters.deliver(a_waiting_job)
    before = rows.of_job(a_waiting_job.job_id)

    assert dead_letters.deliver(a_waiting_job)

    assert rows.of_job(a_waiting_job.job_id) == before


@pytest.mark.parametrize("rounds", [-1, 1], ids=["of an earlier round", "of a round that never began"])
def test_message_of_another_round_is_acknowledged(
    dead_letters: DeadLetters, rows: Rows, a_waiting_job: JobMessage, rounds: int
) -> None:
    rows.in_round(a_waiting_job.job_id, 1)
    message = a_waiting_job.model_copy(update={"round": 1 + rounds})

    assert dead_letters.deliver(message)

    assert rows.of_job(a_waiting_job.job_id)["status"] == "pending"


@pytest.mark.parametrize("body", ["poison", "{}", JobMessage(job_id=UUID(int=1)).model_dump_json()])
def test_body_without_job_is_acknowledged(dead_letters: DeadLetters, body: str) -> None:
    assert dead_letters.deliver(body)

    assert dead_letters.sqs.hidden == []


def test_message_returns_every_minute_while_database_is_away(
    dead_letters: DeadLetters, rows: Rows, faults: FaultControl, a_waiting_job: JobMessage, monkeypatch: Any
) -> None:
    monkeypatch.setattr("functions.dead_letters.handler._RETRY_BUDGET_S", 0)
    faults.inject("resuming", times=1)

    assert not dead_letters.deliver(a_waiting_job)

    assert dead_letters.sqs.hidden == [("receipt 0", 60)]
    assert rows.of_job(a_waiting_job.job_id)["status"] == "pending"


def test_lost_response_does_not_fail_job_twice(
    dead_letters: DeadLetters, rows: Rows, faults: FaultControl, a_waiting_job: JobMessage
) -> None:
    faults.inject("answer_lost", times=1)

    assert dead_letters.deliver(a_waiting_job)

    assert rows.events(a_waiting_job.job_id) == [(1, "failed")]
