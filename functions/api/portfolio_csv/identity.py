"""A canonical instrument identifier: the ticker, else the CUSIP, the ISIN, or one derived from the name."""

import re
import zlib
from functools import lru_cache
from typing import NamedTuple

from functions.api.portfolio_csv.currency import plain
from functions.api.portfolio_csv.vocabulary.currencies import (
    ALSO_LISTED_AT_HOME,
    BLOOMBERG,
    EXCHANGES,
    EXCHANGES_AT_HOME,
    ISIN_COUNTRIES,
    SUFFIXES,
    UNKNOWN,
    USD,
)
from functions.api.portfolio_csv.vocabulary.instruments import CUSIP, ISIN, NO_TICKERS, SHARE_CLASSES
from functions.shared.portfolio import SYMBOL_PATTERN

_SYMBOL = re.compile(SYMBOL_PATTERN)
_LONGEST_SYMBOL = 20
_LONGEST_WRITTEN = 40
_FOOTNOTE_MARKS = "*\u2020\u2021\u00b9\u00b2\u00b3\u00ae\u2122^+ "
_QUOTES = "'\u2018\u2019\"\u201c\u201d"
_PREFIX = re.compile(r"(?P<exchange>[A-Z]{2,11}):(?P<symbol>[A-Z0-9][A-Z0-9./ -]{0,15})")
_EXCHANGE_BEHIND = re.compile(r"(?P<symbol>[A-Z0-9][A-Z0-9./-]{0,11}):(?P<exchange>[A-Z]{2,11})")
_BLOOMBERG = re.compile(r"(?P<symbol>[A-Z0-9][A-Z0-9./]{0,8}) (?P<country>[A-Z]{2})(?: EQUITY)?")
_AT_HOME = frozenset({"US", "UN", "UW", "UQ", "UR", "UA", "UP", "UV"})
_SHARE_CLASS = re.compile(r"(?P<share>[A-Z]{2,5})[/ -](?P<letter>[A-Z])")
_SUFFIX = re.compile(r"(?P<symbol>[A-Z0-9-]{1,12})\.(?P<suffix>[A-Z]{1,2})")
_CRYPTO_PAIR = re.compile(r"(?P<coin>[A-Z0-9]{2,6})[-/](?:USD|USDT|USDC)")
_TICKER_IN_NAME = re.compile(
    r".{3,150}[ -]\(?(?:Ticker|Symbol):? ?(?P<labeled>[A-Z][A-Z.]{0,5})\)?|.{3,150} \((?P<closing>[A-Z][A-Z.]{0,5})\)"
)
_TICKER = re.compile(r"[A-Z]{1,5}(?:[./-][A-Z]{1,2})?")
_TICKER_BEFORE_NAME = re.compile(r"(?P<ticker>[A-Z]{3,5})(?: ?[-:\u2013|] ).{3,150}")
_SLUG = re.compile(r"[^A-Z0-9]+")


class Identity(NamedTuple):
    """`symbol` matches SYMBOL_PATTERN. `abroad` is the currency of the foreign exchange in the identifier, if any."""

    symbol: str
    is_ticker: bool
    abroad: str | None = None


def cleaned(cell: str) -> str:
    """Strip quotes, footnote marks, and a formula wrapper from a symbol cell."""
    cell = cell.removeprefix("=")
    return cell.strip(_QUOTES).rstrip(_FOOTNOTE_MARKS).strip(_QUOTES).strip()


@lru_cache(maxsize=4_096)
def identity_of_symbol(cell: str) -> Identity | None:
    """Return None for text that isn't a symbol: a fund's name, a security number, a dash."""
    symbol = cleaned(cell)
    if not symbol.isascii() or len(symbol) > _LONGEST_WRITTEN:
        return None
    symbol, abroad = _without_exchange(symbol.upper())
    if CUSIP.fullmatch(symbol):
        return Identity(symbol, is_ticker=False, abroad=abroad)
    if ISIN.fullmatch(symbol):
        country = symbol[:2]
        return Identity(
            symbol, is_ticker=False, abroad=None if country == "US" else ISIN_COUNTRIES.get(country, UNKNOWN)
        )
    symbol = SHARE_CLASSES.get(symbol, symbol)
    if share_class := _SHARE_CLASS.fullmatch(symbol):
        symbol = f"{share_class['share']}.{share_class['letter']}"
    elif abroad is None and symbol not in SHARE_CLASSES.values() and (suffix := _SUFFIX.fullmatch(symbol)):
        abroad = SUFFIXES.get(suffix["suffix"])
        symbol = suffix["symbol"] if suffix["suffix"] == "US" else symbol
    is_symbol = _SYMBOL.fullmatch(symbol) is not None and any(map(str.isalpha, symbol))
    return Identity(symbol, is_ticker=True, abroad=None if abroad == USD else abroad) if is_symbol else None


def currency_of_listing(isin: str) -> str | None:
    """Return the currency of a security whose ISIN shows that it isn't listed in the US; None for other ISINs."""
    country = isin[:2].upper()
    return None if country in ALSO_LISTED_AT_HOME or not ISIN.fullmatch(isin.upper()) else ISIN_COUNTRIES.get(country)


def _without_exchange(symbol: str) -> tuple[str, str | None]:
    """Split "NASDAQ:AAPL", "AAPL US Equity", or "BTC-USD" into the symbol and the currency of a foreign exchange."""
    abroad = None
    for pattern in (_PREFIX, _EXCHANGE_BEHIND) if ":" in symbol else ():
        if (split := pattern.fullmatch(symbol)) and split["exchange"] in EXCHANGES.keys() | EXCHANGES_AT_HOME:
            symbol, abroad = split["symbol"].strip(), EXCHANGES.get(split["exchange"])
            break
    if bloomberg := _BLOOMBERG.fullmatch(symbol):
        is_home = bloomberg["country"] in _AT_HOME
        if is_home or bloomberg["country"] in BLOOMBERG or symbol.endswith(" EQUITY"):
            symbol, abroad = bloomberg["symbol"], abroad if is_home else BLOOMBERG.get(bloomberg["country"], UNKNOWN)
    if pair := _CRYPTO_PAIR.fullmatch(symbol):
        symbol = pair["coin"]
    return symbol, abroad


@lru_cache(maxsize=4_096)
def ticker_in_name(name: str) -> str | None:
    """Return the ticker in "CREF Stock R3 (QCSTIX)" or "VTI - Vanguard Total Stock Market"."""
    if len(name) > 160:
        return None
    if found := _TICKER_IN_NAME.fullmatch(name):
        ticker = found["labeled"] or found["closing"]
        return None if ticker.strip(".") in NO_TICKERS else SHARE_CLASSES.get(ticker, ticker)
    if (found := _TICKER_BEFORE_NAME.fullmatch(name)) and found["ticker"] not in NO_TICKERS:
        return found["ticker"]
    return None


def identity_of_name(name: str) -> str | None:
    """Derive an identifier from a name. It is stable for the same name and can't collide with a ticker."""
    slug = _SLUG.sub("-", plain(name).upper()).strip("-")
    if not slug:
        return None
    checksum = f"{zlib.crc32(slug.encode()) % 0xFFFFF:05X}"
    if len(slug) <= _LONGEST_SYMBOL and "-" in slug and len(slug) > 8:
        return slug
    return f"{slug[: _LONGEST_SYMBOL - 6].rstrip('-')}-{checksum}"


def looks_like_ticker(cell: str) -> bool:
    """Return whether the cell looks like a ticker: at most five capitals, with an optional share class."""
    return len(cell) <= 8 and _TICKER.fullmatch(cell.rstrip(_FOOTNOTE_MARKS)) is not None
