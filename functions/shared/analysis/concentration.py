"""Concentration in few holdings."""

from dataclasses import dataclass
from decimal import Decimal

from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import Instrument, InstrumentType


@dataclass(frozen=True)
class Holding:
    """All units of one instrument across accounts: US dollars, and percent of the portfolio's value."""

    instrument: Instrument
    value: Decimal
    share: Decimal

    @property
    def symbol(self) -> str:
        return self.instrument.symbol

    @property
    def is_single_company(self) -> bool:
        return self.instrument.instrument_type == InstrumentType.STOCK


@dataclass(frozen=True)
class Concentration:
    """Holdings with a value, largest first."""

    holdings: tuple[Holding, ...]

    @property
    def effective_holdings(self) -> float | None:
        """The number of equal holdings that would be as concentrated, excluding cash; None if nothing is invested.

        It is the inverse of the sum of the squared weights (Herfindahl and Hirschman).
        """
        invested = sum((holding.value for holding in self.holdings), Decimal())
        return 1 / sum(float(holding.value / invested) ** 2 for holding in self.holdings) if invested else None

    @property
    def single_companies(self) -> tuple[Holding, ...]:
        return tuple(holding for holding in self.holdings if holding.is_single_company)


def measure_concentration(valuation: Valuation) -> Concentration:
    """Aggregate holdings by symbol across accounts, with shares of the whole portfolio, including cash."""
    values: dict[str, Decimal] = {}
    instruments: dict[str, Instrument] = {}
    for valued in valuation.positions:
        symbol = valued.position.symbol
        values[symbol] = values.get(symbol, Decimal()) + valued.value
        instruments.setdefault(symbol, valued.instrument)
    symbols = sorted((symbol for symbol, value in values.items() if value), key=lambda s: (-values[s], s))
    return Concentration(
        tuple(
            Holding(instruments[symbol], values[symbol], 100 * values[symbol] / valuation.total) for symbol in symbols
        )
    )
