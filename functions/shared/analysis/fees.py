"""Yearly fees of funds, and their effect over the plan."""

from dataclasses import dataclass
from decimal import Decimal

from functions.shared.analysis.money import to_cent
from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import InstrumentType

#: Types of holdings that charge a management fee.
FUND_TYPES = frozenset({InstrumentType.ETF, InstrumentType.MUTUAL_FUND, InstrumentType.MONEY_MARKET})
#: The years over which fees are added up if no retirement date is set.
USUAL_YEARS = 10


@dataclass(frozen=True)
class FundFee:
    """A fund's expense ratio in percent a year, and its cost in US dollars a year for today's value."""

    symbol: str
    value: Decimal
    ratio: Decimal
    yearly: Decimal


@dataclass(frozen=True)
class Fees:
    """Fees of the funds whose expense ratio is known, most expensive first in US dollars.

    `unknown` lists the other funds, `unknown_value` is their value. `average` is the ratio over the known funds.
    """

    funds: tuple[FundFee, ...]
    unknown: tuple[str, ...]
    unknown_value: Decimal

    @property
    def known_value(self) -> Decimal:
        return sum((fund.value for fund in self.funds), Decimal())

    @property
    def yearly(self) -> Decimal:
        return sum((fund.yearly for fund in self.funds), Decimal())

    @property
    def average(self) -> Decimal | None:
        return 100 * self.yearly / self.known_value if self.known_value else None

    def drag(self, expected_return: float, years: int) -> Decimal:
        """Return the cost of the fees by the end, in today's US dollars, if the known funds grow by `expected_return`.

        This is the difference between growth without and with the fees, ignoring contributions and withdrawals.
        """
        if self.average is None:
            return Decimal()
        fee = float(self.average) / 100
        grown = (1 + expected_return) ** years - ((1 + expected_return) * (1 - fee)) ** years
        return to_cent(self.known_value * Decimal(grown))


def measure_fees(valuation: Valuation) -> Fees:
    known: dict[str, FundFee] = {}
    unknown: dict[str, Decimal] = {}
    for held in valuation.positions:
        instrument, symbol = held.instrument, held.position.symbol
        if instrument.instrument_type not in FUND_TYPES or not held.value:
            continue
        if instrument.expense_ratio is None:
            unknown[symbol] = unknown.get(symbol, Decimal()) + held.value
            continue
        value = held.value + (known[symbol].value if symbol in known else 0)
        known[symbol] = FundFee(
            symbol, value, instrument.expense_ratio, to_cent(value * instrument.expense_ratio / 100)
        )
    return Fees(
        funds=tuple(sorted(known.values(), key=lambda fund: (-fund.yearly, fund.symbol))),
        unknown=tuple(sorted(unknown, key=lambda symbol: (-unknown[symbol], symbol))),
        unknown_value=sum(unknown.values(), Decimal()),
    )
