"""The queues of the table, each with its dead-letter queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scripts.local.emulator import Emulator
from scripts.table import NAME_PREFIX, Table

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

RETENTION_S = 14 * 24 * 3600


def create_queues(emulator: Emulator, table: Table, visibility_timeout_s: int) -> dict[str, str]:
    """Answers the URL of each by its name in the table; a dead-letter queue is called `<queue>-dlq`."""
    sqs: SQSClient = emulator.client("sqs")
    urls = {}
    for queue in table.queues.values():
        dead = f"{queue.name}-dlq"
        urls[dead] = sqs.create_queue(
            QueueName=f"{NAME_PREFIX}-{dead}", Attributes={"MessageRetentionPeriod": str(RETENTION_S)}
        )["QueueUrl"]
        redrive = {"deadLetterTargetArn": queue_arn(sqs, urls[dead]), "maxReceiveCount": queue.max_receive_count}
        urls[queue.name] = sqs.create_queue(
            QueueName=f"{NAME_PREFIX}-{queue.name}",
            Attributes={
                "MessageRetentionPeriod": str(RETENTION_S),
                "VisibilityTimeout": str(visibility_timeout_s),
                "RedrivePolicy": json.dumps(redrive),
            },
        )["QueueUrl"]
    return urls


def queue_arn(sqs: SQSClient, url: str) -> str:
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
