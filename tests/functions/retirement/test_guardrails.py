from dataclasses import replace

import numpy as np
import pytest

from functions.retirement.guardrails import guarded, present_values, thresholds
from functions.retirement.paths import Paths
from functions.retirement.plan import SavingsPlan

PLAN = SavingsPlan(wealth=1_000_000, contribution=0, income=50_000, working_years=0, years=30)


def growing(*growth: float) -> Paths:
    """One path with these growth factors, then constant."""
    factors = [1.0, *growth, *(1.0,) * (30 - len(growth))]
    index = np.cumprod(factors, dtype=np.float32)[:, None]
    return Paths(index, index)


def test_spending_is_cut_after_a_crash() -> None:
    """950,000 falls by 30% to 665,000. 50,000 is 7.5% of that, over 120% of the 5% in the first year. 45,000 is 6.8%,
    so spending is cut again a year later, and so on until the last 15 years.
    """
    result = guarded(PLAN, growing(0.7))

    by_hand, wealth, spending = [], 1_000_000.0, 50_000.0
    for year in range(30):
        if year and 30 - year > 15 and spending / wealth > 1.2 * 0.05:
            spending *= 0.9
        by_hand.append(spending)
        wealth = (wealth - spending) * (0.7 if year == 0 else 1.0)
    assert result.lowest_spending[0] == pytest.approx(min(by_hand), rel=1e-4)
    assert bool(result.succeeds[0]) is (wealth >= 0)


def test_spending_is_raised_after_a_boom_and_never_cut_below_target() -> None:
    result = guarded(PLAN, growing(1.5, 1.5))

    assert result.lowest_spending[0] == pytest.approx(50_000)
    assert result.succeeds[0]


def test_exhausted_portfolio_leaves_only_other_income() -> None:
    plan = replace(PLAN, income=200_000, streams=(12_000.0,) * 30)

    result = guarded(plan, growing(0.1))

    assert not result.succeeds[0]
    assert result.lowest_spending[0] == pytest.approx(12_000)


def test_start_of_other_income_is_not_mistaken_for_good_markets() -> None:
    """40,000 a year from the eleventh year on: without its present value, the rate would fall to a fifth."""
    plan = replace(PLAN, streams=(*(0.0,) * 10, *(40_000.0,) * 20))

    later = present_values(plan)

    assert later[10] == pytest.approx(40_000 * (1 - 1.02**-20) / 0.02 * 1.02)
    assert later[0] == pytest.approx(later[10] / 1.02**10)
    cut, raised = thresholds(plan, 1_000_000)
    rate = 50_000 / (1_000_000 + later[0])
    assert 50_000 / (cut + later[0]) == pytest.approx(1.2 * rate)
    assert 50_000 / (raised + later[0]) == pytest.approx(0.8 * rate)
