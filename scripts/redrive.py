"""Lists the messages in the dead-letter queues, and sends them back to where they came from (`--send`).

Where messages are gone for good, as after a purge, `--unfinished` has the watchdog look at each job that has not ended.
"""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from functions.shared.database import DatabaseError
from functions.shared.tasks import JobMessage
from scripts.aws_errors import in_words
from scripts.deployment import add_arguments, find
from scripts.jobs_overview import unfinished_jobs
from scripts.program import run
from scripts.table import read_table

_WATCHDOG = "watchdog"
#: How long a message stays hidden while all are listed.
_HIDDEN_S = 30


def main() -> int:
    """0, or 1 when a queue or the database can't be reached."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("queue", nargs="?", choices=sorted(read_table().queues), help="only this one [all]")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--send", action="store_true", help="send them back; those that name no job stay")
    what.add_argument("--unfinished", action="store_true", help="have every job that has not ended looked after anew")
    add_arguments(parser)
    arguments = parser.parse_args()
    if arguments.unfinished and arguments.queue:
        parser.error("--unfinished is about jobs, whatever queue they waited in: leave the queue out")
    deployment = find(arguments)
    client = deployment.client("sqs")
    try:
        if arguments.unfinished:
            look_after(client, f"{deployment.name_prefix}-{_WATCHDOG}", unfinished_jobs(deployment.connect()))
            return 0
        for queue in [arguments.queue] if arguments.queue else sorted(read_table().queues):
            name = f"{deployment.name_prefix}-{queue}"
            count = redrive(client, name, send=arguments.send)
            print(f"{name}: {count} dead letter{'' if count == 1 else 's'}")
    except (BotoCoreError, ClientError) as error:
        print(in_words(error), file=sys.stderr)
        return 1
    except DatabaseError as error:
        print(f"The database can't be asked: {error}", file=sys.stderr)
        return 1
    return 0


def look_after(client: Any, queue: str, jobs: Iterable[UUID]) -> None:
    """Has the watchdog look at these jobs. One that it looks after already is looked at more often, and no worse off.

    Raises botocore's errors.
    """
    url = client.get_queue_url(QueueName=queue)["QueueUrl"]
    count = 0
    for job_id in jobs:
        client.send_message(QueueUrl=url, MessageBody=JobMessage(job_id=job_id).model_dump_json())
        print(f"  job {job_id}  is looked after")
        count += 1
    print(f"{queue}: {count} job{'' if count == 1 else 's'}")


def redrive(client: Any, queue: str, *, send: bool) -> int:
    """Tells of every dead letter of a queue, and sends back those that name a job, if asked to. Answers how many.

    Those that stay can be seen by the next call at once. Raises botocore's errors.
    """
    url = client.get_queue_url(QueueName=queue)["QueueUrl"]
    dead_url = client.get_queue_url(QueueName=f"{queue}-dlq")["QueueUrl"]
    messages = list(_received(client, dead_url))
    for message in messages:
        job_id = _job_of(message)
        told = "names no job, stays where it is" if job_id is None else f"job {job_id}"
        if send and job_id is not None:
            client.send_message(QueueUrl=url, MessageBody=message["Body"])
            client.delete_message(QueueUrl=dead_url, ReceiptHandle=message["ReceiptHandle"])
            told += "  sent back"
        else:
            client.change_message_visibility(
                QueueUrl=dead_url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )
        print(f"  {message['MessageId']}  {told}")
    return len(messages)


def _received(client: Any, url: str) -> Iterator[dict[str, Any]]:
    """Every message once, hidden for a while."""
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=_HIDDEN_S).get(
        "Messages"
    ):
        yield from messages


def _job_of(message: dict[str, Any]) -> UUID | None:
    try:
        return JobMessage.model_validate_json(message["Body"]).job_id
    except ValidationError:
        return None


if __name__ == "__main__":
    run(main)
