import random
from dataclasses import replace

import pytest

from functions.retirement.declaration import WhatIf
from functions.retirement.grid import what_if
from functions.retirement.markets import market
from functions.retirement.paths import simulate
from functions.retirement.plan import SavingsPlan
from functions.retirement.simulation import PATHS, succeeds, sustainable_incomes
from functions.shared.analysis.risk import Mix, OwnRisk
from functions.shared.portfolio import AssetClass

BALANCED = Mix({AssetClass.EQUITY: 0.6, AssetClass.FIXED_INCOME: 0.4})
CASH = Mix({AssetClass.CASH: 1.0})
ONE_STOCK = Mix({AssetClass.EQUITY: 1.0}, (OwnRisk("A", 0.66, 0.40, {AssetClass.EQUITY: 1.0}),))
SOCIAL_SECURITY = (*(0.0,) * 27, *(24_000.0,) * 28)
POINTS = 25
CASES = {
    "balanced": (SavingsPlan(300_000, 10_000, 45_000, 25, 55), BALANCED, BALANCED),
    "cash, savings in a balanced mix": (SavingsPlan(250_000, 5_000, 20_000, 25, 55), CASH, BALANCED),
    "cash alone": (SavingsPlan(250_000, 5_000, 15_000, 25, 55), CASH, CASH),
    "one dollar": (SavingsPlan(1, 10_000, 30_000, 25, 55), CASH, BALANCED),
    "one stock": (SavingsPlan(300_000, 10_000, 30_000, 25, 55), ONE_STOCK, BALANCED),
    "Social Security": (SavingsPlan(300_000, 10_000, 60_000, 25, 55, SOCIAL_SECURITY), BALANCED, BALANCED),
    "retired": (SavingsPlan(800_000, 0, 40_000, 0, 30), BALANCED, BALANCED),
}


@pytest.mark.parametrize("case", CASES)
def test_interpolation_is_within_a_point_of_a_direct_run(case: str) -> None:
    """At random ages, savings between any two nodes, and spending that lasts with any chance."""
    plan, today, savings = CASES[case]
    paths, _ = simulate(market(today, savings), plan.years, seed=5, paths=PATHS)
    grid = what_if(plan, paths, current_age=40)
    draw = random.Random(case)
    for _ in range(POINTS):
        age = draw.choice(grid.retirement_ages)
        saving = draw.uniform(0, float(grid.savings[-1]))
        variant = replace(plan, working_years=age - 40, contribution=saving)
        incomes = sustainable_incomes(variant, paths)
        spending = sorted(incomes.tolist())[draw.randrange(len(incomes))]
        direct = 100 * float(succeeds(incomes, spending).mean())
        assert grid.success_rate(age, saving, spending) == pytest.approx(direct, abs=1), (age, saving, spending)


def test_grid_contains_the_plan_and_fits_a_payload() -> None:
    plan, today, savings = CASES["balanced"]
    paths, _ = simulate(market(today, savings), plan.years, seed=5, paths=PATHS)
    grid = what_if(plan, paths, current_age=40)

    assert grid.retirement_ages == list(range(55, 76))
    assert grid.savings[0] == 0
    assert grid.savings[-1] >= 2 * 10_000
    assert grid.success_rates[0] == 100
    assert grid.success_rates[-1] == 0
    for by_saving in grid.spending:
        assert len(by_saving) == len(grid.savings)
        for amounts in by_saving:
            assert amounts == sorted(amounts)
            assert len(amounts) == len(grid.success_rates)
    assert len(grid.model_dump_json()) < 80_000


def test_interpolation_reads_nodes_and_ends() -> None:
    rows = [[[100, 200, 300], [200, 300, 400]]]
    grid = WhatIf.model_validate(
        {"retirement_ages": [65], "savings": [0, 10], "success_rates": [100, 50, 0], "spending": rows}
    )

    assert grid.success_rate(65, 0, 200) == 50
    assert grid.success_rate(65, 5, 250) == 50
    assert grid.success_rate(65, 5, 275) == 37.5
    assert grid.success_rate(65, 10, 50) == 100
    assert grid.success_rate(65, 10, 500) == 0
    assert grid.success_rate(65, 99, 350) == 25
