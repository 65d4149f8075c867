"""Prices from a market-data provider, once a job: in one batch, within seconds, and only where they make sense.

The source is Financial Modeling Prep's batch quote: `GET …/stable/batch-quote?symbols=AAPL,BRK-B` with the header
`apikey`, which answers a list of objects with `symbol`, `price` and `timestamp` (seconds since 1970). Any server that
answers so will do. What is missing, absurd or late is left out: the last known price stays, and the report names it
once it is a week old.
"""

import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

import urllib3
from pydantic import TypeAdapter, ValidationError

from functions.planner.settings import PlannerSettings
from functions.shared.database import Database, Statement
from functions.shared.observability import logger
from functions.shared.portfolio import Snapshot, Symbol

DEADLINE_S = 4.0
"""For the whole call: a job does not wait longer for prices than this."""
_CONNECT_S = 1.5
_LONGEST_ANSWER = 2_000_000
_KEY_KEPT_S = 300
_OLDEST = timedelta(days=7)
_MOST = Decimal(10_000_000)
_STEP = Decimal("0.000001")
_FURTHEST = 5
"""A price that is so many times the last known one, or so small a part of it, is a mistake until a person says it is
not: a split, or a symbol that now names another security."""

_QUOTES = TypeAdapter(list[dict[str, Any]])

# The reference data is everyone's: only what is known already changes, only to a newer price, and never by far.
_STORE = Statement(
    f"""
    UPDATE instruments
       SET current_price = quote.price, price_as_of = quote.priced_on
      FROM jsonb_to_recordset(:quotes::jsonb) AS quote (symbol text, price numeric, priced_on date)
     WHERE instruments.symbol = quote.symbol AND quote.price > 0 AND quote.priced_on <= current_date
       AND (instruments.price_as_of IS NULL OR quote.priced_on > instruments.price_as_of)
       AND (instruments.current_price IS NULL
            OR quote.price BETWEEN instruments.current_price / {_FURTHEST} AND instruments.current_price * {_FURTHEST})
    RETURNING instruments.symbol
    """,  # noqa: S608 - the number above
    idempotent=True,
)


class PricesUnavailable(Exception):
    """The source did not answer as it should; nothing was changed. The next job asks again (do not retry)."""


class Quote(NamedTuple):
    price: Decimal
    priced_on: date


def refresh_prices(settings: PlannerSettings, database: Database, snapshot: Snapshot) -> Snapshot:
    """The snapshot with the newer prices that the source has for it, which are stored for everyone.

    A price of the user's own counts until there is one of a later day. A symbol that the reference data does not know
    is priced in this snapshot only. Raises PricesUnavailable.
    """
    symbols = sorted({position.symbol for account in snapshot.accounts for position in account.positions})
    if not symbols:
        return snapshot
    quotes = usable(fetch_quotes(settings, symbols), symbols, snapshot.taken_at.date())
    accepted = {
        position.symbol: quotes[position.symbol]
        for account in snapshot.accounts
        for position in account.positions
        if position.symbol in quotes and _counts(quotes[position.symbol], position.instrument.current_price)
    }
    stored = store_quotes(database, accepted)
    logger.info("Prices were refreshed", asked=len(symbols), usable=len(accepted), stored=stored)
    return with_quotes(snapshot, accepted)


def fetch_quotes(settings: PlannerSettings, symbols: Iterable[Symbol]) -> list[dict[str, Any]]:
    """What the source says, unchecked. Raises PricesUnavailable, whose message holds neither key nor address."""
    ends = time.monotonic() + DEADLINE_S
    query = urlencode({"symbols": ",".join(map(_provider_symbol, symbols))}, safe=",")
    address = f"{settings.price_source_url}?{query}"
    timeout = urllib3.Timeout(connect=_CONNECT_S, read=DEADLINE_S)
    headers = {"apikey": _key(settings.price_secret_arn)}
    try:
        with (
            urllib3.PoolManager(retries=False, timeout=timeout) as pool,
            closing(pool.request("GET", address, headers=headers, preload_content=False, redirect=False)) as response,
        ):
            if response.status != 200:
                raise PricesUnavailable(f"the source answered {response.status}")
            body = b""
            for part in response.stream(16_384):
                body += part
                if len(body) > _LONGEST_ANSWER or time.monotonic() > ends:
                    raise PricesUnavailable("the answer is too long, or took too long")
            return _QUOTES.validate_json(body)
    except urllib3.exceptions.HTTPError as error:
        raise PricesUnavailable(f"no answer: {type(error).__name__}") from None  # its message may hold the address
    except ValidationError:
        raise PricesUnavailable("the answer is no list of quotes") from None


def usable(answer: Iterable[Mapping[str, Any]], symbols: Iterable[Symbol], today: date) -> dict[Symbol, Quote]:
    """The quotes that were asked for and can be true: a price above zero, of one of the last seven days."""
    asked = {_provider_symbol(symbol): symbol for symbol in symbols}
    quotes = {}
    for entry in answer:
        symbol = asked.get(str(entry.get("symbol")))
        quote = _quote(entry)
        if symbol is not None and quote is not None and today - _OLDEST <= quote.priced_on <= today:
            quotes[symbol] = quote
    return quotes


def store_quotes(database: Database, quotes: Mapping[Symbol, Quote]) -> int:
    """Keeps those that are newer than what is known of instruments in the reference data; answers how many."""
    if not quotes:
        return 0
    document = TypeAdapter(list[dict[str, Any]]).dump_json(
        [
            {"symbol": symbol, "price": str(quote.price), "priced_on": quote.priced_on.isoformat()}
            for symbol, quote in sorted(quotes.items())  # one order, so that two planners don't wait for each other
        ]
    )
    return len(database.rows(_STORE, {"quotes": document.decode()}))


def with_quotes(snapshot: Snapshot, quotes: Mapping[Symbol, Quote]) -> Snapshot:
    """The snapshot at these prices, where they are of a later day than its own."""
    document = snapshot.model_dump(mode="json")
    for account in document["accounts"]:
        for position in account["positions"]:
            instrument, quote = position["instrument"], quotes.get(position["symbol"])
            if quote is not None and (instrument["price_as_of"] or "") < quote.priced_on.isoformat():
                instrument |= {"current_price": str(quote.price), "price_as_of": quote.priced_on.isoformat()}
    return Snapshot.model_validate(document)


def _quote(entry: Mapping[str, Any]) -> Quote | None:
    price, at = entry.get("price"), entry.get("timestamp")
    if not isinstance(price, int | float) or not isinstance(at, int | float) or isinstance(price, bool):
        return None
    if not 0 < price <= _MOST or not 0 < at < 10**11:  # NaN is not within any bounds
        return None
    rounded = Decimal(str(price)).quantize(_STEP)
    return Quote(rounded, datetime.fromtimestamp(at, UTC).date()) if rounded else None


def _counts(quote: Quote, known: Decimal | None) -> bool:
    return known is None or known / _FURTHEST <= quote.price <= known * _FURTHEST


def _provider_symbol(symbol: Symbol) -> str:
    """Classes of shares have a hyphen there: BRK-B."""
    return symbol.replace(".", "-")


def _key(secret_arn: str) -> str:
    """Raises PricesUnavailable without the secret."""
    from aws_lambda_powertools.utilities import parameters  # noqa: PLC0415 - loads boto3, which a job without prices spares

    try:
        return str(parameters.get_secret(secret_arn, max_age=_KEY_KEPT_S))
    except parameters.GetParameterError as error:
        raise PricesUnavailable(f"the key could not be read: {type(error).__name__}") from None
