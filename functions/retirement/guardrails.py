"""Spending with guardrails: a cut after poor markets, a raise after good ones.

The capital preservation and the prosperity rule of Guyton and Klinger, Decision Rules and Maximum Initial Withdrawal
Rates, Journal of Financial Planning 19 (March 2006): spending is cut by 10% in a year in which the withdrawal rate is
over 120% of the first year's, except in the last 15 years, and raised by 10% in a year in which it is under 80%. Their
rules concern withdrawals alone; here the rate is spending over wealth plus the present value of other income, so that
the start of Social Security isn't mistaken for a good market.
"""

from dataclasses import dataclass

import numpy as np

from functions.retirement.markets import Floats
from functions.retirement.paths import Paths
from functions.retirement.plan import SavingsPlan
from functions.retirement.simulation import Flags, undrawn

UPPER, LOWER, STEP = 1.2, 0.8, 0.1
LAST_YEARS_WITHOUT_CUTS = 15
#: For the present value of other income, per year above inflation: about that of bonds.
DISCOUNT = 0.02
_EXACT = np.float32(2e-5)


@dataclass(frozen=True)
class Guarded:
    """Per path: whether the adjusted spending is always paid, and the least spent in a year, in dollars."""

    succeeds: Flags
    lowest_spending: Floats


def present_values(plan: SavingsPlan) -> list[float]:
    """Return the value of the streams still to come, at the start of each year of retirement."""
    values, value = [], 0.0
    for stream in reversed(plan.streams_in_retirement):
        value = stream + value / (1 + DISCOUNT)
        values.append(value)
    return values[::-1]


def guarded(plan: SavingsPlan, paths: Paths) -> Guarded:
    """Follow the plan's retirement with guardrails."""
    years, worth = undrawn(plan, paths), present_values(plan)
    start = next(years)
    wealth = start if plan.wealth or plan.contribution else np.zeros_like(start)
    spending = np.full_like(start, plan.income)
    lowest, always = spending.copy(), np.ones(len(spending), np.bool_)
    first = spending / _resources(wealth, worth[0])
    high, low = UPPER * first, LOWER * first
    for year, (stream, end) in enumerate(zip(plan.streams_in_retirement, years, strict=True)):
        if year:
            rate = spending / _resources(wealth, worth[year])
            if len(worth) - year > LAST_YEARS_WITHOUT_CUTS:
                spending *= 1 - np.float32(STEP) * (rate > high)
            spending *= 1 + np.float32(STEP) * (rate < low)
        available = wealth + np.float32(stream)
        left = available - spending
        np.minimum(lowest, np.minimum(spending, available), out=lowest)
        always &= left >= -_EXACT * spending
        wealth = np.maximum(left, 0, out=left)
        wealth *= end / start
        start = end
    return Guarded(always, lowest)


def _resources(wealth: Floats, streams: float) -> Floats:
    resources: Floats = wealth + np.float32(streams)
    np.maximum(resources, np.float32(0.01), out=resources)
    return resources


def thresholds(plan: SavingsPlan, wealth_at_retirement: float) -> tuple[float, float]:
    """Return the wealth below which spending is cut, and above which it is raised, at the start of retirement."""
    worth = present_values(plan)[0]
    resources = wealth_at_retirement + worth
    return max(resources / UPPER - worth, 0.0), resources / LOWER - worth
