"""Sends a job's message to a queue, or gives back one that was taken.

boto3 is loaded with the first message: a request that sends none is spared its import.
"""

from functools import cache
from typing import TYPE_CHECKING

from functions.shared.tasks import JobMessage

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

#: The longest delay that SQS knows, in seconds.
MAX_DELAY_S = 900


@cache
def _client() -> "SQSClient":
    import boto3  # noqa: PLC0415 - see above
    from botocore.config import Config  # noqa: PLC0415

    # SQS answers within milliseconds; the api function has promised its own answer within 10 s.
    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"})
    client: SQSClient = boto3.client("sqs", config=config)
    return client


def send(queue_url: str, message: JobMessage, delay_s: float = 0) -> None:
    """Delivered at least once, `delay_s` (at most MAX_DELAY_S) from now. Raises botocore's errors (retry is safe)."""
    _client().send_message(
        QueueUrl=queue_url, MessageBody=message.model_dump_json(), DelaySeconds=min(MAX_DELAY_S, round(delay_s))
    )


def deliver_again(queue_url: str, receipt: str, after_s: int) -> None:
    """Has a message that was taken delivered once more. Raises botocore's errors: then it comes when its time is up."""
    _client().change_message_visibility(QueueUrl=queue_url, ReceiptHandle=receipt, VisibilityTimeout=after_s)
