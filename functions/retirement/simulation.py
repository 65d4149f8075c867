"""Follows a savings plan along market paths, in today's dollars, with one array entry per path.

In a working year, money grows and the contribution is added at the end. In a year of retirement, the spending that
other income doesn't cover is withdrawn at the start, in proportion from old and new savings, and the rest grows. So the
growth of what is left doesn't depend on the withdrawals, and the largest income that lasts has a closed form per path.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from functions.retirement.markets import Floats, Paths
from functions.retirement.plan import SavingsPlan

Flags = NDArray[np.bool_]

#: Percentage of paths in which an income must last to be called sustainable.
CONFIDENCE = 90
PERCENTILES = (5, 25, 50, 75, 95)
#: Relative rounding error of 32 bits over a life; a shortfall below it is none.
_EXACT = np.float32(2e-5)
#: Stands for no wealth at all, in dollars: the division below needs some.
_NOTHING = 0.01
_SECANT_STEPS = 12
_CLOSE = 5e-4


@dataclass(frozen=True)
class Lives:
    """`wealth` has shape (years + 1, paths): today, and at the end of each year.

    Per path, `paid_years` counts the years of retirement with full spending, and `unpaid` is the sum of what is missing
    afterwards.
    """

    wealth: Floats
    paid_years: NDArray[np.int16]
    unpaid: Floats


def wealth_index(plan: SavingsPlan, paths: Paths) -> Floats:
    """Return wealth at retirement and at the end of each later year if nothing is withdrawn: shape (years, paths)."""
    at = plan.working_years
    new = np.float32(plan.contribution) * (paths.saved[at] / paths.new[at])
    wealth = plan.wealth if plan.wealth or (plan.contribution and at) else _NOTHING
    index = np.multiply(paths.today[at : plan.years + 1], np.float32(wealth))
    if plan.contribution and at:
        index += new * paths.new[at : plan.years + 1]
    return index


def sustainable_incomes(plan: SavingsPlan, index: Floats) -> Floats:
    """Return the largest yearly income that lasts, per path. `index` is the plan's `wealth_index`.

    Wealth after the withdrawal of year k is not negative if the sum of (income - stream) / index over the years so far
    is at most 1. So the income is at most (1 + sum of stream / index) / (sum of 1 / index) for every k.
    """
    discounts = 1 / index[:-1]
    streams = plan.streams_in_retirement
    if not any(streams):
        result: Floats = 1 / discounts.sum(axis=0)
        return result
    price, paid = np.zeros_like(index[0]), np.ones_like(index[0])
    lowest: Floats = np.full_like(price, np.inf)
    for stream, discount in zip(streams, discounts, strict=True):
        price += discount
        if stream:
            paid += np.float32(stream) * discount
        np.minimum(lowest, paid / price, out=lowest)
    return lowest


def succeeds(incomes: Floats, income: float) -> Flags:
    """Return the paths in which every withdrawal is made in full. `incomes` are the sustainable ones."""
    flags: Flags = incomes * (1 + _EXACT) >= np.float32(income)
    return flags


def follow(plan: SavingsPlan, paths: Paths, index: Floats) -> Lives:
    """Follow the plan year by year."""
    wealth = np.empty((plan.years + 1, index.shape[1]), np.float32)
    saving = plan.working_years
    np.multiply(paths.today[: saving + 1], np.float32(plan.wealth), out=wealth[: saving + 1])
    if plan.contribution:
        wealth[: saving + 1] += np.float32(plan.contribution) * paths.saved[: saving + 1]
    paid, unpaid = np.zeros(index.shape[1], np.int16), np.zeros(index.shape[1], np.float32)
    for year, stream in enumerate(plan.streams_in_retirement, start=saving):
        left = wealth[year] - np.float32(plan.income - stream)
        short = left < -_EXACT * np.float32(plan.income)
        if short.any():
            unpaid -= np.where(short, left, np.float32(0))
            np.maximum(left, 0, out=left)
        paid += ~short & (paid == year - saving)
        np.multiply(left, index[year - saving + 1] / index[year - saving], out=wealth[year + 1])
    return Lives(wealth, paid, unpaid)


def income_of(plan: SavingsPlan, paths: Paths) -> float:
    """Return the yearly income that lasts in 90% of the paths."""
    return lasting(sustainable_incomes(plan, wealth_index(plan, paths)))


def lasting(incomes: Floats, confidence: float = CONFIDENCE) -> float:
    """Return the income that lasts in this percentage of the paths."""
    return order_statistic(incomes, 100 - confidence)


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
    """Return the 5th, 25th, 50th, 75th and 95th percentile of each year, selected by `rank`: shape (years, 5)."""
    return np.sort(wealth, axis=1)[:, [rank(percent, wealth.shape[1]) for percent in PERCENTILES]]


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
