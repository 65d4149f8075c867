"""The figures of a simulated plan, rounded for display: percentages to a hundredth, amounts to the dollar."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal

from functions.retirement.declaration import FanYear
from functions.retirement.simulation import (
    PATHS,
    PERCENTILES,
    Growth,
    Outcome,
    SavingsPlan,
    outcome,
    percentiles,
    return_model,
    sensitivities,
    standard_error,
    wealth_by_year,
    yearly_growth,
)
from functions.shared.analysis import Step
from functions.shared.analysis.market_assumptions import Weights


@dataclass(frozen=True)
class Projection:
    """Today's US dollars, percent and percentage points. `fan` starts with today."""

    plan: SavingsPlan
    weights: Weights
    fan: list[FanYear]
    success_rate: float
    standard_error: float
    sustainable_income: Decimal
    required_contribution: Decimal | None
    sensitivities: dict[str, float]

    @property
    def at_retirement(self) -> FanYear:
        return self.fan[self.plan.working_years]


def project(plan: SavingsPlan, weights: Weights, first_year: int, seed: int, step: Step) -> Projection:
    """Simulate `plan` over 10,000 paths. The last year of the fan is `first_year` + `plan.years`."""
    step(0.15, "Drawing market returns")
    growth = yearly_growth(return_model(weights), plan.years, seed)
    step(0.55, "Following each path year by year")
    fan = percentiles(wealth_by_year(plan, growth))
    step(0.8, "Measuring success")
    return _projection(plan, weights, _fan(plan, fan, first_year), outcome(plan, growth), growth)


def _projection(plan: SavingsPlan, weights: Weights, fan: list[FanYear], base: Outcome, growth: Growth) -> Projection:
    required = base.required_contribution
    return Projection(
        plan=plan,
        weights=weights,
        fan=fan,
        success_rate=_percent(base.success_rate),
        standard_error=_percent(standard_error(base.success_rate, PATHS)),
        sustainable_income=_dollars(base.sustainable_income, ROUND_DOWN),
        required_contribution=None if required is None else _dollars(required, ROUND_UP),
        sensitivities={name: _percent(change) for name, change in sensitivities(base, growth).items()},
    )


def _fan(plan: SavingsPlan, by_year: Growth, first_year: int) -> list[FanYear]:
    today = [plan.wealth] * len(PERCENTILES)  # exact to the cent, also where 32 bits are not enough
    return [
        FanYear(year=year, **dict(zip(("p5", "p25", "p50", "p75", "p95"), map(_dollars, values), strict=True)))
        for year, values in enumerate([today, *by_year[1:].tolist()], start=first_year)
    ]


def _percent(fraction: float) -> float:
    return round(100 * fraction, 2)


def _dollars(amount: float, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    return Decimal(amount).quantize(Decimal(1), rounding=rounding)
