"""Simulates 10,000 queued jobs and one newcomer with production settings: how long each waits, and which jobs fail.

Runs twice: all jobs belong to one user, then three jobs per user. Budgets: no job fails, no message is duplicated,
and with one user's backlog the newcomer starts within 3 job durations. SQS is simulated from the documentation of its
fair queues.
"""

from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from scripts.arguments import at_least
from scripts.benchmarks.database import state_folder
from scripts.cli import run
from tests.simulation.backlog import Backlog, simulate
from tests.simulation.database import simulated_database
from tests.simulation.production import planner_concurrency

_DAY_S = 24 * 3600
#: The newcomer arrives once the queue has identified the noisy user.
_NEWCOMER_AFTER_S = 3600
_JOBS_PER_USER = 3
#: Job durations that the newcomer may wait behind one user's backlog.
_BUDGET = 3


def main() -> int:
    """Return 0 if every budget is met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=at_least(1), default=10_000, help="queued jobs [10000]")
    parser.add_argument("--processes", type=at_least(1), default=2, help="processes [2]")
    arguments = parser.parse_args()
    one = ["owner"] * arguments.jobs
    many = [f"user {number // _JOBS_PER_USER}" for number in range(arguments.jobs)]
    with ProcessPoolExecutor(arguments.processes, get_context("spawn")) as pool:
        of_one, of_many = pool.map(_simulate, [one, many])
    print(f"{planner_concurrency()} planners at a time; times in hours, where they are not in seconds")
    is_fine = [_print("one user", of_one), _print(f"{len(set(many)):,} users", of_many)]
    fair = of_one.newcomer_wait_s <= _BUDGET * of_one.job_s
    print(f"newcomer behind one user: {of_one.newcomer_wait_s / of_one.job_s:.1f} job durations (budget {_BUDGET})")
    return 0 if all(is_fine) and fair else 1


def _simulate(users: list[str]) -> Backlog:
    """Run in a separate process with its own database."""
    with state_folder() as state, simulated_database(state) as database:
        return simulate(database, users, newcomer_after_s=_NEWCOMER_AFTER_S, most_s=14 * _DAY_S)


def _print(of: str, backlog: Backlog) -> bool:
    print(
        f"backlog of {of}: {backlog.jobs:,} jobs ended, {backlog.failed} failed ({backlog.failed_waiting} while they"
        f" waited), {backlog.duplicate_messages} duplicate messages, {backlog.idle_calls} planner calls without work\n"
        f"  a job runs for {backlog.job_s:.0f} s and waits for a median of {backlog.median_wait_s / 3600:.1f} h, at"
        f" most {backlog.longest_wait_s / 3600:.1f} h; the newcomer waits for {_duration(backlog.newcomer_wait_s)}"
    )
    return not (backlog.failed or backlog.duplicate_messages)


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 3600 else f"{seconds / 3600:.1f} h"


if __name__ == "__main__":
    run(main)
