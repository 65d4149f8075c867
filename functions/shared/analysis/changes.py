"""Changes since the last completed analysis: in mix and in value, split into the effects of markets and the owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from functions.shared.analysis.allocation import Allocation
from functions.shared.analysis.concentration import Concentration
from functions.shared.analysis.money import to_cent
from functions.shared.analysis.valuation import Valuation
from functions.shared.portfolio import KeptHolding, KeptResults, PreviousAnalysis

#: Points by which a class must change to be mentioned.
NOTABLE_POINTS = 1
#: The maximum number of holdings kept for the next comparison. With more, the causes of a change are not known.
MOST_KEPT = 100


@dataclass(frozen=True)
class ClassChange:
    """Percent of the portfolio, before and now."""

    key: str
    before: Decimal
    now: Decimal


@dataclass(frozen=True)
class Changes:
    """US dollars. `prices` is the effect of price changes on the units held both times, `flows` is the rest: deposits,
    withdrawals, trades at other prices, dividends. Both are None if the last analysis did not keep every holding.
    """

    since: datetime
    value_before: Decimal
    value_now: Decimal
    classes: tuple[ClassChange, ...]
    bought: tuple[str, ...]
    """Symbols that are new."""
    sold: tuple[str, ...]
    """Symbols that are gone."""
    prices: Decimal | None
    flows: Decimal | None

    @property
    def difference(self) -> Decimal:
        return self.value_now - self.value_before


def kept_results(concentration: Concentration, valuation: Valuation, asset_classes: Allocation) -> KeptResults:
    """Return the results that the next analysis is compared with."""
    units: dict[str, Decimal] = {}
    for held in valuation.positions:
        units[held.position.symbol] = units.get(held.position.symbol, Decimal()) + held.position.quantity
    return KeptResults(
        total_value=valuation.total,
        asset_classes={part.key: part.amount for part in asset_classes},
        holdings={
            holding.symbol: KeptHolding(quantity=units[holding.symbol], value=holding.value)
            for holding in concentration.holdings[:MOST_KEPT]
        },
        holdings_count=len(concentration.holdings),
    )


def compare(previous: PreviousAnalysis | None, now: KeptResults) -> Changes | None:
    """Return the changes, or None without a previous analysis of the same kind."""
    if previous is None or previous.kept is None:
        return None
    before = previous.kept
    classes = (
        ClassChange(key, _share(before.asset_classes, key), _share(now.asset_classes, key))
        for key in sorted({*before.asset_classes, *now.asset_classes})
    )
    is_whole = all(len(each.holdings) == each.holdings_count for each in (before, now))
    prices = _price_effect(before.holdings, now.holdings) if is_whole else None
    return Changes(
        since=previous.as_of,
        value_before=before.total_value,
        value_now=now.total_value,
        classes=tuple(each for each in classes if abs(each.now - each.before) >= NOTABLE_POINTS),
        bought=tuple(sorted(set(now.holdings) - set(before.holdings))) if is_whole else (),
        sold=tuple(sorted(set(before.holdings) - set(now.holdings))) if is_whole else (),
        prices=prices,
        flows=None if prices is None else now.total_value - before.total_value - prices,
    )


def _share(classes: Mapping[str, Decimal], key: str) -> Decimal:
    total = sum(classes.values(), Decimal())
    return 100 * classes.get(key, Decimal()) / total if total else Decimal()


def _price_effect(before: Mapping[str, KeptHolding], now: Mapping[str, KeptHolding]) -> Decimal:
    """Return the effect of price changes on the units held both times."""
    effect = Decimal()
    for symbol, then in before.items():
        if symbol in now:
            held = min(then.quantity, now[symbol].quantity)
            effect += held * (now[symbol].value / now[symbol].quantity - then.value / then.quantity)
    return to_cent(effect)
