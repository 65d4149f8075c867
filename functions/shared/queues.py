"""Sends a job's message to the planners' queue."""

import hashlib
from typing import TYPE_CHECKING

from functions.shared.tasks import JobMessage

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def send(client: "SQSClient", queue_url: str, message: JobMessage, user_id: str) -> None:
    """Send a message, delivered at least once. Raises botocore's errors (retry is safe).

    The message group makes the standard queue fair: SQS delivers the messages of users with few jobs first ("Amazon SQS
    fair queues", Amazon SQS Developer Guide). The group is a hash, so that no queue contains a user's id.
    """
    group = hashlib.sha256(user_id.encode()).hexdigest()
    client.send_message(QueueUrl=queue_url, MessageBody=message.model_dump_json(), MessageGroupId=group)
