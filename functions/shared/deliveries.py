"""Processes the messages that a queue delivers to a function. Each is acknowledged, or returned with a delay.

A returned message is a batch item failure, not a Lambda error: it triggers no alarm, and Lambda doesn't reduce the
concurrency of the event source ("Handling errors for an SQS event source in Lambda", AWS Lambda Developer Guide).
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from functions.shared.observability import error_location, logger
from functions.shared.runtime import Runtime
from functions.shared.tasks import JobMessage

#: Retrying an invalid body is pointless; a few quick receipts move it to the dead-letter queue.
_POISON_S = 1


class Redeliver(Exception):
    """Return the message to the queue, to be received again after `after_s` seconds."""

    def __init__(self, after_s: float) -> None:
        super().__init__(f"again after {after_s:.0f} s")
        self.after_s = after_s


class Delivery:
    """One receipt of a job's message."""

    def __init__(self, record: SQSRecord, runtime: Runtime) -> None:
        self._record = record
        self._runtime = runtime
        self.receive_count = int(record.attributes.approximate_receive_count)
        """The number of times the message has been received, including this one."""

    def message(self) -> JobMessage:
        """Parse the message. Raises ValidationError if the body names no job."""
        return JobMessage.model_validate_json(self._record.body)

    def hide(self, seconds: float) -> None:
        """Hide the message for this many seconds from now. Raises botocore's errors (retry is safe)."""
        self._runtime.sqs().change_message_visibility(
            QueueUrl=self._record.queue_url,
            ReceiptHandle=self._record.receipt_handle,
            VisibilityTimeout=max(0, round(seconds)),
        )


def process(
    event: dict[str, Any],
    context: LambdaContext,
    runtime: Runtime,
    handle: Callable[[Delivery], None],
    *,
    keep_poison: bool = True,
) -> dict[str, Any]:
    """Pass each message to `handle`. Returns Lambda's response, which lists the messages to deliver again.

    A message is returned if `handle` raises: after `Redeliver.after_s`, otherwise when its visibility timeout ends. A
    message whose body names no job is also returned, until it reaches the dead-letter queue; without `keep_poison` it
    is acknowledged.
    """

    def handle_record(record: SQSRecord) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - loaded when first needed

        delivery = Delivery(record, runtime)
        try:
            delivery.message()
        except ValidationError:
            logger.warning("The message names no job", message_id=record.message_id)
            if not keep_poison:
                return
            again = Redeliver(_POISON_S)
        else:
            try:
                handle(delivery)
                return
            except Redeliver as error:
                again = error
            except Exception as error:
                logger.error("A message could not be processed", kind=type(error).__name__, at=error_location(error))
                raise
        try:
            delivery.hide(again.after_s)
        except (BotoCoreError, ClientError) as error:
            logger.warning("The message keeps its visibility timeout", reason=type(error).__name__)
        raise again

    # One per call, because it stores the outcome of each record.
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event, handle_record, processor, context))
