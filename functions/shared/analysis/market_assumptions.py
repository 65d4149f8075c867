"""Market assumptions: long-term expected real returns, volatilities, and correlations by asset class.

These are our own assumptions, rounded to half a percent and to 0.05 of correlation, and informed by the public sources
below. The sources differ from each other by more than the rounding; none publishes exactly these figures, and none is a
forecast. Returns are arithmetic means for one year, above inflation; volatilities are their standard deviations. Each
class is assumed to be well diversified; `risk.py` adds each single company's own risk.

Crypto earns no income, so its expected return is not above that of equity; its volatility is that of the largest coins
in calmer years than those that Liu and Tsyvinski studied.

Nothing is known about unclassified holdings. Each may be a bond or a single stock, so their return is between those of
cash and equity, and their volatility between those of equity and a single stock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

from functions.shared.analysis.allocation import Allocation
from functions.shared.portfolio import AssetClass

SOURCES = (
    "Dimson, Marsh and Staunton, Global Investment Returns Yearbook: real returns of equities, bonds and bills since "
    "1900, published yearly",
    "Horizon Actuarial Services, Survey of Capital Market Assumptions: what investment advisers assume of returns, "
    "volatilities and correlations, published yearly",
    "AQR, Capital Market Assumptions for Major Asset Classes: real returns expected from current yields",
    "Liu and Tsyvinski, Risks and Returns of Cryptocurrency, Review of Financial Studies, 2021: volatility of coins, "
    "and how little they move with stocks, bonds and commodities",
    "Levine, Ooi, Richardson and Sasseville, Commodities for the Long Run, Financial Analysts Journal, 2018",
)


@dataclass(frozen=True)
class Assumption:
    """Fractions per year: 0.06 is 6%."""

    expected_real_return: float
    volatility: float


MARKET: Mapping[AssetClass, Assumption] = {
    AssetClass.EQUITY: Assumption(0.06, 0.17),
    AssetClass.FIXED_INCOME: Assumption(0.02, 0.06),
    AssetClass.REAL_ESTATE: Assumption(0.05, 0.18),
    AssetClass.COMMODITIES: Assumption(0.025, 0.18),
    AssetClass.ALTERNATIVES: Assumption(0.04, 0.12),
    AssetClass.CASH: Assumption(0.005, 0.015),
    AssetClass.CRYPTO: Assumption(0.06, 0.75),
    AssetClass.UNCLASSIFIED: Assumption(0.03, 0.30),
}

#: The order of rows and columns below.
CLASSES = tuple(MARKET)

CORRELATIONS: tuple[tuple[float, ...], ...] = (
    (1.00, 0.15, 0.65, 0.30, 0.70, 0.00, 0.30, 0.50),
    (0.15, 1.00, 0.25, 0.00, 0.10, 0.15, 0.00, 0.10),
    (0.65, 0.25, 1.00, 0.25, 0.50, 0.00, 0.20, 0.40),
    (0.30, 0.00, 0.25, 1.00, 0.35, 0.00, 0.10, 0.20),
    (0.70, 0.10, 0.50, 0.35, 1.00, 0.00, 0.20, 0.40),
    (0.00, 0.15, 0.00, 0.00, 0.00, 1.00, 0.00, 0.00),
    (0.30, 0.00, 0.20, 0.10, 0.20, 0.00, 1.00, 0.25),
    (0.50, 0.10, 0.40, 0.20, 0.40, 0.00, 0.25, 1.00),
)

#: Fractions by asset class that sum to 1.
Weights = Mapping[AssetClass, float]


def weights_of(allocation: Allocation) -> Weights:
    """Return the weights of an asset-class allocation whose total is above zero."""
    total = sum(part.amount for part in allocation)
    weights = dict.fromkeys(CLASSES, 0.0)
    for part in allocation:
        weights[AssetClass(part.key)] += float(part.amount / total)
    return {asset_class: weight for asset_class, weight in weights.items() if weight}


def correlation(one: AssetClass, other: AssetClass) -> float:
    return CORRELATIONS[CLASSES.index(one)][CLASSES.index(other)]


def expected_return(weights: Weights) -> float:
    return sum(weight * MARKET[asset_class].expected_real_return for asset_class, weight in weights.items())


def log_normal(mean: float, volatility: float) -> tuple[float, float]:
    """Return the mean and standard deviation of log(1 + return) that match the return's mean and volatility.

    Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions, chapter 14.
    """
    variance = log(1 + (volatility / (1 + mean)) ** 2)
    return log(1 + mean) - variance / 2, sqrt(variance)
