"""Lists the messages in the dead-letter queues, and sends them back to where they came from (`--send`)."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from functions.shared.tasks import JobMessage
from scripts.aws_errors import in_words
from scripts.deployment import add_arguments, find
from scripts.table import read_table

#: How long a message that was listed stays hidden from the next listing.
_HIDDEN_S = 10


def main() -> int:
    """0, or 1 when a queue can't be reached."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("queue", nargs="?", choices=sorted(read_table().queues), help="only this one [all]")
    parser.add_argument("--send", action="store_true", help="send them back; those that name no job stay")
    add_arguments(parser)
    arguments = parser.parse_args()
    deployment = find(arguments)
    client = deployment.client("sqs")
    try:
        for queue in [arguments.queue] if arguments.queue else sorted(read_table().queues):
            name = f"{deployment.name_prefix}-{queue}"
            count = sum(handle(client, name, message, send=arguments.send) for message in dead_letters(client, name))
            print(f"{name}: {count} dead letter{'' if count == 1 else 's'}")
    except (BotoCoreError, ClientError) as error:
        print(in_words(error), file=sys.stderr)
        return 1
    return 0


def dead_letters(client: Any, queue: str) -> Iterator[dict[str, Any]]:
    """Every message in the queue's dead-letter queue, once. Raises botocore's errors."""
    url = client.get_queue_url(QueueName=f"{queue}-dlq")["QueueUrl"]
    while messages := client.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=_HIDDEN_S, AttributeNames=["SentTimestamp"]
    ).get("Messages"):
        yield from messages


def handle(client: Any, queue: str, message: dict[str, Any], *, send: bool) -> int:
    """Tells of a message, not its content, and sends it back if asked to and if it names a job. Answers 1."""
    try:
        job_id = str(JobMessage.model_validate_json(message["Body"]).job_id)
    except ValidationError:
        print(f"  {message['MessageId']}  names no job, stays where it is")
        return 1
    if send:
        client.send_message(QueueUrl=client.get_queue_url(QueueName=queue)["QueueUrl"], MessageBody=message["Body"])
        dead = client.get_queue_url(QueueName=f"{queue}-dlq")["QueueUrl"]
        client.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
    print(f"  {message['MessageId']}  job {job_id}{'  sent back' if send else ''}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
