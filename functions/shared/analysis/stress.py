"""What three bad markets of the past would do to today's mix.

Returns are total returns before inflation of an index per asset class, over the calendar years named, rounded to a
percent. None stands for a class without a published index in those years: it is left out, and the result says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from functions.shared.analysis.allocation import Allocation
from functions.shared.analysis.money import to_cent
from functions.shared.portfolio import AssetClass

SOURCES = (
    "Damodaran (NYU Stern), Historical Returns on Stocks, Bonds and Bills: the S&P 500 and three-month Treasury bills "
    "in each scenario, and ten-year Treasury bonds in 1973 and 1974",
    "Callan, Periodic Table of Investment Returns: the Bloomberg US Aggregate Bond Index in 2008 and 2022",
    "Nareit, annual returns of the FTSE Nareit All Equity REITs Index",
    "Bloomberg, annual total returns of the Bloomberg Commodity Index (2008 and 2022)",
)


@dataclass(frozen=True)
class Scenario:
    """A bad market: its years, what happened, and percentages by asset class, from its start to its end."""

    key: str
    years: str
    what: str
    returns: Mapping[AssetClass, Decimal | None]


def _returns(
    equity: int, bonds: int, real_estate: int, commodities: int | None, cash: int
) -> dict[AssetClass, Decimal | None]:
    return {
        AssetClass.EQUITY: Decimal(equity),
        AssetClass.FIXED_INCOME: Decimal(bonds),
        AssetClass.REAL_ESTATE: Decimal(real_estate),
        AssetClass.COMMODITIES: None if commodities is None else Decimal(commodities),
        AssetClass.CASH: Decimal(cash),
    }


SCENARIOS = (
    Scenario("financial_crisis", "2008", "Banks failed", _returns(-37, 5, -38, -36, 1)),
    Scenario("rate_shock", "2022", "Inflation and interest rates rose", _returns(-18, -13, -25, 16, 2)),
    Scenario("stagflation", "1973-74", "Oil prices and inflation rose", _returns(-37, 6, -34, None, 15)),
)


@dataclass(frozen=True)
class Stress:
    """The change of the portfolio's value in a scenario, in US dollars and percent of the value.

    `left_out` is the value of what the scenario has no figure for; it is counted as unchanged.
    """

    scenario: Scenario
    change: Decimal
    percent: Decimal
    left_out: Decimal


def stress_tests(asset_classes: Allocation) -> tuple[Stress, ...]:
    """Return each scenario for the mix; empty for a portfolio worth nothing."""
    total = sum((part.amount for part in asset_classes), Decimal())
    return tuple(_stress(scenario, asset_classes, total) for scenario in SCENARIOS) if total else ()


def _stress(scenario: Scenario, asset_classes: Allocation, total: Decimal) -> Stress:
    change, left_out = Decimal(), Decimal()
    for part in asset_classes:
        percent = scenario.returns.get(AssetClass(part.key))
        if percent is None:
            left_out += part.amount
        else:
            change += part.amount * percent / 100
    return Stress(scenario, to_cent(change), 100 * change / total, left_out)
