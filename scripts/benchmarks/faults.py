"""Runs whole jobs under seeded random faults and checks every invariant. A seed reproduces its run.

With no violation in 3,000 runs, fewer than 0.1% of runs break one (95% confidence). Times are simulated, with
production settings.
"""

import sys
import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from statistics import median

from scripts.arguments import at_least
from scripts.benchmarks.database import state_folder
from scripts.cli import run
from tests.simulation.database import simulated_database
from tests.simulation.fault_injection import NAMES
from tests.simulation.production import (
    RESCUED_BEFORE_START_WITHIN_S,
    RESCUED_WITHIN_S,
    longest_rescue_s,
    production_manifest,
)
from tests.simulation.run import Outcome, Rescue, Run

#: Runs per database; a fresh database stays small.
_RUNS_PER_DATABASE = 250


def main() -> int:
    """Return 0 if every invariant held, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=at_least(1), default=100, help="number of runs [100]")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first run; each further run adds 1 [1]")
    parser.add_argument("--processes", type=at_least(1), default=2, help="processes [2]")
    arguments = parser.parse_args()
    started = time.monotonic()
    outcomes: list[Outcome] = []
    seeds = range(arguments.seed, arguments.seed + arguments.runs)
    parts = [seeds[first : first + _RUNS_PER_DATABASE] for first in range(0, len(seeds), _RUNS_PER_DATABASE)]
    if len(parts) < arguments.processes:
        parts = [seeds[first :: arguments.processes] for first in range(arguments.processes)]
    with ProcessPoolExecutor(arguments.processes, get_context("spawn")) as pool:
        for done in as_completed([pool.submit(runs, part) for part in parts]):
            outcomes += done.result()
            for broken in [outcome for outcome in done.result() if outcome.violations]:
                print(f"seed {broken.seed}: {'; '.join(broken.violations)}\n  after {broken.fired}", flush=True)
            print(f"{len(outcomes)} runs, {time.monotonic() - started:.0f} s", file=sys.stderr)
    return 0 if _print(outcomes) else 1


def runs(seeds: range) -> list[Outcome]:
    """Run the seeds in a separate process with its own database."""
    with state_folder() as state, simulated_database(state) as database:
        return [Run(database, seed)() for seed in seeds]


def _print(outcomes: list[Outcome]) -> bool:
    faults, statuses = Counter[str](), Counter[str]()
    for outcome in outcomes:
        faults.update(outcome.faults)
        statuses.update(outcome.statuses)
    print(f"{'fault':32} times")
    for fault in sorted({*NAMES, *faults}):
        print(f"{fault:32} {faults[fault]:5}")
    if missing := [fault for fault in NAMES if not faults[fault]]:
        print(f"never happened, so nothing was tested: {', '.join(missing)}")
    print(f"jobs: {', '.join(f'{count} {status}' for status, count in statuses.most_common())}")
    print(f"statements that waited for another's lock: {sum(outcome.overlapped for outcome in outcomes)}")
    _print_rescues([rescue for outcome in outcomes if outcome.has_only_deaths for rescue in outcome.rescues])
    broken = sum(bool(outcome.violations) for outcome in outcomes)
    print(f"runs: {len(outcomes)}, strikes: {sum(len(o.fired) for o in outcomes)}, violations: {broken}")
    return broken == 0


def _print_rescues(rescues: list[Rescue]) -> None:
    """Print the recovery times of runs in which planners died and no other fault occurred."""
    manifest = production_manifest()
    before_s = manifest.functions["planner"].timeout_s + RESCUED_BEFORE_START_WITHIN_S
    for was_hidden, when, budget_s in (
        (True, "after its handler had started", RESCUED_WITHIN_S),
        (False, "before that", before_s),
    ):
        times = [rescue.after_s or 0 for rescue in rescues if rescue.was_hidden == was_hidden]
        if times:
            print(
                f"planner killed {when}: {len(times)} times, replaced after a median of {median(times):.0f} s,"
                f" at most {max(times):.0f} s (settings {longest_rescue_s(manifest, handler_started=was_hidden):.0f} s,"
                f" budget {budget_s:.0f} s)"
            )


if __name__ == "__main__":
    run(main)
