"""The inputs of the simulation: the user's plan, the mix of asset classes, and a full record to reproduce it."""

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


def plan_of(valuation: Valuation, profile: Profile) -> SavingsPlan:
    working = profile.years_until_retirement
    return SavingsPlan(
        wealth=float(valuation.total),
        contribution=float(profile.annual_contribution),
        income=float(profile.target_retirement_income),
        working_years=working,
        years=max(FINAL_AGE - profile.current_age, working + SHORTEST_RETIREMENT),
    )


def mix(valuation: Valuation, profile: Profile) -> Weights:
    """Return the portfolio's weights by asset class, or the user's targets if the portfolio is worth nothing."""
    if valuation.total:
        return weights_of(by_asset_class(valuation))
    targets = profile.asset_class_targets.items()
    return weights_of(tuple(Part(key, target, target) for key, target in targets if target))


def assumptions(plan: SavingsPlan, profile: Profile, weights: Weights, first_year: int, seed: int) -> dict[str, Any]:
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
        "retirement_age": profile.current_age + plan.working_years,
        "final_age": profile.current_age + plan.years,
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
