"""Measures the accuracy of progress in a running system: jobs with agents of known duration, polled every 0.2 s.

Three concurrent jobs build a history. Then single jobs are watched, and each percentage shown is compared with the
true share of elapsed time, known afterwards. Budget: 5 points on average with agents that report inner steps, and no
step back.
"""

import time
from argparse import ArgumentParser
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Any

from functions.shared.durations.learning import RUNS_NEEDED
from scripts.api_client import AlexApi
from scripts.arguments import at_least
from scripts.benchmarks.paced import CODE, pace
from scripts.cli import run
from scripts.local.temporary import temporary_stack

_POLL_S = 0.2


@dataclass(frozen=True)
class Seen:
    """The result of one poll; `at_s` is seconds after submission."""

    at_s: float
    percent: int
    basis: str


def main() -> int:
    """Return 0 if the budget is met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scale", type=float, default=0.3, help="durations of the agents, relative to 33, 22 and 17 s [0.3]"
    )
    parser.add_argument("--jobs", type=at_least(1), default=3, help="jobs to watch [3]")
    options = parser.parse_args()
    environment = {
        "api": {"MAX_CONCURRENT_JOBS": str(RUNS_NEEDED), "MAX_JOBS_A_DAY": "1000"},
        "planner": {"ENABLE_PROGRESS_TRACKING": "true"},
        **pace(lambda agent: options.scale * agent.expected.median_s),
    }
    with temporary_stack(environment=environment, code=CODE, visibility_timeout_s=900) as stack:
        alex = AlexApi(stack.info.api_url, stack.info.token)
        alex.post("/api/populate-test-data")
        earlier = [alex.post("/api/analyze")["job_id"] for _ in range(RUNS_NEEDED)]
        for job_id in earlier:
            for _ in alex.watch(job_id, 1):
                pass
        watched = [_watch(alex) for _ in range(options.jobs)]
    print(f"{'job s':>7} {'polls':>6} {'basis':>10} {'distance':>9} {'steps back':>11} {'longest still':>14}")
    results = [_print(total_s, seen) for total_s, seen in watched]
    return 0 if all(results) else 1


def _watch(alex: AlexApi) -> tuple[float, list[Seen]]:
    started = time.monotonic()
    job_id = alex.post("/api/analyze")["job_id"]
    seen: list[Seen] = []
    while True:
        job: dict[str, Any] = alex.get(f"/api/jobs/{job_id}")
        now = time.monotonic() - started
        if job["status"] == "completed":
            return now, seen
        if job["status"] == "failed":
            raise RuntimeError(job["error_message"])
        if progress := job["progress_data"]:
            seen.append(Seen(now, progress["progress_percent"], progress["basis"]))
        time.sleep(_POLL_S)


def _print(total_s: float, seen: list[Seen]) -> bool:
    distance = fmean(abs(each.percent - 100 * each.at_s / total_s) for each in seen)
    steps_back = sum(later.percent < earlier.percent for earlier, later in pairwise(seen))
    moves = [0.0, *(later.at_s for earlier, later in pairwise(seen) if later.percent > earlier.percent), total_s]
    still_s = max(later - earlier for earlier, later in pairwise(moves))
    print(
        f"{total_s:7.2f} {len(seen):6} {seen[-1].basis:>10} {distance:9.2f} {steps_back:11}"
        f" {still_s:6.2f} s {100 * still_s / total_s:3.0f}%"
    )
    return distance <= 5 and steps_back == 0


if __name__ == "__main__":
    run(main)
