"""Made-up files in the layouts of real brokers and tools, with the correct reading of each."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from functions.api.portfolio_csv import ImportedHolding, ImportedPortfolio, UnreadableCsv
from tests.functions.api.portfolio_csv.reading import parsed
from tests.portfolios import CASES

ALL: list[dict[str, Any]] = [
    case for listed in sorted(CASES.glob("*.json")) for case in json.loads(listed.read_text(encoding="utf-8"))
]
KNOWN_PRICES = {"VTI": Decimal("301.15"), "BND": Decimal("73.80")}
"""Prices of the reference data, for files without prices."""
CENT = Decimal("0.01")


@pytest.mark.parametrize("case", ALL, ids=lambda case: case["file"].removesuffix(".csv"))
def test_file_is_read_correctly_or_refused_clearly(case: dict[str, Any]) -> None:
    outcome = parsed((CASES / case["file"]).read_bytes())

    if isinstance(outcome, UnreadableCsv):
        assert case["outcome"] in {"refuse", "either"}, outcome.errors
        assert _missing(case, outcome) == []
    else:
        assert case["outcome"] in {"read", "either"}
        assert _total(outcome) == Decimal(str(case["total"]))
        if case["cash"] is not None:
            assert sum(account.cash for account in outcome.accounts) == Decimal(str(case["cash"]))
        assert _unmatched(case["holdings"], outcome) == []


def _missing(case: dict[str, Any], refusal: UnreadableCsv) -> list[list[str]]:
    """The expected mentions that the messages lack. Each is a list of alternative beginnings of a word."""
    text = " ".join(error.message for error in refusal.errors).lower()
    return [
        words for words in case["mentions"] if not any(re.search(rf"(?<!\w){re.escape(word)}", text) for word in words)
    ]


def _total(portfolio: ImportedPortfolio) -> Decimal:
    return sum(
        (account.cash + sum(map(_value, account.holdings), Decimal()) for account in portfolio.accounts), Decimal()
    )


def _value(holding: ImportedHolding) -> Decimal:
    price = KNOWN_PRICES[holding.symbol] if holding.price is None else holding.price
    return (holding.quantity * price).quantize(CENT)


def _unmatched(expected: dict[str, Any], portfolio: ImportedPortfolio) -> list[str]:
    """Expected holdings that were not found, and holdings that were not expected."""
    held: dict[str, list[ImportedHolding]] = {}
    for account in portfolio.accounts:
        for holding in account.holdings:
            held.setdefault(holding.symbol, []).append(holding)
    unmatched = []
    for names, quantity in expected.items():
        symbol = next((s for s, h in held.items() if _is_expected(names.split(" | "), quantity, s, h)), None)
        if symbol is None:
            unmatched.append(names)
        else:
            del held[symbol]
    return unmatched + list(held)


def _is_expected(names: list[str], quantity: Any, symbol: str, holdings: list[ImportedHolding]) -> bool:
    """A holding without a ticker may have any identifier. Its name or its value identifies it."""
    value = sum(map(_value, holdings), Decimal())
    if isinstance(quantity, dict):
        return value == Decimal(str(quantity["value"])) and (symbol in names or "-" in symbol or not symbol.isalpha())
    is_named = symbol in names or any(holding.name in names for holding in holdings)
    return is_named and sum(holding.quantity for holding in holdings) == Decimal(str(quantity))
