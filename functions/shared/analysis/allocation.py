"""Divides the portfolio's value by asset class, region, and sector (looking through funds), account, and type.

Amounts are in cents and sum to the portfolio's value, by the largest-remainder method. Shares are exact percentages;
only `wording.py` rounds them. Cash is in US dollars: asset class and sector `cash`, region `north_america`, type
`cash`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from functions.shared.analysis.money import CENT, WHOLE, apportion
from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import AssetClass, Instrument, Region, Sector

K = TypeVar("K", bound=str)


@dataclass(frozen=True)
class Part:
    """One slice of an allocation: US dollars and percent of the total."""

    key: str
    amount: Decimal
    share: Decimal


#: Slices with a value, largest first; empty for a portfolio worth nothing.
Allocation = tuple[Part, ...]


def by_asset_class(valuation: Valuation) -> Allocation:
    return _look_through(valuation, lambda instrument: instrument.allocation_asset_class, AssetClass.CASH)


def by_region(valuation: Valuation) -> Allocation:
    return _look_through(valuation, lambda instrument: instrument.allocation_regions, Region.NORTH_AMERICA)


def by_sector(valuation: Valuation) -> Allocation:
    return _look_through(valuation, lambda instrument: instrument.allocation_sectors, Sector.CASH)


def by_account(valuation: Valuation) -> Allocation:
    return allocation((account.name, account.value) for account in valuation.accounts)


def by_instrument_type(valuation: Valuation) -> Allocation:
    amounts: dict[str, Decimal] = {"cash": valuation.cash}
    for position in valuation.positions:
        kind = position.instrument.instrument_type
        amounts[kind] = amounts.get(kind, Decimal()) + position.value
    return allocation(amounts.items())


def by_equity_region(valuation: Valuation) -> Allocation:
    """Divide only the equity. A fund's regions are assumed to be those of its equity."""
    weights: dict[Region, Decimal] = {}
    for position in valuation.positions:
        equity = position.value * position.instrument.allocation_asset_class.get(AssetClass.EQUITY, Decimal())
        for region, percent in position.instrument.allocation_regions.items() if equity else ():
            weights[region] = weights.get(region, Decimal()) + equity * percent
    equity = sum((part.amount for part in by_asset_class(valuation) if part.key == AssetClass.EQUITY), Decimal())
    amounts = apportion(equity, list(weights.values()), CENT) if weights else []
    return allocation(zip(weights, amounts, strict=True))


def allocation(amounts: Iterable[tuple[str, Decimal]]) -> Allocation:
    """Return slices for amounts in cents; zero amounts are omitted."""
    worth = sorted(((key, amount) for key, amount in amounts if amount), key=lambda slice_: -slice_[1])
    total = sum((amount for _, amount in worth), Decimal())
    return tuple(Part(key, amount, WHOLE * amount / total) for key, amount in worth)


def _look_through(valuation: Valuation, of: Callable[[Instrument], Mapping[K, Decimal]], cash: K) -> Allocation:
    weights: dict[K, Decimal] = {cash: valuation.cash * WHOLE}
    for position in valuation.positions:
        for key, percent in of(position.instrument).items():
            weights[key] = weights.get(key, Decimal()) + position.value * percent
    amounts = apportion(valuation.total, list(weights.values()), CENT)
    return allocation(zip(weights, amounts, strict=True))
