"""Funds that overlap with other funds or with directly held companies, as far as their indexes are public.

Weights of single companies inside funds are licensed data and not used. The members of indexes, and the index of each
fund, are those on the issuers' pages and the index providers' lists of 2025.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from functions.shared.analysis.concentration import Concentration, Holding

_SP_500, _NASDAQ_100, _TOTAL_US, _GROWTH, _DOW = (
    "S&P 500",
    "Nasdaq-100",
    "total US market",
    "US large growth",
    "Dow Jones",
)
_WORLD, _ABROAD, _DEVELOPED, _EMERGING, _BONDS = "world", "non-US", "developed non-US", "emerging markets", "US bonds"

#: Symbols by the index that they track. Total-market funds of different providers track nearly the same companies.
_TRACKED: Mapping[str, str] = {
    _SP_500: "SPY VOO IVV SPLG SPYM FXAIX VFIAX VFINX SWPPX VINIX",
    _NASDAQ_100: "QQQ QQQM",
    _TOTAL_US: "VTI ITOT SCHB VTSAX VTSMX FSKAX SWTSX FZROX VITSX",
    _GROWTH: "VUG VIGAX SCHG",
    _DOW: "DIA",
    _WORLD: "VT VTWAX",
    _ABROAD: "VXUS IXUS VTIAX VGTSX FTIHX FZILX",
    _DEVELOPED: "VEA IEFA EFA SCHF VTMGX FSPSX SWISX",
    _EMERGING: "VWO IEMG EEM VEMAX",
    _BONDS: "BND AGG SCHZ VBTLX VBMFX FXNAX SWAGX",
}
_INDEX = {symbol: index for index, symbols in _TRACKED.items() for symbol in symbols.split()}
#: For each index, the other indexes that contain nearly all of its companies.
_INSIDE: Mapping[str, tuple[str, ...]] = {
    _SP_500: (_TOTAL_US, _WORLD),
    _NASDAQ_100: (_TOTAL_US, _WORLD),
    _GROWTH: (_TOTAL_US, _WORLD),
    _DOW: (_SP_500, _TOTAL_US, _WORLD),
    _TOTAL_US: (_WORLD,),
    _ABROAD: (_WORLD,),
    _DEVELOPED: (_ABROAD, _WORLD),
    _EMERGING: (_ABROAD, _WORLD),
}
_IN_BOTH = "AAPL AMD AMZN AVGO COST GOOG GOOGL META MSFT NFLX NVDA PEP TSLA ADBE CSCO INTC QCOM TXN AMGN".split()
_IN_SP_500 = "ABBV BAC BRK.B CVX DIS HD JNJ JPM KO LLY MA MCD MRK ORCL PFE PG T UNH V VZ WFC WMT XOM CRM IBM".split()
_INDEXES_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_IN_SP_500, (_SP_500, _TOTAL_US, _WORLD)),
    **dict.fromkeys(_IN_BOTH, (_SP_500, _NASDAQ_100, _TOTAL_US, _WORLD)),
}


@dataclass(frozen=True)
class Overlap:
    """`same`: groups of held funds that track the same index: the index, the funds, and their total value.

    `inside`: held funds whose companies are in other held funds. `companies`: held companies that held funds contain.
    """

    same: tuple[tuple[str, tuple[str, ...], Decimal], ...]
    inside: tuple[tuple[str, tuple[str, ...]], ...]
    companies: tuple[tuple[str, tuple[str, ...]], ...]

    def __bool__(self) -> bool:
        return bool(self.same or self.inside or self.companies)


def measure_overlap(concentration: Concentration) -> Overlap:
    holdings = concentration.holdings
    tracked = {holding.symbol: _INDEX[holding.symbol] for holding in holdings if holding.symbol in _INDEX}
    return Overlap(
        same=tuple(_same(tracked, holdings)),
        inside=tuple(
            (symbol, found)
            for symbol, index in tracked.items()
            if (found := _tracking(tracked, _INSIDE.get(index, ())))
        ),
        companies=tuple(
            (holding.symbol, found)
            for holding in concentration.single_companies
            if (found := _tracking(tracked, _INDEXES_OF.get(holding.symbol, ())))
        ),
    )


def _same(tracked: Mapping[str, str], holdings: tuple[Holding, ...]) -> list[tuple[str, tuple[str, ...], Decimal]]:
    values = {holding.symbol: holding.value for holding in holdings}
    groups = {index: tuple(symbol for symbol in tracked if tracked[symbol] == index) for index in tracked.values()}
    return [
        (index, symbols, sum((values[symbol] for symbol in symbols), Decimal()))
        for index, symbols in groups.items()
        if len(symbols) > 1
    ]


def _tracking(tracked: Mapping[str, str], indexes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(symbol for symbol, index in tracked.items() if index in indexes)
