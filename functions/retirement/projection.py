"""The figures of a simulated plan, each rounded once for every reader."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, ROUND_UP, Decimal

import numpy as np

from functions.retirement.declaration import FanYear, Guardrails, Harsher, Shortfall
from functions.retirement.guardrails import STEP, guarded, thresholds
from functions.retirement.markets import HARSHER, Floats, market
from functions.retirement.paths import Paths, simulate
from functions.retirement.plan import SavingsPlan
from functions.retirement.rounding import to_error, to_step, whole_percent
from functions.retirement.simulation import (
    CONFIDENCE,
    PATHS,
    PERCENTILES,
    Lives,
    error_of_fraction,
    error_of_percentile,
    follow,
    lasting,
    order_statistic,
    required_contribution,
    succeeds,
    sustainable_incomes,
)
from functions.shared.analysis import Step
from functions.shared.analysis.risk import Mix
from functions.shared.analysis.wording import percent

# Pydantic builds deferred models when they are first used, which takes 13 ms. At import, they count as initialization.
for _model in (FanYear, Shortfall, Guardrails, Harsher):
    _model.model_rebuild()

GUARDRAILS_SOURCE = (
    "Guyton and Klinger, Decision Rules and Maximum Initial Withdrawal Rates, Journal of Financial Planning, March 2006"
)
HARSHER_SOURCE = (
    "Hardy, A Regime-Switching Model of Long-Term Stock Returns, North American Actuarial Journal, 2001: bad years "
    "cluster; Finke, Pfau and Blanchett, The 4 Percent Rule Is Not Safe in a Low-Yield World, Journal of Financial "
    "Planning, June 2013: returns lower than in the past"
)
HARSHER_DESCRIPTION = (
    f"Expected returns are {percent(100 * HARSHER.share_of_return, 0)} of those above. A bad year follows a good one "
    f"with a chance of {percent(100 * HARSHER.enter, 0)}, and another bad one with {percent(100 * HARSHER.stay, 0)}. "
    "In a bad year, the usual return is lower by one standard deviation, and deviations are "
    f"{HARSHER.spread} times as wide."
)


@dataclass(frozen=True)
class Projection:
    """Today's US dollars and whole percent. `fan` starts with today.

    Without a target income, chances and the figures that follow from spending are None or empty.
    """

    plan: SavingsPlan
    current_age: int
    today: Mix
    savings: Mix
    fan: list[FanYear]
    wealth_at_retirement: FanYear
    sustainable_income: Decimal
    sustainable_income_error: Decimal
    harsher: Harsher
    success_rate: int | None = None
    success_error: float | None = None
    required_contribution: Decimal | None = None
    sensitivities: Mapping[str, float] | None = None
    shortfall: Shortfall | None = None
    guardrails: Guardrails | None = None

    @property
    def retirement_age(self) -> int:
        return self.current_age + self.plan.working_years

    @property
    def final_age(self) -> int:
        return self.current_age + self.plan.years


@dataclass(frozen=True)
class Inputs:
    plan: SavingsPlan
    today: Mix
    savings: Mix
    current_age: int
    first_year: int
    seed: int


def draw(inputs: Inputs) -> tuple[Paths, Paths]:
    """Return the market paths of the first and of the harsher model."""
    return simulate(market(inputs.today, inputs.savings), inputs.plan.years, inputs.seed, PATHS)


def project(inputs: Inputs, base: Paths, harsh: Paths, step: Step) -> Projection:
    """Return the figures of the plan on these paths. The last year of the fan is `first_year` + `plan.years`."""
    plan = inputs.plan
    step(0.3, "Following each path year by year")
    incomes = sustainable_incomes(plan, base)
    lives = follow(plan, base)
    fan = _fan(inputs, lives.percentiles)
    error = error_of_percentile(incomes, 100 - CONFIDENCE)
    projection = Projection(
        plan=plan,
        current_age=inputs.current_age,
        today=inputs.today,
        savings=inputs.savings,
        fan=fan if plan.income else fan[: plan.working_years + 1],
        wealth_at_retirement=fan[plan.working_years],
        sustainable_income=to_error(lasting(incomes), error, ROUND_DOWN),
        sustainable_income_error=Decimal(round(error)),
        harsher=_harsher(plan, harsh),
    )
    if not plan.income:
        return projection
    step(0.6, "Measuring success")
    return _with_chances(projection, base, incomes, lives)


def _with_chances(projection: Projection, base: Paths, incomes: Floats, lives: Lives) -> Projection:
    plan = projection.plan
    lasts, rate = succeeds(incomes, plan.income), _rate(incomes, plan.income)
    required = required_contribution(plan, base)
    if required is not None:
        needed = to_error(required, _error_of_contribution(plan, required, projection), ROUND_UP)
    return replace(
        projection,
        success_rate=rate,
        success_error=round(100 * error_of_fraction(lasts), 2),
        required_contribution=None if required is None else needed,
        sensitivities=_sensitivities(plan, base, incomes, rate),
        shortfall=_shortfall(projection, lives, rate),
        guardrails=_guardrails(plan, base, lives),
    )


def _error_of_contribution(plan: SavingsPlan, required: float, projection: Projection) -> float:
    """Return the error of the required contribution: that of the income, relative to the income it must support."""
    gap = abs(required - plan.contribution) + plan.contribution
    return gap * float(projection.sustainable_income_error) / max(float(projection.sustainable_income), 1.0)


def _fan(inputs: Inputs, by_year: Floats) -> list[FanYear]:
    today = [Decimal(round(inputs.plan.wealth))] * len(PERCENTILES)
    rows = [today, *([to_step(amount) for amount in row] for row in by_year[1:].tolist())]
    return [
        FanYear(
            year=inputs.first_year + n,
            age=inputs.current_age + n,
            **dict(zip(("p5", "p25", "p50", "p75", "p95"), row, strict=True)),
        )
        for n, row in enumerate(rows)
    ]


def _harsher(plan: SavingsPlan, paths: Paths) -> Harsher:
    incomes = sustainable_incomes(plan, paths)
    error = error_of_percentile(incomes, 100 - CONFIDENCE)
    lasts = succeeds(incomes, plan.income) if plan.income else None
    return Harsher(
        success_rate=None if lasts is None else whole_percent(float(lasts.mean())),
        success_rate_standard_error=None if lasts is None else round(100 * error_of_fraction(lasts), 2),
        sustainable_income=to_error(lasting(incomes), error, ROUND_DOWN),
        sustainable_income_standard_error=Decimal(round(error)),
        description=HARSHER_DESCRIPTION,
        source=HARSHER_SOURCE,
    )


def _sensitivities(plan: SavingsPlan, paths: Paths, incomes: Floats, rate: int) -> dict[str, float]:
    """Return the change in the success rate in points, for each change to the plan.

    The plan's last year is fixed, so one more year of work is one year less of retirement.
    """
    longer = replace(plan, working_years=plan.working_years + 1)
    saving_more = replace(plan, contribution=plan.contribution * 1.1)
    rates = {
        "one_more_year_of_work": _rate(sustainable_incomes(longer, paths), plan.income),
        "ten_percent_more_saving": _rate(sustainable_incomes(saving_more, paths), plan.income),
        "ten_percent_less_spending": _rate(incomes, plan.income * 0.9),
    }
    return {name: float(changed - rate) for name, changed in rates.items()}


def _rate(incomes: Floats, spending: float) -> int:
    return whole_percent(float(succeeds(incomes, spending).mean()))


def _shortfall(projection: Projection, lives: Lives, rate: int) -> Shortfall | None:
    plan = projection.plan
    withdrawals = plan.years - plan.working_years
    short = lives.paid_years < withdrawals
    if rate == 100 or not short.any():
        return None
    paid = np.sort(lives.paid_years)
    typical = int(order_statistic(lives.paid_years[short].astype(np.float32), 50))
    early = int(paid[len(paid) // 10])
    missing = lives.unpaid[short]
    stream = plan.streams_in_retirement[typical]
    return Shortfall(
        chance=100 - rate,
        earliest_age=projection.retirement_age + early if early < withdrawals else None,
        typical_age=projection.retirement_age + typical,
        typical_years=withdrawals - typical,
        yearly=to_step(max(plan.income - stream, 0.0)),
        total=to_step(order_statistic(missing, 50)),
    )


def _guardrails(plan: SavingsPlan, paths: Paths, lives: Lives) -> Guardrails:
    result = guarded(plan, paths)
    cut, raised = thresholds(plan, float(lives.percentiles[plan.working_years, PERCENTILES.index(50)]))
    return Guardrails(
        success_rate=whole_percent(float(result.succeeds.mean())),
        lowest_spending_median=to_step(order_statistic(result.lowest_spending, 50)),
        lowest_spending_p10=to_step(order_statistic(result.lowest_spending, 10)),
        step=round(100 * STEP),
        cut_below=to_step(cut),
        raise_above=to_step(raised),
        source=GUARDRAILS_SOURCE,
    )
