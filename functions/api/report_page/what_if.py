"""A table of what-ifs: the chance that the money lasts, by retirement age and spending."""

from __future__ import annotations

from collections.abc import Iterator

from functions.api.report_page import text
from functions.api.report_page.facts import plan_of, share_of_simulations
from functions.api.report_page.layout import part
from functions.api.report_page.markup import table
from functions.retirement.declaration import Retirement
from functions.shared.analysis.wording import dollars

#: Years before and after the planned retirement.
_YEARS = (-3, 0, 3)
#: Fractions of the planned spending, rounded to multiples of this many dollars.
_PARTS = (0.8, 1.0, 1.2)
_STEP = 500


def what_if(retirement: Retirement) -> Iterator[str]:
    """Yield the part with the table; nothing without a plan, or after retirement."""
    grid, plan = retirement.grid, plan_of(retirement)
    if (
        grid is None
        or plan is None
        or retirement.success_rate is None
        or not plan.target_retirement_income
        or not plan.contribution_years
    ):
        return
    ages = [age for years in _YEARS if (age := plan.retirement_age + years) in grid.retirement_ages]
    planned = plan.target_retirement_income
    amounts = [planned if part == 1 else round(part * planned / _STEP) * _STEP for part in _PARTS]
    saving = plan.annual_contribution
    rows = [
        [str(age), *(share_of_simulations(grid.success_rate(age, saving, amount)) for amount in amounts)]
        for age in ages
    ]
    if plan.retirement_age in ages:  # as simulated, rather than interpolated
        rows[ages.index(plan.retirement_age)][1 + _PARTS.index(1.0)] = share_of_simulations(retirement.success_rate)
    header = [text.RETIRE_AT, *(text.SPEND.format(amount=dollars(amount)) for amount in amounts)]
    yield part(text.WHAT_IF, f"{table(header, rows)}<p>{text.WHAT_IF_NOTE}</p>")
