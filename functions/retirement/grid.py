"""What-ifs: the spending that lasts, by retirement age, saving and chance of success, for a client to interpolate.

The chance of success as a function of spending can be a cliff, which no interpolation on a fixed grid follows: with
cash alone, a percent more spending may lower it from 90% to 10%. Its inverse is smooth. So each node has the spending
that lasts with each chance from 100% to 0%. All nodes use the paths of the plan itself (common random numbers).
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import numpy as np

from functions.retirement.declaration import WhatIf
from functions.retirement.markets import Floats
from functions.retirement.paths import Paths
from functions.retirement.plan import SavingsPlan
from functions.retirement.simulation import CONFIDENCE, rank, sustainable_incomes

#: Years before and after the planned retirement.
_EARLIER, _LATER = 10, 10
SHORTEST_RETIREMENT = 5
#: Percent of paths in which the spending of a node lasts.
LEVELS = (100.0, 99.0, 97.5, *(95.0 - 5 * n for n in range(19)), 2.5, 1.0, 0.0)
_FIRST_NODES = 5
_MOST_NODES = 17
#: Percentage points. A node is added between two others if interpolation is further off in their middle.
_TOLERANCE = 0.4


def what_if(plan: SavingsPlan, paths: Paths, current_age: int) -> WhatIf:
    """Return the grid around the plan. Its ages are whole years, and its saving goes to twice the plan's or more."""
    first = max(plan.working_years - _EARLIER, 0)
    last = max(min(plan.working_years + _LATER, plan.years - SHORTEST_RETIREMENT), plan.working_years)
    working = range(first, last + 1)
    savings = _savings(plan, paths, sorted({first, plan.working_years, last}))
    spending = [[_amounts(_spending(plan, paths, years, saving)) for saving in savings] for years in working]
    return WhatIf(
        retirement_ages=[current_age + years for years in working],
        savings=[Decimal(saving) for saving in savings],
        success_rates=list(LEVELS),
        spending=spending,
    )


def _savings(plan: SavingsPlan, paths: Paths, working: Sequence[int]) -> list[int]:
    """Return the nodes of saving in dollars a year, dense where interpolation between them is inexact."""
    most = max(2 * plan.contribution, plan.income / 2, 10_000)
    nodes = [round(most * n / (_FIRST_NODES - 1)) for n in range(_FIRST_NODES)]
    open_ends = set(pairwise(nodes))
    while open_ends and len(nodes) < _MOST_NODES:
        low, high = max(open_ends, key=lambda ends: ends[1] - ends[0])
        open_ends.remove((low, high))
        middle = (low + high) // 2
        if middle > low and max(_error(plan, paths, years, low, high) for years in working) > _TOLERANCE:
            nodes.append(middle)
            open_ends |= {(low, middle), (middle, high)}
    return sorted(nodes)


def _error(plan: SavingsPlan, paths: Paths, years: int, low: int, high: int) -> float:
    """Return the largest error of interpolation in the middle of two savings, in percentage points of success."""
    middle = (low + high) // 2
    share = (middle - low) / (high - low)
    ends = [_at_levels(_spending(plan, paths, years, saving)) for saving in (low, high)]
    interpolated = ends[0] + share * (ends[1] - ends[0])
    direct = _spending(plan, paths, years, middle)
    rates = 100 * (1 - np.searchsorted(direct, interpolated) / len(direct))
    return float(np.abs(rates - np.array(LEVELS))[1:-1].max())


def _spending(plan: SavingsPlan, paths: Paths, working_years: int, saving: float) -> Floats:
    """Return the income that lasts in each path, in ascending order."""
    variant = replace(plan, working_years=working_years, contribution=float(saving))
    ordered: Floats = np.sort(sustainable_incomes(variant, paths))
    return ordered


def _at_levels(ordered: Floats) -> Floats:
    at: Floats = ordered[[rank(100 - level, len(ordered)) for level in LEVELS]]
    return at


def _amounts(ordered: Floats) -> list[Decimal]:
    return [Decimal(round(amount)) for amount in _at_levels(ordered).tolist()]


def required_retirement_age(grid: WhatIf, plan: SavingsPlan, planned_age: int) -> int | None:
    """Return the youngest age of the grid, from the planned one on, at which the plan's spending lasts in 90% of paths.

    None if there is no such age, no spending is planned, or the user has retired.
    """
    ages = [age for age in grid.retirement_ages if age >= planned_age and plan.working_years and plan.income]
    safe = (age for age in ages if grid.success_rate(age, plan.contribution, plan.income) >= CONFIDENCE)
    return next(safe, None)
