"""Entry point of the planner. A message that can't be handled is given back, and ends in the dead-letter queue."""

from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.planner.agents import Agents, LambdaAgents
from functions.planner.jobs import JobCancelled, PlannerJobs
from functions.planner.leased import LeasedWork
from functions.planner.prices import refresh_prices
from functions.planner.run import Attempt, run_attempt
from functions.planner.settings import PlannerSettings
from functions.planner.stand_ins import StandInAgents
from functions.shared.database import Database
from functions.shared.history import History, Recollection, read_history
from functions.shared.jobs import LeaseLost
from functions.shared.messages import process
from functions.shared.observability import logger
from functions.shared.plans import PLANS, SETUP_EXPECTED, Agent
from functions.shared.progress.model import SETUP
from functions.shared.progress.tracker import impatient_database, tracker
from functions.shared.sections import Section
from functions.shared.tasks import JobMessage

#: How long the planner waits for a database that wakes up: resuming takes up to 40 s.
_PATIENCE_S = 90
#: What is left of the planner's time to write down how the job ended.
_LAST_WORDS_S = 15
_RENEWALS_A_LEASE = 3


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers which messages are to be delivered again."""

    def seconds_left() -> float:
        return context.get_remaining_time_in_millis() / 1000 - _LAST_WORDS_S

    def handle(message: JobMessage) -> None:
        settings = PlannerSettings.load()
        agents = StandInAgents() if settings.mock_lambdas else LambdaAgents(settings, seconds_left)
        handle_job(message, settings, agents)

    return process(event, context, handle, retry_soon=True)


def handle_job(message: JobMessage, settings: PlannerSettings, agents: Agents) -> None:
    """Claims the job and runs an attempt at it. A job that can't be claimed is the watchdog's: nothing to do here."""
    logger.append_keys(job_id=str(message.job_id))
    database = Database(settings, patience_s=_PATIENCE_S)
    jobs = PlannerJobs(database, settings.lease_s)
    job = jobs.claim(message, worker=str(uuid4()))
    if job is None:
        logger.info("The job can not be claimed; the watchdog looks after it")
        return
    logger.append_keys(attempt=job.attempt)
    is_tracked = settings.enable_progress_tracking
    logger.info(f"Progress tracking is {'ENABLED' if is_tracked else 'DISABLED'} via feature flag")
    plan = PLANS[job.job_type]
    history = Recollection(lambda: _history(plan, settings.agent_model_id))
    progress = tracker(is_tracked, job, {SETUP: SETUP_EXPECTED, **{agent.name: agent.expected for agent in plan}})
    prices = None if settings.price_source == "none" else partial(refresh_prices, settings, database)
    renewal_s = settings.lease_s / _RENEWALS_A_LEASE
    try:
        with LeasedWork(lambda: jobs.renew(job), renewal_s, threads=len(plan)) as work:
            run_attempt(Attempt(job, database, jobs, agents, progress, work, history, is_tracked, prices))
    except (LeaseLost, JobCancelled) as error:
        logger.info("This attempt is over", reason=str(error))
    except Exception:
        jobs.release(job)  # the message comes back at once, for the next attempt
        raise
    finally:
        progress.close()


def _history(plan: tuple[Agent, ...], model_id: str | None) -> History:
    models = {agent.section: model_id if agent.is_worded else None for agent in plan}
    return read_history(impatient_database(), {Section.SNAPSHOT: None, **models})
