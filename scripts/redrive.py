"""Lists the jobs that failed because their messages could not be processed, and runs them again with `--reopen`.

`--unfinished` sends a new message for each job that is pending or has lost its planner, for example after the queue
was purged or replaced by a deployment.
"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter

from functions.shared.analysis.wording import count
from scripts.cli import run
from scripts.deployment import Deployment, add_arguments, find
from scripts.unfinished import given_up, reopen, resend

_QUEUE = "analysis-jobs"


def main() -> int:
    """Return 0, or 1 if the queue or the database cannot be reached."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--reopen", action="store_true", help="run the listed jobs again")
    action.add_argument("--unfinished", action="store_true", help="send a message for each unfinished job")
    add_arguments(parser)
    arguments = parser.parse_args()
    deployment = find(arguments)
    if arguments.unfinished:
        resend_unfinished(deployment)
    else:
        redrive(deployment, do_reopen=arguments.reopen)
    return 0


def resend_unfinished(deployment: Deployment) -> int:
    """Send a message for each unfinished job. Returns their number. Raises DatabaseError and botocore's errors."""
    client = deployment.client("sqs")
    number = resend(deployment.connect(), client, _queue_url(deployment))
    print(f"Sent {count(number, 'message')} for unfinished jobs.")
    return number


def redrive(deployment: Deployment, *, do_reopen: bool) -> int:
    """List the jobs that were given up, or reopen them. Returns their number. Raises the errors of
    `resend_unfinished`.
    """
    client, url, database = deployment.client("sqs"), _queue_url(deployment), deployment.connect()
    number = 0
    for job in given_up(database):
        state = "failed"
        if do_reopen:
            state = "reopened" if reopen(database, client, url, job) else "reopened by its owner"
        print(f"  job {job.id}  {state}")
        number += 1
    hint = "" if do_reopen or not number else " Run them again with --reopen."
    print(f"{count(number, 'job')} failed because of messages that could not be processed.{hint}")
    return number


def _queue_url(deployment: Deployment) -> str:
    url: str = deployment.client("sqs").get_queue_url(QueueName=f"{deployment.name_prefix}-{_QUEUE}")["QueueUrl"]
    return url


if __name__ == "__main__":
    run(main)
