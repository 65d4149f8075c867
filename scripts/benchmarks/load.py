"""Load test: pollers watch jobs that run on the local stack, for a minute.

Of ten pollers, seven poll their job with its ETag, two read its stream and one lists the jobs, each every 2 s. When
every job has ended, they continue for a while, to count the statements per GET and to check that a GET writes
nothing. Prints times by route as the pollers measure them. Exits with 1 if a response was an error, if a job did not
complete or broke an invariant, or if a GET wrote or took more than one statement.
"""

from __future__ import annotations

import threading
import time
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import quantiles
from uuid import UUID

import psycopg

from scripts.api_client import AlexApi, ApiError
from scripts.arguments import at_least
from scripts.benchmarks.paced import CODE, pace
from scripts.benchmarks.traffic import AT_ONCE, HttpClient
from scripts.cli import run
from scripts.local.data_api import FaultControl
from scripts.local.row_versions import row_versions
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from tests.simulation.invariants import violations
from tests.statements import sent

INTERVAL_S = 2.0
PLANNERS = 4
"""Concurrent jobs, as few as a small machine has room for: each takes four processes. The others are queued."""
LONGEST_JOB_S = 120.0
AGENT_S = 4
_FINE = frozenset({200, 204, 304})


@dataclass
class Asked:
    """The pollers' measurements in one phase."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """By route."""
    errors: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def requests(self) -> int:
        return sum(map(len, self.seconds.values()))

    def note(self, route: str, seconds: float, error: str) -> None:
        with self._lock:
            self.seconds[route].append(seconds)
            if error:
                self.errors[f"{route}: {error}"] += 1


@dataclass(frozen=True)
class Outcome:
    busy: Asked
    """While the jobs ran."""
    quiet: Asked
    """After all jobs had ended."""
    refused: list[str]
    """The API's reasons for rejecting jobs."""
    lost: list[str]
    """Jobs that did not complete."""
    violations: list[str]
    statements: int
    """Statements during the quiet phase."""
    written: list[str]
    """Tables written during the quiet phase."""

    @property
    def faults(self) -> list[str]:
        """Sentences about everything that went wrong."""
        problems = [
            f"{error}, {count} times" for asked in (self.busy, self.quiet) for error, count in asked.errors.items()
        ]
        problems += [f"a job was refused: {why}" for why in self.refused]
        problems += [f"job {job_id} did not complete" for job_id in self.lost]
        problems += self.violations
        problems += [f"a GET wrote to {table}" for table in self.written]
        if self.statements != self.quiet.requests:
            problems.append(f"{self.statements} statements for {self.quiet.requests} requests, which take one each")
        return problems


def load(stack: LocalStack, *, pollers: int, jobs: int, seconds: float, quiet_s: float) -> Outcome:
    """Start `jobs` within the first half of `seconds`; the stack must allow one user that many concurrent jobs."""
    alex = AlexApi(stack.info.api_url, stack.info.token)
    alex.post("/api/populate-test-data")
    started: list[str] = [alex.post("/api/analyze")["job_id"]]
    refused: list[str] = []

    def submit() -> None:
        for _ in range(jobs - 1):
            time.sleep(seconds / 2 / jobs)
            try:
                started.append(alex.post("/api/analyze")["job_id"])
            except ApiError as error:
                refused.append(str(error))

    with ThreadPoolExecutor(1) as submitting:
        submitted = submitting.submit(submit)
        busy = _ask(stack, pollers, seconds, lambda number: started[number % len(started)])
        submitted.result()
    lost = [job_id for job_id in started if _end(alex, job_id) != "completed"]
    statements, before = FaultControl(stack.info.data_api_url), row_versions(stack.database)
    statements.reset_statements()
    quiet = _ask(stack, pollers, quiet_s, lambda number: started[number % len(started)])
    of_gets = len(sent(statements))
    after = row_versions(stack.database)
    with psycopg.connect(stack.postgres.dsn()) as connection:
        broken = violations(connection, list(map(UUID, started)))
    written = [table for table in before if after[table] != before[table]]
    return Outcome(busy, quiet, refused, lost, broken, of_gets, written)


def _ask(stack: LocalStack, pollers: int, seconds: float, job_of: Callable[[int], str]) -> Asked:
    """Run the pollers, each every 2 s and at least once, with staggered starts.

    A small machine has no room for two hundred requests at once. The time that a poller waits for its turn counts.
    """
    asked, turns, end = Asked(), threading.Semaphore(AT_ONCE), time.monotonic() + seconds
    client = HttpClient(stack.info.api_url, stack.info.token)

    def poll(number: int) -> None:
        etag, interval_s = "", min(INTERVAL_S, seconds / 2)
        time.sleep(interval_s * number / pollers)
        while True:
            route, path = _route(number, job_of(number))
            began = time.monotonic()
            with turns:
                response = client.send("GET", path, headers={"If-None-Match": etag} if etag else {})
            etag = response.etag
            error = "" if response.status in _FINE else str(response.status or "no response")
            asked.note(route, time.monotonic() - began, error)
            if began + interval_s >= end:
                return
            time.sleep(max(0.0, began + interval_s - time.monotonic()))

    with ThreadPoolExecutor(pollers) as threads:
        for done in [threads.submit(poll, number) for number in range(pollers)]:
            done.result()
    return asked


def _route(number: int, job_id: str) -> tuple[str, str]:
    match number % 10:
        case 7 | 8:
            return "stream", f"/api/jobs/{job_id}/stream"
        case 9:
            return "list", "/api/jobs"
        case _:
            return "poll", f"/api/jobs/{job_id}"


def _end(alex: AlexApi, job_id: str) -> str:
    """Return the status with which the job ends, or its status at the timeout."""
    give_up_at = time.monotonic() + LONGEST_JOB_S
    while True:
        status: str = alex.get(f"/api/jobs/{job_id}")["status"]
        if status not in {"pending", "running"} or time.monotonic() > give_up_at:
            return status
        time.sleep(0.2)


def main() -> int:
    """Return 0 if nothing went wrong, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--pollers", type=at_least(1), default=200, help="number of pollers [200]")
    parser.add_argument("--jobs", type=at_least(1), default=20, help="number of jobs [20]")
    parser.add_argument("--seconds", type=float, default=60, help="seconds of polling while jobs run [60]")
    arguments = parser.parse_args()
    environment = {
        "api": {"MAX_CONCURRENT_JOBS": str(arguments.jobs), "MAX_JOBS_A_DAY": str(max(50, arguments.jobs))},
        "planner": {"ENABLE_PROGRESS_TRACKING": "true"},
        **pace(lambda _: AGENT_S),
    }
    with temporary_stack(environment=environment, code=CODE, max_concurrency=PLANNERS) as stack:
        outcome = load(
            stack,
            pollers=arguments.pollers,
            jobs=arguments.jobs,
            seconds=arguments.seconds,
            quiet_s=arguments.seconds / 6,
        )
    print(f"{arguments.pollers} pollers, {arguments.jobs} jobs, {arguments.seconds:.0f} s")
    _print("jobs run", outcome.busy)
    _print("all ended", outcome.quiet)
    print(f"lost jobs: {len(outcome.lost)}, broken invariants: {len(outcome.violations)}")
    print(
        f"statements a GET: {outcome.statements / outcome.quiet.requests:.3f}, tables written: {len(outcome.written)}"
    )
    for fault in outcome.faults:
        print(fault)
    return 1 if outcome.faults else 0


def _print(phase: str, asked: Asked) -> None:
    print(f"{phase:10} {asked.requests} requests, {asked.errors.total()} errors")
    for route, seconds in sorted(asked.seconds.items()):
        cuts = quantiles(seconds, n=100, method="inclusive")
        print(f"  {route:8} {len(seconds):6}  ms p50 {1000 * cuts[49]:5.0f}  p95 {1000 * cuts[94]:5.0f}"
              f"  p99 {1000 * cuts[98]:5.0f}")  # fmt: skip


if __name__ == "__main__":
    run(main)
