"""How the figures are calculated: a full record to reproduce the simulation, its limits, and its sources."""

from typing import Any

from functions.retirement.markets import HARSHER, classes_of
from functions.retirement.normals import GENERATOR
from functions.retirement.projection import Inputs
from functions.retirement.simulation import PATHS
from functions.shared.analysis.market_assumptions import MARKET, correlation
from functions.shared.analysis.risk import COMPANY_VOLATILITY, Mix, assumption_sources

LIMITS = (
    "Taxes and fees are left out. Withdrawals from a 401(k) or a traditional IRA are taxed, so you need more than you "
    "spend.",
    "Other income counts from retirement on and keeps up with inflation; a fixed pension loses value.",
    "Spending stays the same every year. Health costs, a house or a family may change it.",
    "Each mix is rebalanced every year and never becomes more cautious with age.",
    "Expected returns are assumptions. Nobody knows the next 50 years.",
)


def assumptions(inputs: Inputs) -> dict[str, Any]:
    """Return JSON numbers: today's US dollars, years, yearly fractions. The seed is a string: a number could lose
    digits.
    """
    plan = inputs.plan
    classes = classes_of(inputs.today, inputs.savings)
    return {
        "terms": "real: today's US dollars, returns above inflation",
        "starting_value": plan.wealth,
        "annual_contribution": plan.contribution,
        "target_retirement_income": plan.income,
        "other_income_by_year": list(plan.streams_in_retirement) if any(plan.streams_in_retirement) else [],
        "first_year": inputs.first_year,
        "retirement_year": inputs.first_year + plan.working_years,
        "final_year": inputs.first_year + plan.years,
        "contribution_years": plan.working_years,
        "withdrawal_years": plan.years - plan.working_years,
        "retirement_age": inputs.current_age + plan.working_years,
        "final_age": inputs.current_age + plan.years,
        "timing": "contributions at the end of a working year, withdrawals at the start of a year of retirement, "
        "from old and new savings in proportion",
        "returns": "log-normal by asset class, matching mean and volatility; independent from year to year",
        "asset_classes": {
            asset_class.value: {
                "weight": inputs.today.weights.get(asset_class, 0.0),
                "weight_of_new_savings": inputs.savings.weights.get(asset_class, 0.0),
                "expected_real_return": MARKET[asset_class].expected_real_return,
                "volatility": MARKET[asset_class].volatility,
            }
            for asset_class in classes
        },
        "correlations_of_log_returns": {
            one.value: {other.value: correlation(one, other) for other in classes} for one in classes
        },
        "single_companies": _own_risks(inputs.today),
        "harsher_model": {
            "share_of_expected_return": HARSHER.share_of_return,
            "chance_of_bad_year_after_good": HARSHER.enter,
            "chance_of_bad_year_after_bad": HARSHER.stay,
            "shift_in_deviations": HARSHER.shift,
            "factor_of_deviations": HARSHER.spread,
            "paths": PATHS // 2,
        },
        "rebalancing": "every year to the weights above; new savings keep their own mix",
        "paths": PATHS,
        "seed": str(inputs.seed),
        "generator": GENERATOR,
        "mirrored": "the second half of the paths uses the random numbers of the first with the opposite sign",
        "sources": list(assumption_sources(with_companies=bool(inputs.today.own_risks))),
    }


def _own_risks(mix: Mix) -> dict[str, Any]:
    return {
        "weight": sum(own.weight for own in mix.own_risks),
        "weight_by_class": {asset_class.value: weight for asset_class, weight in mix.undiversified.items()},
        "volatility_of_each": COMPANY_VOLATILITY,
        "volatility_together": mix.own_volatility,
    }
