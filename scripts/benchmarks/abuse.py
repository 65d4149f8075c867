"""Attackers and an honest user, on the local stack with a stand-in for a language model, for a minute.

In short blocks, two conditions alternate: ordinary requests of another user, and the same number of requests per second
from attackers. They submit and cancel analyses, replay a submission, submit regardless of the limits, send the bodies
of 1 MB that take longest, and request the documentation. In each block, the honest user starts an analysis, polls it
and lists the jobs. The stack is idle before each block.

On Lambda, each process has its own share of CPU, so the work on analyses slows no request. Here, all processes share
the cores, so the planner and the agents have a low priority, in both conditions. The processes that serve requests,
slow bodies included, compete with each other.

Prints the honest user's waiting times, the depth of the queue, the attackers' statuses, and the tokens spent by
cancelled jobs. Exits with 1 if the honest user's 95th percentile under attack is more than 1.5 times that beside
ordinary requests, if a request by the honest user failed, if an attacker got a 5xx or no response, or if cancelled
jobs spent as many tokens as completed ones.
"""

from __future__ import annotations

import base64
import json
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, LiteralString, cast

import psycopg

from scripts.benchmarks.abuse_outcome import Measured, Outcome, print_outcome
from scripts.benchmarks.traffic import (
    AT_ONCE,
    Client,
    Documentation,
    HttpClient,
    Ordinary,
    Replay,
    SlowBodies,
    Storm,
    SubmitAndCancel,
    Traffic,
    analyze,
    list_jobs,
    poll,
)
from scripts.cli import run
from scripts.local.converse.options import PACE, LocalModel
from scripts.local.sign_in import add_user
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.manifest import NAME_PREFIX, read_manifest

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ORDER = ("ordinary", "attacked", "attacked", "ordinary", "ordinary", "attacked")
"""Order of the blocks: neither condition is earlier on average."""
HONEST_INTERVAL_S = 0.2
SAMPLE_S = 0.5
LATE_S = 1.0
"""A request sent this much later than scheduled means that this machine can't keep up with the rate."""
LONGEST_JOB_S = 120.0
AGENTS_STOP_WITHIN_S = 5.0
PLANNERS = int(read_manifest().functions["api"].environment["PLANNER_CONCURRENCY"])
"""Concurrent jobs, as many as in a new deployment. Each takes four processes."""
_WRITES_WITH_A_MODEL = ("reporter", "retirement")
LOW_PRIORITY = {"LOCAL_NICENESS": "15"}


class Abuse:
    """A stack with its honest user, another ordinary user, and attackers."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        cognito, url = stack.boto3_client("cognito-idp"), stack.info.api_url
        attackers = ("canceller", "replayer", "stormer", "sender-of-slow-bodies")
        signed_in = [stack.info.token, stack.info.token_other_user, *(add_user(cognito, name) for name in attackers)]
        self._subjects = [_subject(token) for token in signed_in]
        self._users = [HttpClient(url, token) for token in signed_in]
        self._honest, other, canceller, replayer, stormer, sender = self._users
        self._canceller = SubmitAndCancel(canceller)
        self._traffic: dict[str, list[Traffic]] = {
            "ordinary": [Ordinary(other)],
            "attacked": [
                *(self._canceller, Replay(replayer), Storm(stormer)),
                *(SlowBodies(sender), Documentation(HttpClient(url, ""))),
            ],
        }

    def measure(self, *, rate: float, block_s: float, warm_up_s: float, settle_s: float) -> Outcome:
        """Run the blocks, each followed by `settle_s` without requests once its jobs have ended; erase the users."""
        for user in self._users:
            user.send("POST", "/api/populate-test-data")
        for condition in self._traffic:
            self._block(condition, Measured(), rate, warm_up_s)
            time.sleep(settle_s)
        measured = {condition: Measured() for condition in self._traffic}
        for condition in ORDER:
            self._block(condition, measured[condition], rate, block_s)
            time.sleep(settle_s)
        outcome = self._outcome(measured)
        for user in self._users:
            user.send("DELETE", "/api/user")
        return outcome

    def _block(self, condition: str, measured: Measured, rate: float, seconds: float) -> None:
        """Measure one block, then wait until the stack is idle."""
        end = time.monotonic() + seconds
        with ThreadPoolExecutor(2) as threads:
            sent = threads.submit(_send, self._traffic[condition], measured, rate, seconds)
            sampled = threads.submit(self._sample_depth, measured, end)
            _be_honest(self._honest, measured, end)
            sent.result()
            sampled.result()
        self._canceller.stop()
        self._wait_until_idle()

    def _sample_depth(self, measured: Measured, end: float) -> None:
        while time.monotonic() < end:
            measured.depths.append(self._depth())
            time.sleep(SAMPLE_S)

    def _depth(self) -> int:
        """Return the number of messages in the queue, waiting or in flight."""
        sqs: SQSClient = self._stack.boto3_client("sqs")
        url = sqs.get_queue_url(QueueName=f"{NAME_PREFIX}-analysis-jobs")["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])

    def _wait_until_idle(self) -> None:
        """Wait until no job is queued or running. Raises TimeoutError.

        The messages of submissions that only the write refused remain for two minutes, and cost next to nothing.
        """
        give_up_at = time.monotonic() + LONGEST_JOB_S
        while self._rows("SELECT 1 FROM jobs WHERE user_id = ANY(%s) AND status IN ('pending', 'running')"):
            if time.monotonic() > give_up_at:
                raise TimeoutError(f"A job is still running {LONGEST_JOB_S:.0f} s after its block.")
            time.sleep(0.2)

    def _outcome(self, measured: dict[str, Measured]) -> Outcome:
        ended = self._rows(
            "SELECT id, status, extract(epoch FROM completed_at - created_at)::float FROM jobs WHERE user_id = ANY(%s)"
        )
        statuses = {str(job_id): str(status) for job_id, status, _ in ended}
        seconds = {
            str(job_id): cast(float, duration_s) for job_id, status, duration_s in ended if status == "completed"
        }
        spent = self._tokens()
        return Outcome(
            ordinary=measured["ordinary"],
            attacked=measured["attacked"],
            durations_s={
                condition: [seconds[job_id] for job_id in one.analyses if job_id in seconds]
                for condition, one in measured.items()
            },
            lost=[statuses[job_id] for one in measured.values() for job_id in one.analyses if job_id not in seconds],
            spent_cancelled=[spent[job_id] for job_id in self._canceller.cancelled if statuses[job_id] == "cancelled"],
            spent_completed=[spent[job_id] for job_id in seconds],
        )

    def _rows(self, sql: LiteralString) -> list[tuple[object, ...]]:
        """Run a query on the jobs of these users."""
        with psycopg.connect(self._stack.postgres.dsn()) as connection:
            return connection.execute(sql, (self._subjects,)).fetchall()

    def _tokens(self) -> Counter[str]:
        """Return the tokens read and written for each job, from the agents' logs."""
        return tokens(line for function in _WRITES_WITH_A_MODEL for line in self._stack.logs(function))


def _subject(token: str) -> str:
    """Return the user id in a token."""
    claims = token.split(".")[1]
    subject: str = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"]
    return subject


def tokens(lines: Iterable[str]) -> Counter[str]:
    """Return the tokens of each job, from log lines about calls to a model, completed and abandoned ones."""
    spent: Counter[str] = Counter()
    for line in lines:
        if '"Asked the model"' in line or '"Stopped asking the model"' in line:
            call = json.loads(line)
            spent[call["job_id"]] += call["input_tokens"] + call["output_tokens"]
    return spent


def _be_honest(client: Client, measured: Measured, end: float) -> None:
    """Start an analysis, then poll it and list the jobs at fixed moments."""
    began = time.monotonic()
    response = analyze(client)
    measured.honest("start", time.monotonic() - began, response)
    if response.status != 202:
        return
    job_id, etag = response.job_id, ""
    measured.analyses.append(job_id)
    number, due = 1, began + HONEST_INTERVAL_S
    while due < end:
        time.sleep(max(0.0, due - time.monotonic()))
        response = list_jobs(client) if number % 4 == 0 else poll(client, job_id, etag)
        measured.honest("list" if number % 4 == 0 else "poll", time.monotonic() - due, response)
        etag = response.etag if number % 4 else etag
        number, due = number + 1, due + HONEST_INTERVAL_S


def _send(traffic: Sequence[Traffic], measured: Measured, rate: float, seconds: float) -> None:
    """Send the kinds of traffic in turn at a fixed rate, whether or not earlier requests have been answered."""
    began = time.monotonic()

    def send(one: Traffic, due: float) -> None:
        is_late = time.monotonic() - due > LATE_S
        measured.other(one, one.send().status, is_late=is_late)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = []
        for number in range(round(rate * seconds)):
            due = began + number / rate
            time.sleep(max(0.0, due - time.monotonic()))
            sent.append(pool.submit(send, traffic[number % len(traffic)], due))
        for one in sent:
            one.result()


def main() -> int:
    """Return 0 if nothing went wrong and the budget is met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="total duration of all blocks [60]")
    parser.add_argument("--rate", type=float, default=5, help="requests per second beside the honest user's [5]")
    arguments = parser.parse_args()
    block_s = arguments.seconds / len(ORDER)
    functions = read_manifest().functions.values()
    environment = {function.name: LOW_PRIORITY for function in functions if function.trigger != "http"}
    environment["planner"] = {**LOW_PRIORITY, "ENABLE_PROGRESS_TRACKING": "true"}
    with temporary_stack(environment=environment, max_concurrency=PLANNERS, model=LocalModel(pace=PACE)) as stack:
        outcome = Abuse(stack).measure(
            rate=arguments.rate, block_s=block_s, warm_up_s=block_s / 2, settle_s=AGENTS_STOP_WITHIN_S
        )
    print(f"{len(ORDER)} blocks of {block_s:.0f} s, {arguments.rate:g} requests per second beside the honest user")
    print_outcome(outcome)
    for fault in outcome.faults:
        print(fault)
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    run(main)
