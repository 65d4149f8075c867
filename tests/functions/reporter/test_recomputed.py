"""The main figures of the sample's report, computed again from its CSV file by plain code."""

from __future__ import annotations

import csv
from collections import defaultdict
from math import exp, log, sqrt
from typing import Any

import pytest

from functions.api.sample_portfolio import SAMPLE_PORTFOLIO
from functions.reporter.report import write_report
from tests.portfolios import TAKEN_AT, sample

#: What is no share of companies, by symbol; everything else in the file is equity.
CLASSES = {
    "BND": "fixed_income",
    "TLT": "fixed_income",
    "VNQ": "real_estate",
    "GLD": "commodities",
    "CASH": "cash",
}
TARGETS = {"equity": 70, "fixed_income": 30}
#: Expected real return and volatility in percent, and correlations, as the report states them.
RETURNS = {"equity": 6, "fixed_income": 2, "real_estate": 5, "commodities": 2.5, "cash": 0.5}
VOLATILITIES = {"equity": 17, "fixed_income": 6, "real_estate": 18, "commodities": 18, "cash": 1.5}
CORRELATIONS = {
    ("equity", "fixed_income"): 0.15,
    ("equity", "real_estate"): 0.65,
    ("equity", "commodities"): 0.30,
    ("fixed_income", "real_estate"): 0.25,
    ("fixed_income", "cash"): 0.15,
    ("real_estate", "commodities"): 0.25,
}


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return write_report(sample(), TAKEN_AT, lambda _fraction, _message: None).figures


@pytest.fixture(scope="module")
def cents() -> list[tuple[str, str, int]]:
    """Account, symbol and value in cents, line by line."""
    with SAMPLE_PORTFOLIO.open(encoding="utf-8", newline="") as file:
        return [
            (line["account"], line["symbol"], round(float(line["quantity"]) * 100 * float(line["price"] or 1)))
            for line in csv.DictReader(file)
        ]


def summed(pairs: list[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for key, value in pairs:
        sums[key] += value
    return sums


def test_value_accounts_and_holdings(figures: dict[str, Any], cents: list[tuple[str, str, int]]) -> None:
    total = sum(value for _, _, value in cents)
    accounts = sorted(summed([(account, value) for account, _, value in cents]).values(), reverse=True)
    holdings = summed([(symbol, value) for _, symbol, value in cents if symbol != "CASH"])
    invested = sum(holdings.values())

    assert round(100 * figures["total_value"]) == total
    assert round(100 * figures["invested"]) == invested
    assert [round(100 * account["amount"]) for account in figures["accounts"]] == accounts
    top = sorted(holdings, key=lambda symbol: -holdings[symbol])[:10]
    assert {s: round(100 * held["amount"]) for s, held in figures["top_holdings"].items()} == {
        symbol: holdings[symbol] for symbol in top
    }
    for symbol, held in figures["top_holdings"].items():
        assert held["share"] == pytest.approx(100 * holdings[symbol] / total, abs=0.1)
    herfindahl = sum((value / invested) ** 2 for value in holdings.values())
    assert figures["herfindahl"] == pytest.approx(herfindahl, abs=5e-5)
    assert figures["effective_holdings"] == pytest.approx(1 / herfindahl, abs=5e-3)


def test_asset_classes_drift_and_cash(figures: dict[str, Any], cents: list[tuple[str, str, int]]) -> None:
    total = sum(value for _, _, value in cents)
    classes = summed([(CLASSES.get(symbol, "equity"), value) for _, symbol, value in cents])

    assert {key: round(100 * part["amount"]) for key, part in figures["asset_classes"].items()} == classes
    for key, drift in figures["asset_class_drift"]["by_key"].items():
        assert 100 * drift["move"] == pytest.approx(total * TARGETS.get(key, 0) / 100 - classes[key], abs=1)
    assert sum(part["share"] for part in figures["asset_classes"].values()) == pytest.approx(100)
    forgone = (0.7 * RETURNS["equity"] + 0.3 * RETURNS["fixed_income"] - RETURNS["cash"]) / 100
    assert figures["cash"]["yearly_cost"] == pytest.approx(classes["cash"] / 100 * forgone, abs=0.01)


def test_return_volatility_and_a_bad_year(figures: dict[str, Any], cents: list[tuple[str, str, int]]) -> None:
    total = sum(value for _, _, value in cents)
    classes = summed([(CLASSES.get(symbol, "equity"), value) for _, symbol, value in cents])
    weights = {key: value / total for key, value in classes.items()}

    mean = sum(weights[key] * RETURNS[key] for key in weights) / 100
    variance = 0.0
    for one, weight in weights.items():
        for other, beside in weights.items():
            related = 1.0 if one == other else CORRELATIONS.get((one, other), CORRELATIONS.get((other, one), 0.0))
            variance += weight * beside * VOLATILITIES[one] * VOLATILITIES[other] * related / 100**2
    spread = log(1 + variance / (1 + mean) ** 2)
    middle = log(1 + mean) - spread / 2

    outlook = figures["outlook"]
    assert outlook["expected_real_return"] == pytest.approx(100 * mean, abs=0.006)
    assert outlook["volatility"] == pytest.approx(100 * sqrt(variance), abs=0.006)
    assert outlook["median_real_return"] == pytest.approx(100 * (exp(middle) - 1), abs=0.006)
    assert outlook["bad_year"] == pytest.approx(100 * (exp(middle - 1.644854 * sqrt(spread)) - 1), abs=0.006)
