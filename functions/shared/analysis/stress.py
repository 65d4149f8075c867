"""The effect of three bad markets of the past on today's mix.

Returns are those of an index per asset class before inflation, over the calendar years named, rounded to a percent. A
class without a sourced figure for those years is left out, and the result states that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from functions.shared.analysis.allocation import Allocation
from functions.shared.analysis.money import to_cent
from functions.shared.analysis.wording import rounded, two_digits
from functions.shared.portfolio import AssetClass

_DAMODARAN = (
    "Damodaran (NYU Stern), Historical Returns on Stocks, Bonds and Bills, updated every January: the S&P 500 and "
    "three-month Treasury bills in each scenario, and ten-year Treasury bonds in 1973 and 1974"
)
_CALLAN = "Callan, Periodic Table of Investment Returns: the Bloomberg US Aggregate Bond Index in 2008 and 2022"
_NAREIT_2008 = "Nareit, annual returns of the FTSE Nareit All Equity REITs Index: 2008"
_NAREIT_2022 = (
    "Nareit, FTSE Nareit US Real Estate Index Series Daily Returns of August 16, 2024: the All REITs Index with "
    "dividends at the ends of 2021 and 2022"
)
_DOW_JONES = (
    "Dow Jones, monthly performance reports of the Dow Jones-AIG Commodity Indexes, March 2008 and March 2009: the "
    "index, without interest on its collateral, at the ends of 2007 and 2008"
)
_YCHARTS = "YCharts, Bloomberg Commodity Index, annual performance as of November 22, 2024: 2022"


@dataclass(frozen=True)
class PastReturn:
    """A return in percent from the start of a scenario to its end, and its source."""

    percent: Decimal
    source: str


@dataclass(frozen=True)
class Scenario:
    """A bad market: its years, what happened, and returns by asset class."""

    key: str
    years: str
    what: str
    returns: Mapping[AssetClass, PastReturn]


def _scenario(key: str, years: str, what: str, **returns: tuple[int, str]) -> Scenario:
    by_class = {AssetClass(name): PastReturn(Decimal(percent), source) for name, (percent, source) in returns.items()}
    return Scenario(key, years, what, by_class)


SCENARIOS = (
    _scenario(
        "financial_crisis",
        "2008",
        "Banks failed",
        equity=(-37, _DAMODARAN),
        fixed_income=(5, _CALLAN),
        real_estate=(-38, _NAREIT_2008),
        commodities=(-37, _DOW_JONES),
        cash=(1, _DAMODARAN),
    ),
    _scenario(
        "rate_shock",
        "2022",
        "Inflation and interest rates rose",
        equity=(-18, _DAMODARAN),
        fixed_income=(-13, _CALLAN),
        real_estate=(-25, _NAREIT_2022),
        commodities=(16, _YCHARTS),
        cash=(2, _DAMODARAN),
    ),
    _scenario(
        "stagflation",
        "1973-74",
        "Oil prices and inflation rose",
        equity=(-37, _DAMODARAN),
        fixed_income=(6, _DAMODARAN),
        cash=(15, _DAMODARAN),
    ),
)


@dataclass(frozen=True)
class Stress:
    """The change of the portfolio's value in a scenario, in US dollars and percent of the value.

    `left_out` is the value in asset classes without a figure in the scenario; it is counted as unchanged. If that is
    more than half of the value, `is_known` is False, and the change is meaningless.
    """

    scenario: Scenario
    change: Decimal
    percent: Decimal
    left_out: Decimal
    is_known: bool

    @property
    def estimate(self) -> Decimal:
        """The change, only as precise as its sources: two digits, and 0 if it is not more than half a percent.

        The returns of the scenario are rounded to a percent.
        """
        return two_digits(self.change) if rounded(self.percent, 0) else Decimal(0)


def stress_tests(asset_classes: Allocation) -> tuple[Stress, ...]:
    """Return each scenario for the mix; empty for a portfolio worth nothing."""
    total = sum((part.amount for part in asset_classes), Decimal())
    return tuple(_stress(scenario, asset_classes, total) for scenario in SCENARIOS) if total else ()


def sources_of(asset_classes: Allocation) -> tuple[str, ...]:
    """Return the sources of the figures that apply to the mix, each once."""
    held = {part.key for part in asset_classes}
    used = (past.source for each in SCENARIOS for key, past in each.returns.items() if key.value in held)
    return tuple(dict.fromkeys(used))


def _stress(scenario: Scenario, asset_classes: Allocation, total: Decimal) -> Stress:
    change, left_out = Decimal(), Decimal()
    for part in asset_classes:
        past = scenario.returns.get(AssetClass(part.key))
        if past is None:
            left_out += part.amount
        else:
            change += part.amount * past.percent / 100
    return Stress(scenario, to_cent(change), 100 * change / total, left_out, is_known=2 * left_out <= total)
