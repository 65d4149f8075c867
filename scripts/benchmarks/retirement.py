"""Measures the CPU time of the retirement simulation after import, the first call and the median, against its budgets.

Covers a typical plan, and a long one with every asset class. The figures come from two return models with 10,000 and
5,000 paths, from the plan to its figures. The grid is that of the what-ifs. The whole call is everything that
the agent does except the database: it parses its task, simulates, writes the text, and serializes its section. Each is
measured in its own process, with the function's environment, after importing the function's handler.
Budgets: 60 ms for the figures of the typical plan, including the first in a process, and 1.5 s for the grid of each.
"""

import os
import time
from argparse import ArgumentParser
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from statistics import median
from uuid import UUID

from functions.retirement.analysis import analyze_retirement, inputs_of
from functions.retirement.declaration import AGENT as RETIREMENT
from functions.retirement.grid import what_if
from functions.retirement.projection import Inputs, draw, project
from functions.shared.analysis.market_assumptions import CLASSES
from functions.shared.portfolio import Account, Instrument, InstrumentType, Position, Profile, Region, Sector, Snapshot
from functions.shared.tasks import AgentTask
from scripts.arguments import at_least
from scripts.cli import run
from scripts.manifest import read_manifest

BUDGET_MS = 60
GRID_BUDGET_MS = 1500
_AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
_JOB = UUID(int=7)


def main() -> int:
    """Return 0 if the budgets are met, otherwise 1."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=at_least(1), default=25, help="calls, for the median [25]")
    calls: int = parser.parse_args().calls
    plans = {
        "25 years of work, 30 of retirement, 5 classes": (_portfolio(5, age=40, working=25), BUDGET_MS),
        "54 years of work, 25 of retirement, 7 classes": (_portfolio(7, age=16, working=54), None),
    }
    os.environ.update(read_manifest().functions["retirement"].environment)
    print(f"{'CPU time in ms':60}{'first':>8}{'median':>8}{'first, of budget':>18}")
    within = True
    for name, (snapshot, budget) in plans.items():
        figures, grids = _apart(_times_of_figures, snapshot, calls), _apart(_times_of_grid, snapshot, calls)
        print(f"{name + ': figures':60}{_row(figures, budget)}")
        print(f"{'what-if grid':>60}{_row(grids, GRID_BUDGET_MS)}")
        print(f"{'whole call':>60}{_row(_apart(_times_of_call, snapshot, calls), None)}")
        within &= max(grids) <= GRID_BUDGET_MS and (budget is None or max(figures[0], median(figures)) <= budget)
    return 0 if within else 1


def _row(times: list[float], budget: float | None) -> str:
    return f"{times[0]:8.1f}{median(times):8.1f}{f'{times[0] / budget:18.2f}' if budget else ''}"


def _apart(measure: Callable[[Snapshot, int], list[float]], snapshot: Snapshot, calls: int) -> list[float]:
    """Measure in a new process, which has imported everything but called nothing."""
    importing = partial(import_module, "functions.retirement.handler")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=importing) as process:
        return process.submit(measure, snapshot, calls).result()


def _times_of_figures(snapshot: Snapshot, calls: int) -> list[float]:
    return _times(partial(_figures, snapshot), calls)


def _times_of_grid(snapshot: Snapshot, calls: int) -> list[float]:
    inputs = _inputs(snapshot)
    base, _ = draw(inputs)
    return _times(partial(what_if, inputs.plan, base, inputs.current_age), calls)


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


def _figures(snapshot: Snapshot) -> None:
    inputs = _inputs(snapshot)
    project(inputs, *draw(inputs), _no_step)


def _inputs(snapshot: Snapshot) -> Inputs:
    inputs = inputs_of(snapshot, _AS_OF.year)
    if inputs is None:
        raise ValueError("the benchmark's plan has no goals")
    return inputs


def _agents_call(snapshot: Snapshot) -> Callable[[], object]:
    event = AgentTask(job_id=_JOB, attempt=1, snapshot=snapshot, expected=RETIREMENT.expected).model_dump(mode="json")

    def call() -> str:
        task = AgentTask.model_validate(event)
        return analyze_retirement(task.snapshot, task.as_of, _no_step).model_dump_json()

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
