"""The inputs of the simulation: the user's plan, the mix of asset classes, and a full record to reproduce it."""

from dataclasses import dataclass
from itertools import product
from typing import Any

from functions.retirement.simulation import GENERATOR, PATHS, SavingsPlan
from functions.shared.analysis.allocation import Part, by_asset_class
from functions.shared.analysis.market_assumptions import MARKET, SOURCES, Weights, correlation, weights_of
from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import Profile

#: The plan runs to this age, and covers at least this many years of retirement.
FINAL_AGE = 95
SHORTEST_RETIREMENT = 10


@dataclass(frozen=True)
class Goals:
    """The goals that a simulation needs, all of them set by the user (or examples)."""

    current_age: int
    years_until_retirement: int
    income: float
    contribution: float


def goals_of(profile: Profile) -> Goals | None:
    """Return the goals; None if one is not set. A retiree needs no contribution."""
    age, years, income = profile.current_age, profile.years_until_retirement, profile.target_retirement_income
    contribution = 0 if years == 0 else profile.annual_contribution
    if age is None or years is None or income is None or contribution is None:
        return None
    return Goals(age, years, float(income), float(contribution))


def missing_goals(profile: Profile) -> list[str]:
    """Return the names of the profile's fields that are not set, without which there is no simulation."""
    needed = ["current_age", "years_until_retirement", "target_retirement_income", "annual_contribution"]
    if profile.years_until_retirement == 0:
        needed.remove("annual_contribution")
    return [name for name in needed if getattr(profile, name) is None]


def plan_of(valuation: Valuation, goals: Goals) -> SavingsPlan:
    working = goals.years_until_retirement
    return SavingsPlan(
        wealth=float(valuation.total),
        contribution=goals.contribution,
        income=goals.income,
        working_years=working,
        years=max(FINAL_AGE - goals.current_age, working + SHORTEST_RETIREMENT),
    )


def mix(valuation: Valuation, profile: Profile) -> Weights | None:
    """Return the portfolio's weights by asset class, or the user's targets if the portfolio is worth nothing.

    None if there is neither.
    """
    if valuation.total:
        return weights_of(by_asset_class(valuation))
    if profile.asset_class_targets is None:
        return None
    targets = profile.asset_class_targets.items()
    return weights_of(tuple(Part(key, target, target) for key, target in targets if target))


def assumptions(plan: SavingsPlan, current_age: int, weights: Weights, first_year: int, seed: int) -> dict[str, Any]:
    """Return JSON numbers: today's US dollars, years, yearly fractions. The seed is a string: a number could lose
    digits.
    """
    return {
        "terms": "real: today's US dollars, returns above inflation",
        "starting_value": plan.wealth,
        "annual_contribution": plan.contribution,
        "target_retirement_income": plan.income,
        "first_year": first_year,
        "retirement_year": first_year + plan.working_years,
        "final_year": first_year + plan.years,
        "contribution_years": plan.working_years,
        "withdrawal_years": plan.years - plan.working_years,
        "retirement_age": current_age + plan.working_years,
        "final_age": current_age + plan.years,
        "timing": "contributions at the end of a working year, withdrawals at the start of a year of retirement",
        "returns": "log-normal by asset class, matching mean and volatility; independent from year to year",
        "asset_classes": {
            asset_class.value: {
                "weight": weight,
                "expected_real_return": MARKET[asset_class].expected_real_return,
                "volatility": MARKET[asset_class].volatility,
            }
            for asset_class, weight in weights.items()
        },
        "correlations_of_log_returns": _correlations(weights),
        "rebalancing": "every year to the weights above",
        "paths": PATHS,
        "seed": str(seed),
        "generator": GENERATOR,
        "order_of_draws": "each year n/2 radii, then n/2 angles, where n is classes times paths; cosines, then sines, "
        "fill the classes as listed, path by path",
        "left_out": ["taxes", "fees", "Social Security and other pensions", "changes of the mix with age"],
        "sources": list(SOURCES),
    }


def _correlations(weights: Weights) -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = {asset_class.value: {} for asset_class in weights}
    for one, other in product(weights, weights):
        table[one.value][other.value] = correlation(one, other)
    return table
