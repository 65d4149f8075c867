"""Data quality by symbol: missing, old, and uncertain data behind the figures."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from functions.shared.analysis.allocation import Allocation
from functions.shared.analysis.valuation import Valuation, ValuedPosition
from functions.shared.classification_rules import BY_RULES, BY_USER
from functions.shared.portfolio import AssetClass, ImportNote, PriceRefresh

#: A week covers weekends and public holidays; an older price isn't the market's latest.
STALE_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class DataQuality:
    """Unique symbols in alphabetical order; amounts in US dollars."""

    unpriced: tuple[str, ...]
    unclassified: tuple[str, ...]
    """Partly or entirely of unknown asset class."""
    unclassified_value: Decimal
    stale: tuple[str, ...]
    stale_value: Decimal
    oldest_price: date | None
    """The oldest of the stale prices."""
    undated: tuple[str, ...]
    """Priced, but without a date."""
    classified_by_model: tuple[str, ...] = ()
    """Classified by a language model and missing from the reference data."""
    price_refresh: PriceRefresh | None = None
    import_warnings: tuple[ImportNote, ...] = ()
    oldest_kept_price: date | None = None
    """The oldest of the prices that the source failed to refresh."""


def check_quality(
    valuation: Valuation,
    asset_classes: Allocation,
    taken_at: datetime,
    price_refresh: PriceRefresh | None = None,
    import_warnings: tuple[ImportNote, ...] = (),
) -> DataQuality:
    """Check the data. `asset_classes` is the allocation of `valuation`; price ages are relative to `taken_at`."""
    unclassified = [p for p in valuation.positions if _is_unclassified(p)]
    stale = [p for p in valuation.positions if _is_stale(p, taken_at.date())]
    kept = [p for p in valuation.positions if price_refresh and p.position.symbol in price_refresh.failed]
    undated = [p for p in valuation.positions if p.instrument.current_price and not p.instrument.price_as_of]
    return DataQuality(
        unpriced=valuation.unpriced,
        unclassified=_symbols(unclassified),
        unclassified_value=sum(
            (part.amount for part in asset_classes if part.key == AssetClass.UNCLASSIFIED), Decimal()
        ),
        stale=_symbols(stale),
        stale_value=_worth(stale),
        oldest_price=_oldest(stale),
        undated=_symbols(undated),
        classified_by_model=_symbols([p for p in valuation.positions if _is_classified_by_model(p)]),
        price_refresh=price_refresh,
        import_warnings=import_warnings,
        oldest_kept_price=_oldest(kept),
    )


def _is_unclassified(position: ValuedPosition) -> bool:
    return position.instrument.allocation_asset_class.get(AssetClass.UNCLASSIFIED, Decimal()) > 0


def _is_classified_by_model(position: ValuedPosition) -> bool:
    return position.instrument.classified_by not in {None, BY_RULES, BY_USER}


def _is_stale(position: ValuedPosition, today: date) -> bool:
    instrument = position.instrument
    return bool(instrument.current_price and instrument.price_as_of and today - instrument.price_as_of > STALE_AFTER)


def _oldest(positions: list[ValuedPosition]) -> date | None:
    return min((p.instrument.price_as_of for p in positions if p.instrument.price_as_of), default=None)


def _symbols(positions: list[ValuedPosition]) -> tuple[str, ...]:
    return tuple(sorted({p.position.symbol for p in positions}))


def _worth(positions: list[ValuedPosition]) -> Decimal:
    return sum((p.value for p in positions), Decimal())
