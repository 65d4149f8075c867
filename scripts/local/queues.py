"""Creates the manifest's queues in the emulator, each with its dead-letter queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from scripts.local.emulator import Emulator
from scripts.manifest import NAME_PREFIX, Manifest

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

DAY_S = 24 * 3600


def create_queues(emulator: Emulator, manifest: Manifest, visibility_timeout_s: int) -> dict[str, str]:
    """Create the queues. Returns the URL of each by name, dead-letter queues included.

    `visibility_timeout_s` replaces the manifest's value, which is ten minutes: too long to wait locally for a message
    whose planner died before it could shorten the timeout.
    """
    sqs: SQSClient = emulator.client("sqs")
    urls = {
        queue.name: sqs.create_queue(
            QueueName=f"{NAME_PREFIX}-{queue.name}",
            Attributes={
                "MessageRetentionPeriod": str(queue.retention_days * DAY_S),
                "VisibilityTimeout": str(visibility_timeout_s),
            },
        )["QueueUrl"]
        for queue in manifest.all_queues()
    }
    for queue in manifest.queues.values():
        redrive = {
            "deadLetterTargetArn": queue_arn(sqs, urls[queue.dead_letters.name]),
            "maxReceiveCount": queue.max_receive_count,
        }
        sqs.set_queue_attributes(QueueUrl=urls[queue.name], Attributes={"RedrivePolicy": json.dumps(redrive)})
    return urls


def queue_arn(sqs: SQSClient, url: str) -> str:
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
