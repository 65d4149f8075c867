"""Unrealized gains and losses, from the cost in the owner's file."""

from dataclasses import dataclass
from decimal import Decimal

from functions.shared.analysis.valuation import Valuation, ValuedAccount


@dataclass(frozen=True)
class AccountGain:
    """US dollars. `value` and `cost` cover the holdings whose cost is known, `unknown_value` the others."""

    account: str
    value: Decimal
    cost: Decimal
    unknown_value: Decimal

    @property
    def gain(self) -> Decimal:
        return self.value - self.cost


def unrealized_gains(valuation: Valuation) -> tuple[AccountGain, ...]:
    """Return the accounts with at least one holding of known cost, largest gain or loss first."""
    found = (_of(account) for account in valuation.accounts)
    return tuple(sorted((each for each in found if each.cost), key=lambda each: -abs(each.gain)))


def _of(account: ValuedAccount) -> AccountGain:
    value = cost = unknown = Decimal()
    for held in account.positions:
        if held.position.cost_basis is None:
            unknown += held.value
        else:
            value, cost = value + held.value, cost + held.position.cost_basis
    return AccountGain(account.name, value, cost, unknown)
