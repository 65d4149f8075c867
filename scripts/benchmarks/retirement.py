"""Measures the CPU time of the retirement simulation after import, the first call and the median, against its budget.

Covers a typical plan and the longest within a lifetime, from birth to 95 with every asset class. The simulation is
10,000 paths from the plan to its figures. The whole call is everything that the agent does except the database: it
parses its task, simulates, writes the text, and serializes its section. Each is measured in its own process, with the
function's environment.
Budget: 60 ms for the simulation, including the first in a process.
"""

import os
import time
from argparse import ArgumentParser
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from statistics import median
from uuid import UUID

from functions.retirement.analysis import analyze_retirement
from functions.retirement.declaration import AGENT as RETIREMENT
from functions.retirement.inputs import goals_of, mix, plan_of
from functions.retirement.projection import project
from functions.shared.analysis.market_assumptions import CLASSES
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import Account, Instrument, InstrumentType, Position, Profile, Region, Sector, Snapshot
from functions.shared.tasks import AgentTask
from scripts.arguments import at_least
from scripts.cli import run
from scripts.manifest import read_manifest

BUDGET_MS = 60
_AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
_JOB = UUID(int=7)


def main() -> int:
    """Return 0 if the budget is met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=at_least(1), default=25, help="calls, for the median [25]")
    calls: int = parser.parse_args().calls
    plans = {
        "25 years of work, 30 of retirement, 5 classes": _portfolio(5, age=40, working=25),
        "70 years of work, 25 of retirement, 6 classes": _portfolio(6, age=0, working=70),
    }
    os.environ.update(read_manifest().functions["retirement"].environment)
    print(f"{'CPU time in ms':60}{'first':>8}{'median':>8}{'first, of budget':>18}")
    within = True
    for name, snapshot in plans.items():
        simulation, call = _apart(_times_of_simulation, snapshot, calls), _apart(_times_of_call, snapshot, calls)
        print(f"{name + ': simulation':60}{_row(simulation)}")
        print(f"{'whole call':>60}{_row(call)}")
        within &= max(simulation[0], median(simulation)) <= BUDGET_MS
    return 0 if within else 1


def _row(times: list[float]) -> str:
    return f"{times[0]:8.1f}{median(times):8.1f}{times[0] / BUDGET_MS:18.2f}"


def _apart(measure: Callable[[Snapshot, int], list[float]], snapshot: Snapshot, calls: int) -> list[float]:
    """Measure in a new process, which has imported everything but called nothing."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measure, snapshot, calls).result()


def _times_of_simulation(snapshot: Snapshot, calls: int) -> list[float]:
    return _times(partial(_simulate, snapshot), calls)


def _times_of_call(snapshot: Snapshot, calls: int) -> list[float]:
    return _times(_agents_call(snapshot), calls)


def _times(work: Callable[[], object], calls: int) -> list[float]:
    """Return times in milliseconds of this process's CPU, across all threads."""
    times = []
    for _ in range(calls):
        started = time.process_time()
        work()
        times.append(1000 * (time.process_time() - started))
    return times


def _simulate(snapshot: Snapshot) -> None:
    valuation, profile = value_portfolio(snapshot), snapshot.profile
    goals, weights = goals_of(profile), mix(valuation, profile)
    if goals is None or weights is None:
        raise ValueError("the snapshot lacks goals")
    project(plan_of(valuation, goals), weights, _AS_OF.year, _JOB.int, _no_step)


def _agents_call(snapshot: Snapshot) -> Callable[[], object]:
    event = AgentTask(job_id=_JOB, attempt=1, snapshot=snapshot, expected=RETIREMENT.expected).model_dump(mode="json")

    def call() -> str:
        task = AgentTask.model_validate(event)
        return analyze_retirement(task.snapshot, task.job_id.int, task.as_of, _no_step).model_dump_json()

    return call


def _portfolio(classes: int, *, age: int, working: int) -> Snapshot:
    """Return a portfolio with one holding per asset class."""
    whole = Decimal(100)
    positions = tuple(
        Position(
            symbol=asset_class.name.replace("_", "-"),
            quantity=Decimal(100),
            instrument=Instrument(
                symbol=asset_class.name.replace("_", "-"),
                name=asset_class.name,
                instrument_type=InstrumentType.ETF,
                current_price=Decimal(100),
                allocation_asset_class={asset_class: whole},
                allocation_regions={Region.GLOBAL: whole},
                allocation_sectors={Sector.DIVERSIFIED: whole},
            ),
        )
        for asset_class in CLASSES[:classes]
    )
    profile = Profile(
        current_age=age,
        years_until_retirement=working,
        target_retirement_income=Decimal(40_000),
        annual_contribution=Decimal(10_000),
        asset_class_targets={CLASSES[0]: whole},
        region_targets={Region.GLOBAL: whole},
    )
    return Snapshot(
        taken_at=_AS_OF, profile=profile, accounts=(Account(name="A", cash_balance=Decimal(0), positions=positions),)
    )


def _no_step(_fraction: float, _message: str) -> None:
    pass


if __name__ == "__main__":
    run(main)
