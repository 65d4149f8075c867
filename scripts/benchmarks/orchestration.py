"""Measures the cost of orchestration: a job's wall time over (setup + slowest agent), and progress on over off.

Runs jobs on the local stack with agents of fixed duration, alternating progress off and on, with every function warm.
Times come from the database.
Budgets: 1.03 times (setup + slowest agent) + 0.3 s, and 1.01 for progress.
"""

import json
from argparse import ArgumentParser
from dataclasses import dataclass
from statistics import median
from uuid import uuid4

from functions.shared.database import Statement
from functions.shared.tasks import JobMessage
from scripts.api_client import AlexApi
from scripts.arguments import at_least
from scripts.benchmarks.paced import CODE, pace
from scripts.cli import run
from scripts.local.data_api import FaultControl
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack

#: Occurs only in the statement that records progress.
PROGRESS_WRITE = "ELSE :initial"

_TIMES = Statement(
    """
    SELECT extract(epoch FROM jobs.completed_at - jobs.created_at)::float8,
           extract(epoch FROM snapshot.created_at - jobs.started_at)::float8,
           (SELECT max(duration_ms) / 1000.0 FROM job_results
             WHERE job_id = jobs.id AND section IN ('report', 'charts', 'retirement'))::float8,
           (SELECT sum(duration_ms) / 1000.0 FROM job_results
             WHERE job_id = jobs.id AND section IN ('report', 'charts', 'retirement'))::float8
      FROM jobs JOIN job_results AS snapshot ON snapshot.job_id = jobs.id AND snapshot.section = 'snapshot'
     WHERE jobs.id = :job_id::uuid
    """,
    idempotent=True,
)


@dataclass(frozen=True)
class Times:
    """The times of one job, in seconds."""

    wall: float
    setup: float
    slowest: float
    in_sequence: float
    """The sum of all agents' durations."""

    @property
    def over_yardstick(self) -> float:
        return self.wall / (self.setup + self.slowest)

    @property
    def budget(self) -> float:
        return 1.03 * (self.setup + self.slowest) + 0.3


def main() -> int:
    """Return 0 if the budgets are met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scale", type=float, default=0.2, help="durations of the agents, relative to 33, 22 and 17 s [0.2]"
    )
    parser.add_argument("--hang", action="store_true", help="every write of progress hangs for a minute")
    parser.add_argument("--pairs", type=at_least(1), default=5, help="pairs of jobs, with progress off and on [5]")
    arguments = parser.parse_args()
    environment = {"api": {"MAX_JOBS_A_DAY": "1000"}, **pace(lambda agent: arguments.scale * agent.expected.median_s)}
    with temporary_stack(environment=environment, code=CODE, visibility_timeout_s=900) as stack:
        alex = AlexApi(stack.info.api_url, stack.info.token)
        alex.post("/api/populate-test-data")
        for flag in ("false", "true"):  # start every function once
            _run(stack, alex, flag)
        if arguments.hang:
            faults = FaultControl(stack.info.data_api_url)
            faults.inject("delay", times=1_000_000, match=PROGRESS_WRITE, seconds=60)
        pairs = [(_run(stack, alex, "false"), _run(stack, alex, "true")) for _ in range(arguments.pairs)]
    return 0 if _print(pairs) else 1


def _run(stack: LocalStack, alex: AlexApi, flag: str) -> Times:
    _switch_progress(stack, flag)
    job_id = alex.post("/api/analyze")["job_id"]
    for job in alex.watch(job_id, 2):
        if job["status"] == "failed":
            raise RuntimeError(job["error_message"])
    ((wall, setup, slowest, in_sequence),) = stack.database.rows(_TIMES, {"job_id": job_id})
    return Times(wall, setup, slowest, in_sequence)


def _switch_progress(stack: LocalStack, flag: str) -> None:
    """Switch progress. The change restarts the function, so warm it with a message for a job that does not exist."""
    client = stack.boto3_client("lambda")
    variables = client.get_function_configuration(FunctionName="alex-planner")["Environment"]["Variables"]
    client.update_function_configuration(
        FunctionName="alex-planner", Environment={"Variables": {**variables, "ENABLE_PROGRESS_TRACKING": flag}}
    )
    message = {"messageId": "warm-up", "eventSource": "aws:sqs", "body": JobMessage(job_id=uuid4()).model_dump_json()}
    client.invoke(FunctionName="alex-planner", Payload=json.dumps({"Records": [message]}).encode())


def _print(pairs: list[tuple[Times, Times]]) -> bool:
    print("progress   wall s  setup s  slowest s  in sequence s  over yardstick  budget s")
    for pair in pairs:
        for flag, times in zip(("off", "on"), pair, strict=True):
            print(
                f"{flag:8} {times.wall:8.3f} {times.setup:8.3f} {times.slowest:10.3f} {times.in_sequence:14.3f}"
                f"  {times.over_yardstick:14.3f} {times.budget:9.3f}"
            )
    within = [times.wall <= times.budget for pair in pairs for times in pair]
    ratio = median(on.wall / off.wall for off, on in pairs)
    print(f"wall time within 1.03 x (setup + slowest agent) + 0.3 s: {sum(within)} of {len(within)} jobs")
    print(f"progress on over off, median of pairs: {ratio:.4f} (budget 1.01)")
    return all(within) and ratio <= 1.01


if __name__ == "__main__":
    run(main)
