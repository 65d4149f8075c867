"""Follows a savings plan along market paths, in today's dollars, with one array entry per path.

In a working year, money grows and the contribution is added at the end. In a year of retirement, the spending that
other income doesn't cover is withdrawn at the start, in proportion from old and new savings, and the rest grows. So the
growth of the remaining portfolio doesn't depend on the withdrawals, and the largest income that lasts has a closed form
per path.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from functions.retirement.markets import Floats
from functions.retirement.paths import Paths
from functions.retirement.plan import SavingsPlan

Flags = NDArray[np.bool_]

#: The number of simulated lives, a multiple of 4; the harsher model follows half as many.
PATHS = 10_000
#: Percentage of paths in which an income must last to be called sustainable.
CONFIDENCE = 90
PERCENTILES = (5, 25, 50, 75, 95)
#: Relative rounding error of 32 bits over a life; a smaller shortfall is ignored.
_EXACT = np.float32(2e-5)
#: Replaces zero wealth, in dollars: the division below needs a positive amount.
_NOTHING = 0.01
_SECANT_STEPS = 12
_CLOSE = 5e-4


@dataclass(frozen=True)
class Lives:
    """`percentiles` of wealth has shape (years + 1, 5): today, and at the end of each year.

    Per path, `wealth` is that at the end, `paid_years` counts the years of retirement with full spending, and `unpaid`
    is the sum of the shortfalls afterwards.
    """

    percentiles: Floats
    wealth: Floats
    paid_years: NDArray[np.int16]
    unpaid: Floats


def undrawn(plan: SavingsPlan, paths: Paths) -> Iterator[Floats]:
    """Yield wealth at retirement and at the end of each later year if nothing is withdrawn, per path.

    Yielded year by year because memory costs more than arithmetic: the first access to 4 KB takes 4 microseconds.
    """
    at = plan.working_years
    saves = bool(plan.contribution and at)
    old = np.float32(plan.wealth if plan.wealth or saves else _NOTHING)
    shares = np.float32(plan.contribution) * paths.shares(at) if saves else None
    for year in range(at, plan.years + 1):
        wealth = paths.today[year] * old
        if shares is not None:
            wealth += paths.new[year] * shares
        yield wealth


def sustainable_incomes(plan: SavingsPlan, paths: Paths) -> Floats:
    """Return the largest yearly income that lasts, per path.

    Wealth after the withdrawal of year k is not negative if the sum of (income - stream) / undrawn wealth over the
    years so far is at most 1. So the income is at most (1 + sum of stream / wealth) / (sum of 1 / wealth) for every k.
    """
    streams = plan.streams_in_retirement
    has_streams = any(streams)
    price, paid, lowest = (np.full_like(paths.today[0], first) for first in (0, 1, np.inf))
    for stream, wealth in zip(streams, undrawn(plan, paths), strict=False):
        discount = np.reciprocal(wealth, out=wealth)
        price += discount
        if has_streams:
            paid += np.float32(stream) * discount
            np.minimum(lowest, paid / price, out=lowest)
    incomes: Floats = lowest if has_streams else 1 / price
    return incomes


def succeeds(incomes: Floats, income: float) -> Flags:
    """Return the paths in which every withdrawal is made in full. `incomes` are the sustainable ones."""
    flags: Flags = incomes * (1 + _EXACT) >= np.float32(income)
    return flags


def follow(plan: SavingsPlan, paths: Paths) -> Lives:
    """Follow the plan year by year."""
    by_year = np.empty((plan.years + 1, len(PERCENTILES)), np.float32)
    shares = np.zeros_like(paths.new[0])
    for year in range(plan.working_years + 1):
        wealth = paths.today[year] * np.float32(plan.wealth)
        if plan.contribution and year:
            shares += np.float32(plan.contribution) / paths.new[year]
            wealth += shares * paths.new[year]
        by_year[year] = percentiles(wealth)
    paid, unpaid = np.zeros(len(wealth), np.int16), np.zeros(len(wealth), np.float32)
    is_paid = np.ones(len(wealth), np.bool_)
    retirement = zip(plan.streams_in_retirement, pairwise(undrawn(plan, paths)), strict=True)
    for year, (stream, (start, end)) in enumerate(retirement, plan.working_years + 1):
        wealth -= np.float32(plan.income - stream)
        short = wealth < -_EXACT * np.float32(plan.income)
        if short.any():
            unpaid -= wealth * short
            np.maximum(wealth, 0, out=wealth)
            is_paid &= ~short
        paid += is_paid
        wealth *= end / start
        by_year[year] = percentiles(wealth)
    return Lives(by_year, wealth, paid, unpaid)


def income_of(plan: SavingsPlan, paths: Paths) -> float:
    """Return the yearly income that lasts in 90% of the paths."""
    return lasting(sustainable_incomes(plan, paths))


def lasting(incomes: Floats) -> float:
    """Return the income that lasts in 90% of the paths."""
    return order_statistic(incomes, 100 - CONFIDENCE)


def required_contribution(plan: SavingsPlan, paths: Paths) -> float | None:
    """Return the smallest yearly contribution with which the income lasts in 90% of the paths; None in retirement.

    The income that lasts is nearly linear in the contribution, so the secant method needs few steps.
    """
    if not plan.working_years:
        return None

    def surplus(contribution: float) -> float:
        return income_of(replace(plan, contribution=contribution), paths) - plan.income

    low, high = 0.0, max(plan.contribution, plan.income / 4, 1.0)
    at_low, at_high = surplus(low), surplus(high)
    if at_low >= 0:
        return 0.0
    for _ in range(_SECANT_STEPS):
        if at_high == at_low:
            break
        low, high, at_low = high, high - at_high * (high - low) / (at_high - at_low), at_high
        at_high = surplus(high)
        if abs(at_high) <= _CLOSE * plan.income:
            break
    return high


def percentiles(wealth: Floats) -> Floats:
    """Return the 5th, 25th, 50th, 75th and 95th percentile, selected by `rank`.

    Each partition leaves the ranks found before in place and halves the rest to search, which takes two thirds of the
    time of sorting. numpy's partition by several ranks at once takes three times as long.
    """
    low, quarter, middle, three_quarters, high = ranks = [rank(percent, len(wealth)) for percent in PERCENTILES]
    ordered = wealth.copy()
    ordered.partition(middle)
    ordered[:middle].partition(quarter)
    ordered[:quarter].partition(low)
    ordered[middle + 1 :].partition(three_quarters - middle - 1)
    ordered[three_quarters + 1 :].partition(high - three_quarters - 1)
    return ordered[ranks]


def rank(percent: float, paths: int) -> int:
    """Return the index of a percentile among the sorted paths (method 'lower' of numpy.percentile).

    Does not use numpy.percentile, whose first call imports numpy.ma, which costs as much as the simulation.
    """
    return int(percent * (paths - 1) // 100)


def order_statistic(values: Floats, percent: float) -> float:
    at = rank(percent, len(values))
    return float(np.partition(values, at)[at])


def error_of_fraction(flags: Flags) -> float:
    """Return the standard error of the fraction of paths with a property.

    A path and its mirror image are not independent, so the error is that of the mean over such pairs.
    """
    pairs = flags.reshape(2, -1).mean(axis=0)
    return float(pairs.std() / np.sqrt(len(pairs)))


def error_of_percentile(values: Floats, percent: float) -> float:
    """Return the standard error of a percentile: half the distance between those one error of its rank away."""
    ordered = np.sort(values)
    error = 100 * error_of_fraction(values <= ordered[rank(percent, len(values))])
    low, high = (ordered[rank(min(max(percent + by, 0), 100), len(values))] for by in (-error, error))
    return float(high - low) / 2
