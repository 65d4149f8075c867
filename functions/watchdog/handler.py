"""Entry point of the watchdog. A message that fails is given back, and delivered again."""

from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.database import Database
from functions.shared.observability import logger
from functions.shared.queues import send
from functions.shared.tasks import JobMessage
from functions.watchdog.jobs import Finding, look
from functions.watchdog.settings import WatchdogSettings

#: Below the function's own timeout; a database that takes longer is met again with the next delivery.
_PATIENCE_S = 20

_processor = BatchProcessor(event_type=EventType.SQS)


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers which messages are to be delivered again."""
    return dict(process_partial_response(event, look_after, _processor, context))


def look_after(record: SQSRecord) -> None:
    """Looks at one job and sends what has to be sent; the next look goes last, so that no death in between ends it."""
    settings = WatchdogSettings.load()
    message = JobMessage.model_validate_json(record.body)
    logger.append_keys(job_id=str(message.job_id))
    seen = look(Database(settings, patience_s=_PATIENCE_S), message, settings.undelivered_after_s)
    logger.info(f"The job is {seen.finding}", finding=seen.finding)
    if seen.needs_a_planner:
        send(settings.analysis_jobs_queue_url, message)
    if seen.finding in (Finding.HEALTHY, Finding.UNDELIVERED, Finding.ABANDONED):
        send(settings.watchdog_queue_url, message, seen.look_again_s + settings.margin_s)
