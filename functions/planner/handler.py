"""Entry point of the planner: each message is one attempt at a job.

A message is acknowledged only when its round of the job has ended or the job is gone. Otherwise it returns to the
queue with a delay. If the process dies, SQS delivers the message again.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.planner.agents import AgentFailed, Agents, AgentUnavailable, LambdaAgents
from functions.planner.backoff import backoff_s
from functions.planner.heartbeat import BEATS_PER_LEASE, LeaseKeeper
from functions.planner.jobs import ClaimedJob, JobCancelled, JobEnded, JobExhausted, JobHeld, JobUnknown, PlannerJobs
from functions.planner.lease import HIDDEN_PER_LEASE
from functions.planner.prices import refresh_prices
from functions.planner.run import Attempt, run_attempt
from functions.planner.settings import PlannerSettings
from functions.planner.stand_ins import StandInAgents
from functions.shared import metrics
from functions.shared.agent_declaration import Agent, JobType
from functions.shared.database import AccessRefused, AnswerLost, DatabaseError, DatabaseUnavailable
from functions.shared.deliveries import Delivery, Redeliver, process
from functions.shared.durations.history import History, HistoryLoader, read_history
from functions.shared.jobs import LeaseLost
from functions.shared.observability import error_location, logger
from functions.shared.plans import PLANS, SETUP, SETUP_EXPECTED
from functions.shared.progress.tracker import fail_fast_database, tracker
from functions.shared.runtime import LAMBDA, Runtime
from functions.shared.section_names import SNAPSHOT
from functions.shared.tasks import JobMessage

#: How long a claim retries while the database resumes, which takes up to 40 s.
_CLAIM_BUDGET_S = 90
#: Lambda kills the process at the timeout, so stop 15 s earlier and record why.
_STOP_EARLY_S = 15
#: `retry_budget_s` and `read_timeout_s` of a renewal, which must end before the next beat.
_RENEWAL_BUDGET_S, _RENEWAL_READ_TIMEOUT_S = 5, 10
#: A submission writes its job after sending the message. Wait for the job first here, then in the queue.
_LOOK_AGAIN_S = (0.2, 0.5)
_UNKNOWN_RECEIPTS = 7

_TRANSIENT = (AgentUnavailable, AccessRefused, AnswerLost, DatabaseUnavailable)
_POOL_SIZE = max(len(plan) for plan in PLANS.values())


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Run the job of each message. Returns the messages to deliver again."""
    return run_messages(event, context, LAMBDA)


def run_messages(
    event: dict[str, Any], context: LambdaContext, runtime: Runtime, agents: Agents | None = None
) -> dict[str, Any]:
    """`agents` defaults to the functions, or to the stand-ins if MOCK_LAMBDAS is set."""

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000 - _STOP_EARLY_S

    def handle(delivery: Delivery) -> None:
        settings = runtime.settings(PlannerSettings)
        team = agents or (
            StandInAgents(runtime) if settings.mock_lambdas else LambdaAgents(settings, runtime, seconds_left)
        )
        Planner(settings, runtime, team, seconds_left).run(delivery)

    return process(event, context, runtime, handle)


class Planner:
    """Runs one attempt at the job of a message."""

    def __init__(
        self, settings: PlannerSettings, runtime: Runtime, agents: Agents, seconds_left: Callable[[], float]
    ) -> None:
        """`seconds_left` returns the time until the planner must stop and record its state."""
        self._settings = settings
        self._runtime = runtime
        self._agents = agents
        self._seconds_left = seconds_left
        self._database = runtime.database(retry_budget_s=seconds_left)
        self._jobs = PlannerJobs(self._database, settings.lease_s)

    def run(self, delivery: Delivery) -> None:
        """Run the attempt. Returns if the message can be acknowledged; raises Redeliver otherwise."""
        message = delivery.message()
        logger.append_keys(job_id=str(message.job_id))
        hidden_s = math.ceil(self._settings.lease_s * HIDDEN_PER_LEASE)
        interval_s = self._settings.lease_s / BEATS_PER_LEASE
        with LeaseKeeper(self._runtime.threads, lambda: delivery.hide(hidden_s), interval_s, _POOL_SIZE) as keeper:
            job = self._claim(message, delivery)
            if job is None:
                return
            logger.append_keys(attempt=job.attempt)
            logger.info("Claimed job", receive_count=delivery.receive_count)
            if job.waited_s is not None:
                metrics.job_claimed(job.waited_s)
            renewing = self._limited(_RENEWAL_BUDGET_S, _RENEWAL_READ_TIMEOUT_S)
            keeper.hold(lambda: renewing.renew(job))
            try:
                self._run_attempt(job, keeper)
            except JobCancelled:
                logger.info("The job was cancelled")
            except LeaseLost as error:
                if renewing.is_cancelled(job):  # an agent may detect it before the heartbeat does
                    logger.info("The job was cancelled")
                    return
                # Another planner may have received this same message. Acknowledging it could delete it while that
                # planner works.
                logger.warning("The lease was lost", reason=str(error))
                raise Redeliver(hidden_s) from error
            except _TRANSIENT as error:
                keeper.stop()
                self._release(job, error, delivery)
            except Exception as error:
                logger.error("The attempt failed", kind=type(error).__name__, at=error_location(error))
                self._fail(job, ["Something went wrong on our side."], delivery)

    def _claim(self, message: JobMessage, delivery: Delivery) -> ClaimedJob | None:
        """Claim the job. Returns None if nothing is left to do for the message. Raises Redeliver."""
        try:
            return self._claim_soon(message)
        except JobExhausted:
            logger.error("The job failed: its planners died")
            metrics.job_failed()
        except JobEnded:
            logger.info("The job has ended, nothing to do")
        except JobHeld as held:
            logger.info("Another planner holds the job", seconds=round(held.seconds))
            raise Redeliver(math.ceil(held.seconds) + 1) from held
        except JobUnknown as unknown:
            if delivery.receive_count < _UNKNOWN_RECEIPTS:
                raise Redeliver(2**delivery.receive_count) from unknown
            logger.warning("No such job, the message is dropped")
        except DatabaseError as error:
            logger.warning("The job could not be claimed", reason=str(error), kind=type(error).__name__)
            raise Redeliver(backoff_s(delivery.receive_count)) from error
        return None

    def _claim_soon(self, message: JobMessage) -> ClaimedJob:
        """Claim the job. Raises ClaimRefused; retries before raising JobUnknown."""
        jobs = self._limited(min(_CLAIM_BUDGET_S, max(0, self._seconds_left())))
        worker, is_tracked = str(uuid4()), self._settings.enable_progress_tracking
        for pause_s in _LOOK_AGAIN_S:
            try:
                return jobs.claim(message, worker, is_tracked=is_tracked)
            except JobUnknown:
                self._runtime.sleep(pause_s)
        return jobs.claim(message, worker, is_tracked=is_tracked)

    def _run_attempt(self, job: ClaimedJob, keeper: LeaseKeeper) -> None:
        settings, runtime = self._settings, self._runtime
        plan = PLANS.get(JobType(job.job_type)) if job.job_type in set(JobType) else None
        if plan is None:
            logger.error("No plan for this type of job", job_type=job.job_type)
            self._jobs.fail(job, ["This kind of analysis is not available at the moment."])
            metrics.job_failed()
            return
        is_tracked = settings.enable_progress_tracking
        logger.info(f"Progress tracking is {'ENABLED' if is_tracked else 'DISABLED'} via feature flag")
        expected = {SETUP: SETUP_EXPECTED, **{agent.name: agent.expected for agent in plan}}
        progress = tracker(is_tracked, job, expected, runtime)
        history = HistoryLoader(lambda: _history(plan, settings, runtime, job.user_id))
        prices = None if settings.price_source == "none" else partial(refresh_prices, settings)
        try:
            run_attempt(
                Attempt(
                    job=job,
                    plan=plan,
                    database=self._database,
                    jobs=self._jobs,
                    agents=self._agents,
                    progress=progress,
                    keeper=keeper,
                    history=history,
                    track_progress=is_tracked,
                    clock=runtime.clock,
                    refresh_prices=prices,
                )
            )
        finally:
            progress.close()

    def _release(self, job: ClaimedJob, error: Exception, delivery: Delivery) -> None:
        """Release the job for the next attempt. Raises Redeliver, unless the release has ended the round."""
        reason = str(error) if isinstance(error, AgentFailed) else "The database was not available."
        logger.warning("The attempt stopped, the job will resume", reason=str(error), kind=type(error).__name__)
        try:
            is_released = self._jobs.release(job, reason)
        except (DatabaseError, LeaseLost) as failure:
            logger.warning("The job was not released", reason=str(failure))
            is_released = True
        if is_released:
            metrics.job_retried()
            raise Redeliver(backoff_s(delivery.receive_count)) from error
        metrics.job_failed()

    def _fail(self, job: ClaimedJob, reasons: list[str], delivery: Delivery) -> None:
        """Fail the job. Raises Redeliver if the failure cannot be recorded."""
        try:
            self._jobs.fail(job, reasons)
        except (DatabaseError, LeaseLost) as failure:
            logger.warning("The failure was not recorded", reason=str(failure))
            raise Redeliver(backoff_s(delivery.receive_count)) from failure
        metrics.job_failed()

    def _limited(self, retry_budget_s: float, read_timeout_s: float | None = None) -> PlannerJobs:
        database = self._runtime.database(retry_budget_s=retry_budget_s, read_timeout_s=read_timeout_s)
        return PlannerJobs(database, self._settings.lease_s)


def _history(plan: tuple[Agent, ...], settings: PlannerSettings, runtime: Runtime, user_id: str) -> History:
    models = {agent.section: settings.agent_model_id if agent.is_worded else None for agent in plan}
    return read_history(fail_fast_database(runtime), {SNAPSHOT: None, **models}, user_id)
