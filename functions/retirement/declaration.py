"""Declares the retirement agent and its section: how long the money lasts."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from functions.retirement import SECTION
from functions.shared.agent_declaration import USUAL_SIGMA, Agent, JobType
from functions.shared.durations.expectation import Expectation
from functions.shared.sections import Amount, Narration, PayloadPart, SectionPayload


class FanYear(PayloadPart):
    """Percentiles of the portfolio's value at the end of a year, in today's dollars, rounded in steps of 1 to 2.5%."""

    year: int
    age: int | None = None
    p5: Amount
    p25: Amount
    p50: Amount
    p75: Amount
    p95: Amount


class Shortfall(PayloadPart):
    """The simulations in which the money runs out. Ages are whole years, amounts today's dollars."""

    chance: int = Field(ge=0, le=100)
    """Percentage of simulations."""
    earliest_age: int | None
    """The age before which the money runs out in one of ten simulations; null if it does in fewer."""
    typical_age: int
    """Half of these simulations run out before this age."""
    typical_years: int
    """Years without full spending until the end of the plan, in half of these simulations or more."""
    yearly: Amount
    """The shortfall in a year after the money ran out: spending less other income at `typical_age`."""
    total: Amount
    """The shortfall of all years together, in half of these simulations or more."""


class Guardrails(PayloadPart):
    """The plan with spending that follows the markets: less after poor years, more after good ones."""

    success_rate: int = Field(ge=0, le=100)
    """Percentage of simulations in which the adjusted spending is always paid."""
    lowest_spending_median: Amount
    """Half of the simulations never spend less than this in any year."""
    lowest_spending_p10: Amount
    """Nine of ten simulations never spend less than this in any year."""
    step: int
    """Percent by which spending is cut or raised."""
    cut_below: Amount
    """The portfolio's value below which spending is cut, at the start of retirement with the median wealth."""
    raise_above: Amount
    """The portfolio's value above which spending is raised, likewise."""
    source: str


class Harsher(PayloadPart):
    """The same plan in markets with lower returns, in which bad years cluster."""

    success_rate: int | None = Field(default=None, ge=0, le=100)
    success_rate_standard_error: float | None = None
    sustainable_income: Amount
    sustainable_income_standard_error: Amount
    description: str
    source: str


class WhatIf(PayloadPart):
    """The spending that lasts, by retirement age, saving and chance of success.

    `spending[a][s][k]` is the yearly spending in today's dollars that lasts in `success_rates[k]` percent of the
    simulations, when retiring at `retirement_ages[a]` and saving `savings[s]` a year until then. Ages are consecutive
    whole years; savings ascend, unevenly spaced; success rates descend from 100 to 0, so spending ascends.

    A client interpolates: for an age of the list, blend the two lists of spending around the saving linearly, then
    find the chance of a spending between two amounts of the blended list linearly; 100 below the first amount, 0 above
    the last. The result is within a percentage point of a new simulation with the same random numbers.
    """

    retirement_ages: list[int]
    savings: list[Amount]
    success_rates: list[float]
    spending: list[list[list[Amount]]]

    def success_rate(self, retirement_age: int, saving: float, spending: float) -> float:
        """Return the chance of success in percent, interpolated as a client does. Requires an age of the list."""
        by_saving = self.spending[self.retirement_ages.index(retirement_age)]
        n, part = _between([float(amount) for amount in self.savings], saving)
        lower, upper = by_saving[n], by_saving[min(n + 1, len(by_saving) - 1)]
        blended = [float(low) + part * (float(high) - float(low)) for low, high in zip(lower, upper, strict=True)]
        if spending <= blended[0]:
            return self.success_rates[0]
        if spending >= blended[-1]:
            return self.success_rates[-1]
        n, part = _between(blended, spending)
        return self.success_rates[n] + part * (self.success_rates[n + 1] - self.success_rates[n])


def _between(ascending: Sequence[float], value: float) -> tuple[int, float]:
    """Return the index before a value, and its position from there (0) to the next (1), clamped to the ends."""
    if len(ascending) == 1 or value <= ascending[0]:
        return 0, 0.0
    n = min(bisect_right(ascending, value), len(ascending) - 1) - 1
    low, high = ascending[n], ascending[n + 1]
    return n, min(1.0, (value - low) / (high - low)) if high > low else 1.0


class Retirement(SectionPayload):
    """Chances are whole percent: 0 means less than 1%, 100 more than 99%. Amounts are today's dollars.

    Figures are rounded once, here, and shown as they are: `standard_error` fields have the error of the simulation.
    """

    analysis: str = Field(min_length=1)
    """Markdown."""
    headline: str | None = None
    """Whether the money lasts, in one sentence; None if goals for a simulation are missing."""
    verdict: str | None = None
    """Whether the money lasts, in Markdown: the passage of `analysis` that opens a document with the report in it."""
    generated_at: datetime
    agent: Literal["retirement"] = "retirement"
    narration: Narration | None = None
    missing_goals: list[str] = Field(default_factory=list)
    """Names of the profile's fields to set first. Figures that need them are null or empty: without a target income
    the chances, without any other goal all."""
    goals_are_examples: bool = False
    retirement_age: int | None = None
    final_age: int | None = None
    fan: list[FanYear] = Field(default_factory=list)
    """From today to the end of the plan; to retirement if no target income is set."""
    assumptions: dict[str, Any] = Field(default_factory=dict)
    """Everything needed to reproduce the simulation."""
    limits: list[str] = Field(default_factory=list)
    """What the method leaves out, as sentences."""
    success_rate: float | None = Field(default=None, ge=0, le=100)
    """Percentage of simulations in which the money lasts."""
    success_rate_standard_error: float | None = Field(default=None, ge=0)
    wealth_at_retirement_median: Amount | None = None
    wealth_at_retirement_p5: Amount | None = None
    sustainable_income: Amount | None = None
    """Yearly income in today's dollars that lasts in 90% of simulations, other income included."""
    sustainable_income_standard_error: Amount | None = None
    required_contribution: Amount | None = None
    """Yearly contribution with which the target income lasts in 90% of simulations; null if already retired."""
    required_retirement_age: int | None = None
    """Youngest age, from the planned one on, at which the target income lasts in 90% of simulations; null if already
    retired, or if ten more years of work are not enough."""
    sensitivities: dict[str, float] = Field(default_factory=dict)
    """Change in the success rate in percentage points, by change to the plan."""
    shortfall: Shortfall | None = None
    """Null if the money runs out in less than 1% of simulations."""
    guardrails: Guardrails | None = None
    harsher: Harsher | None = None
    grid: WhatIf | None = None


def _sample(as_of: datetime, text: str) -> Retirement:
    nothing = Decimal(0)
    return Retirement(
        mock=True,
        analysis=f"# A stand-in analysis\n\n{text}",
        generated_at=as_of,
        fan=[FanYear(year=as_of.year, p5=nothing, p25=nothing, p50=nothing, p75=nothing, p95=nothing)],
        assumptions={},
        success_rate=0,
        success_rate_standard_error=0,
        wealth_at_retirement_median=nothing,
        wealth_at_retirement_p5=nothing,
        sustainable_income=nothing,
    )


AGENT = Agent(
    name="retirement",
    section=SECTION,
    title="Retirement outlook",
    task="Simulate retirement",
    doing="Simulating retirement",
    payload=Retirement,
    sample=_sample,
    expected=Expectation(17, USUAL_SIGMA),
    order=30,
    analyses=frozenset({JobType.PORTFOLIO, JobType.RETIREMENT}),
    is_worded=True,
)
