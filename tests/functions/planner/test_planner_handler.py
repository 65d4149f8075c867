"""The planner's entry point: when it acknowledges a message, and when it returns it."""

import json
import threading
from collections.abc import Callable
from uuid import uuid4

import pytest

from functions.planner.agents import AgentCrashed, AgentUnavailable, Delayed
from functions.planner.backoff import backoff_s
from functions.planner.stand_ins import StandInAgents
from functions.shared.agent_declaration import Agent
from functions.shared.jobs import LeaseLost
from functions.shared.plans import AGENTS
from functions.shared.tasks import AgentTask, JobMessage, Receipt
from scripts.local.data_api import FaultControl
from tests.functions.planner_calls import Planner, end_abandoned_agents
from tests.rows import Rows
from tests.waiting import until

POISON = ["", "not JSON", "{}", '{"job_id": "canary-4711"}', '{"job_id": null}', "[" * 1000, '"' + "x" * 200_000]


class Team(StandInAgents):
    """Stand-in agents. `before` runs before each of them delivers."""

    def __init__(self, before: Callable[[Agent, AgentTask], object] = lambda agent, task: None) -> None:
        super().__init__()
        self._before = before

    def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:
        self._before(agent, task)
        return super().run(agent, task, delayed)


def at_once(_pause_s: float) -> None:
    """In place of the planner's pauses."""


def reporter_raises(error: Exception) -> Team:
    def before(agent: Agent, task: AgentTask) -> None:
        if agent.section == "report":
            raise error

    return Team(before)


def test_mock_lambdas_commit_sections_marked_as_mock(planner: Planner, rows: Rows, a_waiting_job: JobMessage) -> None:
    assert planner.deliver(a_waiting_job, MOCK_LAMBDAS="true")

    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"
    marked = rows.run(
        """SELECT section FROM job_results WHERE job_id = :id::uuid AND payload @@ '$.**.mock == true'""",
        id=a_waiting_job.job_id,
    )
    assert {section for (section,) in marked} == {agent.section for agent in AGENTS}


def test_unknown_fields_of_message_are_ignored(planner: Planner, rows: Rows, a_waiting_job: JobMessage) -> None:
    assert planner.deliver(json.dumps({"job_id": str(a_waiting_job.job_id), "priority": "high"}), Team())

    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"


@pytest.mark.parametrize("body", POISON)
def test_poison_message_is_returned_and_body_is_not_logged(
    planner: Planner, body: str, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert not planner.deliver(body, Team())

    assert planner.sqs.hidden == [("receipt 0", 1)]
    assert "canary" not in caplog.text + capsys.readouterr().out


class TestHeartbeat:
    """AWS recommends extending visibility during work ("Amazon SQS visibility timeout", SQS Developer Guide)."""

    def test_message_is_hidden_for_longer_than_lease_from_start(
        self, planner: Planner, a_waiting_job: JobMessage
    ) -> None:
        planner.deliver(a_waiting_job, Team(lambda agent, task: until(lambda: planner.sqs.hidden)))

        assert planner.sqs.hidden == [("receipt 0", 65)]

    def test_message_and_lease_are_renewed_while_agents_work(
        self, planner: Planner, rows: Rows, faults: FaultControl, a_waiting_job: JobMessage
    ) -> None:
        def renewals() -> int:
            return sum("SET lease_expires_at" in call["sql"] for call in faults.statements())

        def work(agent: Agent, task: AgentTask) -> None:
            until(lambda: renewals() >= 2 and len(planner.sqs.hidden) >= 3)

        planner.deliver(a_waiting_job, Team(work), LEASE_S="0.6")

        assert rows.of_job(a_waiting_job.job_id)["attempt"] == 1
        assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"

    def test_failing_renewals_do_not_end_attempt(
        self, planner: Planner, rows: Rows, faults: FaultControl, a_waiting_job: JobMessage
    ) -> None:
        faults.inject("out_of_memory", times=1000, match="SET lease_expires_at")

        def work(agent: Agent, task: AgentTask) -> None:
            until(lambda: faults.fired().get("out_of_memory", 0) >= 2)

        assert planner.deliver(a_waiting_job, Team(work), LEASE_S="0.6")

        assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"


class TestMessageWithoutWork:
    def test_message_for_unknown_job_returns_later_each_time(self, planner: Planner) -> None:
        message = JobMessage(job_id=uuid4())

        delays = []
        for receive_count in range(1, 7):
            assert not planner.deliver(message, Team(), receive_count=receive_count, sleep=at_once)
            delays.append(planner.redelivered_after_s)

        assert delays == [2, 4, 8, 16, 32, 64]

    def test_message_for_unknown_job_is_dropped_at_seventh_receipt(self, planner: Planner) -> None:
        assert planner.deliver(JobMessage(job_id=uuid4()), Team(), receive_count=7, sleep=at_once)

    def test_job_written_a_moment_after_its_message_is_run_at_once(self, planner: Planner, rows: Rows) -> None:
        user_id = rows.user()
        message = JobMessage(job_id=uuid4())

        assert planner.deliver(message, Team(), sleep=lambda _: rows.job(user_id, job_id=message.job_id))

        assert rows.of_job(message.job_id)["status"] == "completed"

    def test_message_of_later_round_waits_for_its_retry(self, planner: Planner, a_waiting_job: JobMessage) -> None:
        assert not planner.deliver(a_waiting_job.model_copy(update={"round": 1}), Team(), sleep=at_once)

        assert planner.redelivered_after_s == 2

    def test_message_of_earlier_round_is_acknowledged(
        self, planner: Planner, rows: Rows, a_waiting_job: JobMessage
    ) -> None:
        rows.in_round(a_waiting_job.job_id, 1)

        assert planner.deliver(a_waiting_job, Team())

        assert rows.of_job(a_waiting_job.job_id)["status"] == "pending"

    def test_message_for_finished_job_is_acknowledged(
        self, planner: Planner, rows: Rows, a_waiting_job: JobMessage
    ) -> None:
        planner.deliver(a_waiting_job, Team())
        before = rows.of_job(a_waiting_job.job_id)

        assert planner.deliver(a_waiting_job, Team())

        assert rows.of_job(a_waiting_job.job_id) == before

    def test_message_for_held_job_returns_when_lease_ends(
        self, planner: Planner, rows: Rows, a_waiting_job: JobMessage
    ) -> None:
        rows.start(a_waiting_job.job_id)

        assert not planner.deliver(a_waiting_job, Team())

        lease = "SELECT extract(epoch FROM lease_expires_at - now())::float8 FROM jobs WHERE id = :id::uuid"
        ((left_s,),) = rows.run(lease, id=a_waiting_job.job_id)
        assert left_s <= planner.redelivered_after_s <= 61


class TestTransientErrors:
    @pytest.mark.parametrize(
        "error", [AgentUnavailable("reporter", "TooManyRequestsException")], ids=["agent throttled"]
    )
    def test_attempt_is_released_and_message_backs_off(
        self, planner: Planner, rows: Rows, a_waiting_job: JobMessage, error: Exception
    ) -> None:
        assert not planner.deliver(a_waiting_job, reporter_raises(error), receive_count=2)

        job = rows.of_job(a_waiting_job.job_id)
        assert (job["status"], job["worker"], job["failures"]) == ("running", None, 0)
        assert job["stalled_since"] is not None
        assert 12 <= planner.redelivered_after_s <= 15
        assert rows.events(a_waiting_job.job_id)[-1][1] == "released"

    def test_next_attempt_runs_missing_agents_and_counts_no_failure(
        self, planner: Planner, rows: Rows, a_waiting_job: JobMessage
    ) -> None:
        planner.deliver(a_waiting_job, reporter_raises(AgentUnavailable("reporter")))

        assert planner.deliver(a_waiting_job, Team())

        job = rows.of_job(a_waiting_job.job_id)
        assert (job["status"], job["attempt"], job["failures"], job["stalled_since"]) == ("completed", 2, 0, None)
        assert rows.sections(a_waiting_job.job_id)["charts"] == 1

    def test_round_ends_after_30_minutes_without_committed_step(
        self, planner: Planner, rows: Rows, a_waiting_job: JobMessage
    ) -> None:
        planner.deliver(a_waiting_job, reporter_raises(AgentUnavailable("reporter")))
        rows.run(
            "UPDATE jobs SET stalled_since = now() - interval '31 minutes', version = version + 1 WHERE id = :id::uuid",
            id=a_waiting_job.job_id,
        )

        assert planner.deliver(a_waiting_job, reporter_raises(AgentUnavailable("reporter")))

        job = rows.of_job(a_waiting_job.job_id)
        assert job["status"] == "failed"
        assert "30 minutes" in job["error_message"]

    @pytest.mark.parametrize("kind", ["disk_full", "out_of_memory", "lock_timeout", "statement_timeout"])
    def test_database_without_room_is_retried_within_attempt(
        self, planner: Planner, rows: Rows, faults: FaultControl, a_waiting_job: JobMessage, kind: str
    ) -> None:
        faults.inject(kind, times=2, match="FROM users WHERE users.id")

        assert planner.deliver(a_waiting_job, Team())

        job = rows.of_job(a_waiting_job.job_id)
        assert (job["status"], job["attempt"], job["failures"]) == ("completed", 1, 0)

    def test_database_away_until_deadline_returns_message(
        self, planner: Planner, rows: Rows, faults: FaultControl, a_waiting_job: JobMessage
    ) -> None:
        faults.inject("unavailable_503", times=1000, match="FROM users WHERE users.id")

        assert not planner.deliver(a_waiting_job, Team(), seconds_left=16)

        assert rows.of_job(a_waiting_job.job_id)["status"] == "running"
        assert rows.of_job(a_waiting_job.job_id)["worker"] is None

    def test_claim_without_database_returns_message(
        self, planner: Planner, rows: Rows, faults: FaultControl, a_waiting_job: JobMessage
    ) -> None:
        faults.inject("unavailable_503", times=1000, match="FOR UPDATE")

        assert not planner.deliver(a_waiting_job, Team(), seconds_left=16)

        assert 4 <= planner.redelivered_after_s <= 5
        assert rows.of_job(a_waiting_job.job_id)["status"] == "pending"

    def test_backoff_grows_to_five_minutes(self) -> None:
        delays = [backoff_s(receive_count) for receive_count in range(1, 61)]

        for delay, longest in zip(delays, [5, 15, 45, 135, *[300] * 56], strict=True):
            assert 0.8 * longest <= delay <= longest


class TestPermanentErrors:
    def test_failed_agent_ends_round(self, planner: Planner, rows: Rows, a_waiting_job: JobMessage) -> None:
        assert planner.deliver(a_waiting_job, reporter_raises(AgentCrashed("reporter")))

        assert rows.of_job(a_waiting_job.job_id)["status"] == "failed"

    def test_unexpected_error_ends_round_without_logging_its_text(
        self, planner: Planner, rows: Rows, a_waiting_job: JobMessage, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert planner.deliver(a_waiting_job, reporter_raises(KeyError("canary-4711")))

        job = rows.of_job(a_waiting_job.job_id)
        assert (job["status"], job["attempt"]) == ("failed", 1)
        assert "went wrong on our side" in job["error_message"]
        assert "canary" not in caplog.text

    def test_failure_that_cannot_be_recorded_returns_message(
        self, planner: Planner, rows: Rows, faults: FaultControl, a_waiting_job: JobMessage
    ) -> None:
        faults.inject("unavailable_503", times=1000, match="left(:reason")

        assert not planner.deliver(a_waiting_job, reporter_raises(KeyError("report")), seconds_left=16)

        assert rows.of_job(a_waiting_job.job_id)["status"] == "running"

    def test_unknown_type_of_job_ends_round_at_once(
        self, planner: Planner, rows: Rows, a_waiting_job: JobMessage
    ) -> None:
        job_id = rows.job(rows.user(), job_type="horoscope")

        assert planner.deliver(JobMessage(job_id=job_id), Team())

        job = rows.of_job(job_id)
        assert (job["status"], job["attempt"]) == ("failed", 1)
        assert "not available" in job["error_message"]


def test_lost_lease_returns_message_instead_of_deleting_it(
    planner: Planner, rows: Rows, a_waiting_job: JobMessage
) -> None:
    """The other planner may hold this very message: acknowledged here, it would be lost if that planner died."""
    assert not planner.deliver(a_waiting_job, reporter_raises(LeaseLost("attempt 1 no longer owns the job")))

    assert planner.redelivered_after_s == 65


def test_cancelled_job_is_acknowledged(planner: Planner, rows: Rows, a_waiting_job: JobMessage) -> None:
    planner_has_stopped = threading.Event()

    def cancel(agent: Agent, task: AgentTask) -> None:
        if agent.section == "report":
            rows.run(
                "UPDATE jobs SET status = 'cancelled', completed_at = now(), lease_expires_at = NULL,"
                " version = version + 1 WHERE id = :id::uuid",
                id=task.job_id,
            )
        planner_has_stopped.wait(600)

    assert planner.deliver(a_waiting_job, Team(cancel), LEASE_S="0.6")
    planner_has_stopped.set()
    end_abandoned_agents()


def test_missing_variable_returns_message(planner: Planner, rows: Rows, a_waiting_job: JobMessage) -> None:
    planner.environment = {name: value for name, value in planner.environment.items() if name != "AGENT_TIMEOUT_S"}

    assert not planner.deliver(a_waiting_job)

    assert rows.of_job(a_waiting_job.job_id)["status"] == "pending"
