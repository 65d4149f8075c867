"""The risk of a portfolio: that of its asset classes, and each directly held company's own risk.

The assumptions by asset class describe diversified holdings. A company's stock has the risk of its class and, on top of
it, a risk of its own, which is independent of the market and of other companies and earns no return: Campbell, Lettau,
Malkiel and Xu, Have Individual Stocks Become More Volatile?, Journal of Finance 56 (2001), 1-43.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import exp, sqrt

from functions.shared.analysis.allocation import by_asset_class
from functions.shared.analysis.market_assumptions import (
    MARKET,
    SOURCES,
    Weights,
    correlation,
    expected_return,
    log_normal,
    weights_of,
)
from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import AssetClass, Instrument, InstrumentType

#: The standard deviation per year of a company's own risk, as a fraction.
#:
#: A stock chosen at random has a standard deviation of 49% a year and a portfolio of all stocks one of 19% (Statman,
#: 1987), which leaves 45% for its own risk. Large companies, which most portfolios hold, are calmer: weighted by market
#: value, Campbell and others (2001) find about 27%. The value here is between the two.
COMPANY_VOLATILITY = 0.40
#: The standard deviation per year of a holding's own risk, as a fraction, by type; diversified types have none.
OWN_VOLATILITY: Mapping[InstrumentType, float] = {InstrumentType.STOCK: COMPANY_VOLATILITY}

_OWN_RISK_SOURCES = (
    "Statman, How Many Stocks Make a Diversified Portfolio?, Journal of Financial and Quantitative Analysis, 1987: "
    "risk of one stock against that of many",
    "Campbell, Lettau, Malkiel and Xu, Have Individual Stocks Become More Volatile?, Journal of Finance, 2001: risk of "
    "single companies apart from the market",
)
_LOWEST_OF_TWENTY = 1.6448536


@dataclass(frozen=True)
class OwnRisk:
    """A holding with a risk of its own: its fraction of the portfolio, and its own volatility per year."""

    symbol: str
    weight: float
    volatility: float
    classes: Weights
    """Its asset classes, as fractions of the holding that sum to 1."""

    @property
    def of_portfolio(self) -> float:
        """The volatility that this risk alone adds to the portfolio, as a fraction."""
        return self.weight * self.volatility


@dataclass(frozen=True)
class Mix:
    """The weights of asset classes, and the holdings within them that have a risk of their own, largest first."""

    weights: Weights
    own_risks: tuple[OwnRisk, ...] = ()

    @property
    def own_volatility(self) -> float:
        """The volatility that own risks add to the portfolio, as a fraction: they are independent of each other."""
        return sqrt(sum(own.of_portfolio**2 for own in self.own_risks))

    @property
    def undiversified(self) -> Weights:
        """The part of each asset class in holdings with a risk of their own, as a fraction of the portfolio."""
        parts: dict[AssetClass, float] = {}
        for own in self.own_risks:
            for asset_class, share in own.classes.items():
                parts[asset_class] = parts.get(asset_class, 0.0) + own.weight * share
        return {asset_class: parts[asset_class] for asset_class in self.weights if parts.get(asset_class)}


@dataclass(frozen=True)
class Outlook:
    """One year of a mix, as fractions above inflation.

    The mean is the weighted mean; the variance is w'Cw (Markowitz, Portfolio Selection, 1952) plus that of own risks.
    The median and the 5% quantile are those of the log-normal distribution with that mean and variance. `risk_shares`
    divides the variance among the asset classes, w_i (Cw)_i, and `own_risk_share` is the rest; they sum to 1.
    `holding_shares` has, by symbol, the share of each holding with a risk of its own: that risk, and the holding's part
    of its asset classes.
    """

    expected_return: float
    volatility: float
    median_return: float
    bad_year: float
    risk_shares: Weights
    own_risk_share: float
    holding_shares: Mapping[str, float]


def assumption_sources(*, with_companies: bool) -> tuple[str, ...]:
    """Return the sources of the assumptions about asset classes, and about single companies if there are any."""
    return (*SOURCES, *(_OWN_RISK_SOURCES if with_companies else ()))


def own_volatility(instrument: Instrument) -> float:
    """Return the standard deviation per year of the instrument's own risk, as a fraction; 0 if it is diversified."""
    return OWN_VOLATILITY.get(instrument.instrument_type, 0.0)


def mix_of(valuation: Valuation) -> Mix:
    """Return the mix of a portfolio whose value is above zero."""
    values: dict[str, float] = {}
    instruments: dict[str, Instrument] = {}
    for held in valuation.positions:
        if held.value and own_volatility(held.instrument):
            values[held.position.symbol] = values.get(held.position.symbol, 0.0) + float(held.value)
            instruments.setdefault(held.position.symbol, held.instrument)
    total = float(valuation.total)
    own = (_own_risk(instruments[symbol], value / total) for symbol, value in values.items())
    weights = weights_of(by_asset_class(valuation))
    return Mix(weights, tuple(sorted(own, key=lambda risk: (-risk.weight, risk.symbol))))


def _own_risk(instrument: Instrument, weight: float) -> OwnRisk:
    classes = {asset_class: float(share) / 100 for asset_class, share in instrument.allocation_asset_class.items()}
    return OwnRisk(instrument.symbol, weight, own_volatility(instrument), classes)


def outlook(mix: Mix) -> Outlook:
    mean = expected_return(mix.weights)
    covariances = dict.fromkeys(mix.weights, 0.0)
    for one, other in product(mix.weights, mix.weights):
        covariances[one] += mix.weights[other] * _covariance(one, other)
    variance = sum(mix.weights[key] * covariances[key] for key in mix.weights) + mix.own_volatility**2
    mu, sigma = log_normal(mean, sqrt(variance))
    return Outlook(
        expected_return=mean,
        volatility=sqrt(variance),
        median_return=exp(mu) - 1,
        bad_year=exp(mu - _LOWEST_OF_TWENTY * sigma) - 1,
        risk_shares={key: weight * covariances[key] / variance for key, weight in mix.weights.items()},
        own_risk_share=mix.own_volatility**2 / variance,
        holding_shares={own.symbol: _share(own, covariances) / variance for own in mix.own_risks},
    )


def _share(own: OwnRisk, covariances: Weights) -> float:
    with_market = sum(share * covariances.get(asset_class, 0.0) for asset_class, share in own.classes.items())
    return own.of_portfolio**2 + own.weight * with_market


def _covariance(one: AssetClass, other: AssetClass) -> float:
    return MARKET[one].volatility * MARKET[other].volatility * correlation(one, other)
