"""Entry point of the watchdog. A message that fails is given back, and delivered again."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared import metrics
from functions.shared.database import Database
from functions.shared.messages import process
from functions.shared.observability import logger
from functions.shared.queues import send
from functions.shared.tasks import JobMessage
from functions.watchdog.jobs import Finding, look
from functions.watchdog.settings import WatchdogSettings

#: Together below the function's own timeout, which is short: when a watchdog dies at work, its message is hidden for a
#: multiple of it. A database that takes longer is met again with the next delivery.
_PATIENCE_S = 4
_READ_TIMEOUT_S = 3


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers which messages are to be delivered again."""
    return process(event, context, look_after, retry_soon=False)


def look_after(message: JobMessage) -> None:
    """Looks at one job and sends what has to be sent; the next look goes last, so that no death in between ends it."""
    settings = WatchdogSettings.load()
    logger.append_keys(job_id=str(message.job_id))
    database = Database(settings, patience_s=_PATIENCE_S, read_timeout_s=_READ_TIMEOUT_S)
    seen = look(database, message, settings.undelivered_after_s)
    logger.info(f"The job is {seen.finding}", finding=seen.finding)
    if seen.finding is Finding.ABANDONED:
        metrics.job_rescued()
    if seen.finding in (Finding.EXHAUSTED, Finding.OVERDUE):
        metrics.job_failed()
    if seen.needs_a_planner:
        send(settings.analysis_jobs_queue_url, message)
    if seen.finding in (Finding.HEALTHY, Finding.UNDELIVERED, Finding.ABANDONED):
        send(settings.watchdog_queue_url, message, seen.look_again_s + settings.margin_s)
