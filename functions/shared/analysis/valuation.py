"""The value of a portfolio: each position to the cent; accounts and the total are sums of those cents."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from functions.shared.analysis.money import MONEY, to_cent
from functions.shared.portfolio import Account, Instrument, Position, Snapshot


@dataclass(frozen=True)
class ValuedPosition:
    """A position and its value in US dollars. A position without a price has the value 0 and is listed as unpriced."""

    position: Position
    value: Decimal

    @property
    def instrument(self) -> Instrument:
        return self.position.instrument


@dataclass(frozen=True)
class ValuedAccount:
    """`cash` and `value` (positions and cash) are in US dollars."""

    name: str
    cash: Decimal
    cash_interest: Decimal
    positions: tuple[ValuedPosition, ...]

    @property
    def value(self) -> Decimal:
        return self.cash + sum((position.value for position in self.positions), Decimal())


@dataclass(frozen=True)
class Valuation:
    """The whole portfolio in US dollars: `total` = `invested` + `cash`."""

    accounts: tuple[ValuedAccount, ...]

    @cached_property
    def positions(self) -> tuple[ValuedPosition, ...]:
        return tuple(position for account in self.accounts for position in account.positions)

    @cached_property
    def cash(self) -> Decimal:
        return sum((account.cash for account in self.accounts), Decimal())

    @cached_property
    def invested(self) -> Decimal:
        return sum((position.value for position in self.positions), Decimal())

    @property
    def total(self) -> Decimal:
        return self.cash + self.invested

    @cached_property
    def unpriced(self) -> tuple[str, ...]:
        """Symbols held without a price, valued at 0."""
        return tuple(sorted({p.position.symbol for p in self.positions if p.instrument.current_price is None}))


def value_portfolio(snapshot: Snapshot) -> Valuation:
    """Value every position at its price, rounded to the cent before summing."""
    return Valuation(tuple(_value_account(account) for account in snapshot.accounts))


def _value_account(account: Account) -> ValuedAccount:
    return ValuedAccount(
        name=account.name,
        cash=to_cent(account.cash_balance),
        cash_interest=account.cash_interest,
        positions=tuple(ValuedPosition(position, _value(position)) for position in account.positions),
    )


def _value(position: Position) -> Decimal:
    price = position.instrument.current_price
    return Decimal("0.00") if price is None else to_cent(MONEY.multiply(position.quantity, price))
