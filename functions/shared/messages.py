"""What a function does with the messages that its queue hands it."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.queues import deliver_again
from functions.shared.tasks import JobMessage

#: A queue hides a message that was taken for minutes, since its consumer may have died at work. What failed before our
#: eyes need not wait for that: after the last of its deliveries it is a dead letter, and an alarm tells.
RETRY_S = 1

_processor = BatchProcessor(event_type=EventType.SQS)


def process(
    event: dict[str, Any], context: LambdaContext, handle: Callable[[JobMessage], None], *, retry_soon: bool
) -> dict[str, Any]:
    """Hands each message to `handle`; answers which are to be delivered again: those that it raised for.

    They come back after RETRY_S with `retry_soon`, otherwise when the queue's visibility timeout ends. A body that is
    no job's message always comes back soon: no later try can do better.
    """

    def handle_record(record: SQSRecord) -> None:
        message = None
        try:
            message = JobMessage.model_validate_json(record.body)
            handle(message)
        except Exception:
            if retry_soon or message is None:
                deliver_again(record.queue_url, record.receipt_handle, RETRY_S)
            raise

    return dict(process_partial_response(event, handle_record, _processor, context))
