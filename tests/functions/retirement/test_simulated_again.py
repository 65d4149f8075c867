"""The payload alone suffices to simulate the plan again, with independent code and other random numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from functions.retirement.analysis import analyze_retirement
from functions.shared.portfolio import Snapshot
from tests.portfolios import TAKEN_AT, many, sample

PATHS = 20_000
#: Both rates are estimates: from 10,000 lives and from twice as many.
ERROR = (1 / 10_000 + 1 / PATHS) ** 0.5


def again(payload: dict[str, Any], *, work: int = 0, saving: float = 1, spending: float = 1) -> tuple[float, Any, Any]:
    """Success rate, wealth by year and path, and the largest income that each path sustains, year by year."""
    stated = payload["assumptions"]
    classes = stated["asset_classes"]
    mean = np.array([1 + c["expected_real_return"] for c in classes.values()])
    deviation = np.array([c["volatility"] for c in classes.values()])
    variance = np.log(1 + deviation**2 / mean**2)
    related = np.array([[stated["correlations_of_log_returns"][a][b] for b in classes] for a in classes])
    covariance = related * np.sqrt(np.outer(variance, variance))
    weights = np.array([c["weight"] for c in classes.values()])
    draw = np.random.default_rng(987)
    wealth = np.full(PATHS, stated["starting_value"])
    price, discount = np.zeros(PATHS), np.ones(PATHS)
    at_retirement = wealth
    lasted = np.ones(PATHS, dtype=bool)
    years = [wealth]
    working = stated["contribution_years"] + work
    for year in range(stated["contribution_years"] + stated["withdrawal_years"]):
        logs = draw.multivariate_normal(np.log(mean) - variance / 2, covariance, PATHS)
        growth = np.exp(logs) @ weights
        if year < working:
            wealth = wealth * growth + stated["annual_contribution"] * saving
            at_retirement = wealth
        else:
            income = stated["target_retirement_income"] * spending
            lasted &= wealth >= income
            wealth = np.maximum(wealth - income, 0) * growth
            price, discount = price + discount, discount / growth
        years.append(wealth)
    return float(lasted.mean()), np.array(years), at_retirement / price


@pytest.mark.parametrize("portfolio", [sample(), many(40, target_retirement_income=20_000)])
def test_independent_simulation_agrees_within_standard_error(portfolio: Snapshot) -> None:
    section = analyze_retirement(portfolio, 42, TAKEN_AT, lambda _fraction, _message: None)
    payload = json.loads(section.model_dump_json())

    rate, wealth, incomes = again(payload)

    tolerance = 4 * 100 * (rate * (1 - rate)) ** 0.5 * ERROR
    assert payload["success_rate"] == pytest.approx(100 * rate, abs=tolerance)
    carried = payload["sustainable_income"]
    assert np.mean(incomes >= carried) == pytest.approx(0.9, abs=4 * 0.3 * ERROR)
    for at, year in zip(payload["fan"][1:], wealth[1:], strict=True):
        for name, share in (("p5", 0.05), ("p25", 0.25), ("p50", 0.5), ("p75", 0.75), ("p95", 0.95)):
            error = 5 * (share * (1 - share)) ** 0.5 * ERROR  # five of some three hundred comparisons
            assert np.mean(year < at[name] - 1) - error <= share <= np.mean(year <= at[name] + 1) + error


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("one_more_year_of_work", {"work": 1}),
        ("ten_percent_more_saving", {"saving": 1.1}),
        ("ten_percent_less_spending", {"spending": 0.9}),
    ],
)
def test_independent_simulation_confirms_sensitivities(name: str, changes: dict[str, Any]) -> None:
    section = analyze_retirement(sample(), 42, TAKEN_AT, lambda _fraction, _message: None)
    payload = json.loads(section.model_dump_json())

    change = 100 * (again(payload, **changes)[0] - again(payload)[0])

    # Differences on the same paths: few lives change sides, and all of them for the better.
    assert payload["sensitivities"][name] == pytest.approx(change, abs=4 * 100 * (change / 100) ** 0.5 * ERROR)
