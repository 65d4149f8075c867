"""How true progress is: simulated jobs through the real estimator, beside two yardsticks in the same run.

Each job has a setup and three agents of log-normal lengths; the estimator has the durations of the jobs before it.
What the workers say is applied by the database's own functions, what a person would see is read from them too. Percent
is compared with the true share of elapsed time. Yardsticks: counting finished steps, and a clock that runs for the
expected time. Budgets (after 50 jobs): mean distance 8.5 points when agents report only start and end, 5 when they
report inner steps that are off by 20 %; median error of the completion time at half time 20 % and 10 % of the job; 75
to 90 % of the jobs end inside the range.
"""

import json
import math
import random
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, median
from typing import Any

import psycopg

from functions.shared.agent_declaration import JobType
from functions.shared.history import History
from functions.shared.plans import PLANS, SETUP_EXPECTED
from functions.shared.progress.estimate import Report
from functions.shared.progress.model import (
    SETUP,
    AgentChange,
    AgentStatus,
    ProgressChange,
    Stage,
    completed,
    initial_progress,
)
from functions.shared.progress.tracker import WRITTEN_AT
from functions.shared.sections import SNAPSHOT, Section
from scripts.local.postgres import Postgres
from scripts.manifest import ROOT
from scripts.program import run

_PLAN = PLANS[JobType.PORTFOLIO]
_START = datetime(2026, 1, 1, tzinfo=UTC)
_READS = 60
_HISTORY = 50
_LENGTHS = {SETUP: SETUP_EXPECTED.median_s, **{agent.name: agent.expected.median_s for agent in _PLAN}}
_SECTIONS = {SETUP: SNAPSHOT, **{agent.name: agent.section for agent in _PLAN}}


@dataclass(frozen=True)
class SimulatedJob:
    """True lengths in seconds, by line of the checklist."""

    lengths: dict[str, float]

    @property
    def total_s(self) -> float:
        return self.lengths[SETUP] + max(self.lengths[agent.name] for agent in _PLAN)

    @property
    def expected_ends(self) -> list[float]:
        """When each step ends, in seconds from the start."""
        setup = self.lengths[SETUP]
        return [setup, *(setup + self.lengths[agent.name] for agent in _PLAN)]


@dataclass
class Errors:
    """What was measured of every job of a run."""

    distance: list[float] = field(default_factory=list)
    ends: dict[float, list[float]] = field(default_factory=lambda: {0.25: [], 0.5: [], 0.75: []})
    inside: list[bool] = field(default_factory=list)
    still: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    clock: list[float] = field(default_factory=list)


class Estimator:
    """The progress document of one job at a time, by the database's functions."""

    def __init__(self, connection: psycopg.Connection[Any], history: dict[Section, list[float]]) -> None:
        self._connection = connection
        self._history = History(history)
        initial = initial_progress(_PLAN, 1, frozenset(), self._history).model_dump(mode="json")
        self._document: dict[str, Any] = {**initial, "started_at": _START.isoformat()}
        self.expected = {
            name: self._history.expectation(section, _first_guess(name)) for name, section in _SECTIONS.items()
        }

    def apply(self, seconds: float, change: ProgressChange) -> None:
        self._document = self._ask(
            "SELECT apply_progress(%s::jsonb, %s::jsonb, %s)",
            json.dumps(self._document),
            change.model_dump_json(exclude_defaults=True),
            _at(seconds),
        )

    def percent_and_range(self, seconds: float) -> list[float]:
        """[percent, low, middle, high]: unrounded, the others in seconds from then."""
        return list(self._ask("SELECT to_jsonb(progress_at(%s::jsonb, %s))", json.dumps(self._document), _at(seconds)))

    def _ask(self, sql: str, *parameters: Any) -> Any:
        row = self._connection.execute(sql, parameters).fetchone()
        assert row is not None
        return row[0]


def main() -> int:
    """0 when the budgets hold, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000, help="simulated jobs a run [1000]")
    parser.add_argument("--seed", type=int, default=1, help="of the random lengths [1]")
    parser.add_argument("--sigma", type=float, default=0.35, help="deviation of the logarithm of lengths [0.35]")
    for name, length in _LENGTHS.items():
        parser.add_argument(f"--{name}", type=float, default=length, help=f"median seconds of {name} [{length:g}]")
    options = parser.parse_args()
    with _database() as connection:
        plain = _simulate(connection, options, inner_steps=False)
        inner = _simulate(connection, options, inner_steps=True)
        drift = _simulate(connection, options, inner_steps=False, drift=True)
    print(f"{options.jobs} jobs, seed {options.seed}, sigma {options.sigma}")
    print(
        f"{'':26} {'distance':>9} {'steps':>7} {'clock':>7} {'end at 1/4':>11} {'1/2':>7} {'3/4':>7}"
        f" {'in range':>9} {'still':>7}"
    )
    for name, errors in (("start and end", plain), ("inner steps", inner), ("twice as slow, plain", drift)):
        _print(name, errors)
    return 0 if _is_within_budget(plain, 8.5, 0.20) and _is_within_budget(inner, 5, 0.10) else 1


def _simulate(
    connection: psycopg.Connection[Any], options: Namespace, *, inner_steps: bool, drift: bool = False
) -> Errors:
    chance = random.Random(options.seed)  # noqa: S311 - a simulation
    medians = {name: getattr(options, name) for name in _LENGTHS}
    past = [_job(chance, medians, options.sigma) for _ in range(_HISTORY)]
    slow = {name: length * (2 if name != SETUP else 1) for name, length in medians.items()}
    errors = Errors()
    for _ in range(options.jobs):
        job = _job(chance, slow if drift else medians, options.sigma)
        history = {
            section: [1000 * run.lengths[name] for run in reversed(past[-_HISTORY:])]
            for name, section in _SECTIONS.items()
        }
        _follow(Estimator(connection, history), job, chance, errors, inner_steps=inner_steps)
        if not drift:  # each job is the first one after the drift
            past.append(job)
    return errors


def _follow(
    estimator: Estimator, job: SimulatedJob, chance: random.Random, errors: Errors, *, inner_steps: bool
) -> None:
    """Applies what the workers of a job say, and reads in between."""
    said = sorted(_said(estimator, job, chance, inner_steps=inner_steps), key=lambda entry: entry[0])
    estimator.apply(0, ProgressChange(agents={SETUP: AgentChange(status=AgentStatus.RUNNING)}))
    clock_s = sum(estimator.expected[name].median_s for name in (SETUP, "reporter"))
    distances, steps, clocks, percents = [], [], [], []
    for read in range(1, _READS):
        now = job.total_s * read / _READS
        while said and said[0][0] <= now:
            estimator.apply(*said.pop(0))
        percent, low_s, middle_s, high_s = estimator.percent_and_range(now)
        share = 100 * read / _READS
        left_s = job.total_s - now
        percents.append(percent)
        distances.append(abs(percent - share))
        steps.append(abs(100 * sum(end <= now for end in job.expected_ends) / len(job.expected_ends) - share))
        clocks.append(abs(min(99, 100 * now / clock_s) - share))
        if read / _READS in errors.ends:
            errors.ends[read / _READS].append(abs(middle_s - left_s) / job.total_s)
        if 2 * read == _READS:
            errors.inside.append(low_s <= left_s <= high_s)
    errors.distance.append(fmean(distances))
    errors.steps.append(fmean(steps))
    errors.clock.append(fmean(clocks))
    errors.still.append(_longest_still(percents))


def _said(
    estimator: Estimator, job: SimulatedJob, chance: random.Random, *, inner_steps: bool
) -> Iterator[tuple[float, ProgressChange]]:
    setup_s = job.lengths[SETUP]
    yield setup_s, completed(SETUP, "", Stage.RUNNING)
    for agent in _PLAN:
        length_s = job.lengths[agent.name]
        yield setup_s, ProgressChange(agents={agent.name: AgentChange(status=AgentStatus.RUNNING)})
        reports: list[Report] = []
        for share in WRITTEN_AT if inner_steps else ():
            fraction = min(0.99, share * math.exp(chance.gauss(0, 0.2)))
            elapsed_s = share * length_s
            reports.append(Report(elapsed_s, fraction))
            course = estimator.expected[agent.name].after_reports(reports).course(elapsed_s)
            yield (
                setup_s + elapsed_s,
                ProgressChange(agents={agent.name: AgentChange(status=AgentStatus.RUNNING, course=course)}),
            )
        yield setup_s + length_s, completed(agent.name, "")


def _longest_still(percents: list[float]) -> float:
    """The longest time without movement of a whole point, as a share of the job."""
    longest, since = 0, 0
    for read, percent in enumerate(percents):
        if percent >= percents[since] + 1:
            since = read
        longest = max(longest, read - since)
    return longest / _READS


def _job(chance: random.Random, medians: dict[str, float], sigma: float) -> SimulatedJob:
    return SimulatedJob({name: length * math.exp(chance.gauss(0, sigma)) for name, length in medians.items()})


def _first_guess(name: str) -> Any:
    return next((agent.expected for agent in _PLAN if agent.name == name), SETUP_EXPECTED)


def _at(seconds: float) -> datetime:
    return _START + timedelta(seconds=seconds)


def _print(name: str, errors: Errors) -> None:
    ends = [f"{100 * median(errors.ends[when]):.1f} %" for when in (0.25, 0.5, 0.75)]
    print(
        f"{name:26} {fmean(errors.distance):9.2f} {fmean(errors.steps):7.2f} {fmean(errors.clock):7.2f}"
        f" {ends[0]:>11} {ends[1]:>7} {ends[2]:>7} {100 * fmean(errors.inside):7.1f} % {100 * max(errors.still):5.1f} %"
    )


def _is_within_budget(errors: Errors, distance: float, end: float) -> bool:
    return (
        fmean(errors.distance) <= distance and median(errors.ends[0.5]) <= end and 0.75 <= fmean(errors.inside) <= 0.90
    )


@contextmanager
def _database() -> Iterator[psycopg.Connection[Any]]:
    """A database with the functions of the migrations."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        server = Postgres(Path(folder), durable=False)
        try:
            with server, psycopg.connect(server.dsn(), autocommit=True) as connection:
                for migration in sorted((ROOT / "migrations").glob("*.sql")):
                    connection.execute(migration.read_bytes())
                yield connection
        finally:
            server.erase()


if __name__ == "__main__":
    run(main)
