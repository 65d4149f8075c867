"""Refreshes the prices of a job's holdings from a market-data provider, in one batch.

Missing, implausible and outdated prices are skipped, so that the last known price stays: never zero, never a guess.
The snapshot records the result of the refresh, and the report states it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from functions.planner.price_source import Failure, PricesUnavailable, fetch_quotes, provider_symbol
from functions.planner.settings import PlannerSettings
from functions.shared.observability import logger
from functions.shared.portfolio import Position, PriceRefresh, Snapshot, Symbol

_OLDEST = timedelta(days=7)
_MOST = Decimal(10_000_000)
_STEP = Decimal("0.000001")
_FURTHEST = 5
"""A new price more than this many times the last known one, or less than this fraction of it, is treated as an error
until a person confirms it: a split, or a symbol that now names another security.
"""
_SOME_MISSING = "the price source had no usable price"


class Quote(NamedTuple):
    price: Decimal
    priced_on: date


def refresh_prices(settings: PlannerSettings, snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with newer prices from the source, for this job only.

    A price that the user entered applies until the source has one from a later day. If the source fails, all prices
    stay.
    """
    symbols = sorted({position.symbol for position in _quoted(snapshot)})
    if not symbols:
        return snapshot
    accepted: dict[Symbol, Quote] = {}
    failure: Failure | None = None
    try:
        accepted = _acceptable(snapshot, usable(fetch_quotes(settings, symbols), symbols, snapshot.taken_at.date()))
        logger.info("Prices were refreshed", asked=len(symbols), usable=len(accepted))
    except PricesUnavailable as error:
        failure = error.failure
        logger.warning("Prices were not refreshed, the last known ones stay", reason=str(failure), detail=error.detail)
    failed = tuple(symbol for symbol in symbols if symbol not in accepted)
    refresh = PriceRefresh(
        source=settings.price_source,
        at=snapshot.taken_at,
        refreshed=len(accepted),
        failed=failed,
        reason=failure or (_SOME_MISSING if failed else None),
    )
    return with_quotes(snapshot, accepted).model_copy(update={"price_refresh": refresh})


def usable(answer: Iterable[Mapping[str, Any]], symbols: Iterable[Symbol], today: date) -> dict[Symbol, Quote]:
    """Return the requested quotes that are plausible: a price above zero, from the last seven days."""
    asked = {provider_symbol(symbol): symbol for symbol in symbols}
    quotes = {}
    for entry in answer:
        symbol = asked.get(str(entry.get("symbol")))
        quote = _quote(entry)
        if symbol is not None and quote is not None and today - _OLDEST <= quote.priced_on <= today:
            quotes[symbol] = quote
    return quotes


def with_quotes(snapshot: Snapshot, quotes: Mapping[Symbol, Quote]) -> Snapshot:
    """Return the snapshot with the quotes that are from a later day than its own prices."""
    document = snapshot.model_dump(mode="json")
    for account in document["accounts"]:
        for position in account["positions"]:
            instrument, quote = position["instrument"], quotes.get(position["symbol"])
            is_counted_in_units = not position.get("is_value_only")
            if (
                quote is not None
                and is_counted_in_units
                and (instrument["price_as_of"] or "") < quote.priced_on.isoformat()
            ):
                instrument |= {"current_price": str(quote.price), "price_as_of": quote.priced_on.isoformat()}
    return Snapshot.model_validate(document)


def _quote(entry: Mapping[str, Any]) -> Quote | None:
    price, at = entry.get("price"), entry.get("timestamp")
    if not isinstance(price, int | float) or not isinstance(at, int | float) or isinstance(price, bool):
        return None
    if not 0 < price <= _MOST or not 0 < at < 10**11:  # also rejects NaN
        return None
    rounded = Decimal(str(price)).quantize(_STEP)
    return Quote(rounded, datetime.fromtimestamp(at, UTC).date()) if rounded else None


def _acceptable(snapshot: Snapshot, quotes: Mapping[Symbol, Quote]) -> dict[Symbol, Quote]:
    """Return the quotes within the allowed distance of the snapshot's prices."""
    return {
        position.symbol: quotes[position.symbol]
        for position in _quoted(snapshot)
        if position.symbol in quotes and _is_near(quotes[position.symbol], position.instrument.current_price)
    }


def _quoted(snapshot: Snapshot) -> Iterator[Position]:
    """Yield the positions that a quote can value: those counted in units."""
    for account in snapshot.accounts:
        yield from (position for position in account.positions if not position.is_value_only)


def _is_near(quote: Quote, known: Decimal | None) -> bool:
    return known is None or known / _FURTHEST <= quote.price <= known * _FURTHEST
