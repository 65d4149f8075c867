"""What nobody can process is set aside soon, though a message that was taken is hidden for long."""

from __future__ import annotations

import time

from scripts.local.stack import LocalStack


def test_a_poison_message_is_soon_a_dead_letter(stack: LocalStack) -> None:
    sqs = stack.boto3_client("sqs")
    queue = sqs.get_queue_url(QueueName="alex-analysis-jobs")["QueueUrl"]
    dead_letters = sqs.get_queue_url(QueueName="alex-analysis-jobs-dlq")["QueueUrl"]

    sqs.send_message(QueueUrl=queue, MessageBody="poison")

    give_up_at = time.monotonic() + 60
    while not (found := sqs.receive_message(QueueUrl=dead_letters).get("Messages")):
        assert time.monotonic() < give_up_at, "it is not there"
        time.sleep(0.2)
    assert found[0]["Body"] == "poison"
    sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=found[0]["ReceiptHandle"])
