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
    accounts: int

    @property
    def symbol(self) -> str:
        return self.instrument.symbol

    @property
    def is_single_company(self) -> bool:
        return self.instrument.instrument_type == InstrumentType.STOCK


@dataclass(frozen=True)
class Concentration:
    """Holdings with a value, largest first.

    `herfindahl` is the sum of their squared weights, excluding cash (Herfindahl and Hirschman: 1/n for n equal
    holdings, 1 for a single one); `effective_holdings` is its inverse. Both are None if nothing is invested.
    """

    holdings: tuple[Holding, ...]
    herfindahl: float | None

    @property
    def effective_holdings(self) -> float | None:
        return None if self.herfindahl is None else 1 / self.herfindahl

    @property
    def single_companies(self) -> tuple[Holding, ...]:
        return tuple(holding for holding in self.holdings if holding.is_single_company)


def measure_concentration(valuation: Valuation) -> Concentration:
    """Aggregate holdings by symbol across accounts, with shares of the whole portfolio, including cash."""
    values: dict[str, Decimal] = {}
    accounts: dict[str, set[int]] = {}
    instruments: dict[str, Instrument] = {}
    for number, account in enumerate(valuation.accounts):
        for valued in account.positions:
            symbol = valued.position.symbol
            values[symbol] = values.get(symbol, Decimal()) + valued.value
            accounts.setdefault(symbol, set()).add(number)
            instruments.setdefault(symbol, valued.instrument)
    symbols = sorted((symbol for symbol, value in values.items() if value), key=lambda s: (-values[s], s))
    holdings = tuple(
        Holding(instruments[symbol], values[symbol], 100 * values[symbol] / valuation.total, len(accounts[symbol]))
        for symbol in symbols
    )
    return Concentration(holdings, _herfindahl([holding.value for holding in holdings]))


def _herfindahl(values: list[Decimal]) -> float | None:
    invested = sum(values, Decimal())
    return sum(float(value / invested) ** 2 for value in values) if invested else None
