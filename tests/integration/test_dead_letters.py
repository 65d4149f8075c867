"""What nobody can process is set aside soon, though a message that was taken is hidden for long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scripts.local.stack import LocalStack

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef


def test_a_poison_message_is_soon_a_dead_letter(stack: LocalStack) -> None:
    sqs: SQSClient = stack.boto3_client("sqs")
    queue = sqs.get_queue_url(QueueName="alex-analysis-jobs")["QueueUrl"]
    dead_letters = sqs.get_queue_url(QueueName="alex-analysis-jobs-dlq")["QueueUrl"]

    def dead() -> list[MessageTypeDef]:
        return sqs.receive_message(QueueUrl=dead_letters, MaxNumberOfMessages=10).get("Messages", [])

    sqs.send_message(QueueUrl=queue, MessageBody="poison")

    give_up_at = time.monotonic() + 60
    while "poison" not in (found := {message["Body"]: message for message in dead()}):
        assert time.monotonic() < give_up_at, "it is not there"
        time.sleep(0.2)
    sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=found["poison"]["ReceiptHandle"])
