"""Identifies cash rows: cash, deposits, bank sweeps, and money-market funds."""

import re
from decimal import Decimal
from functools import lru_cache

from functions.api.portfolio_csv.currency import currency_in_name, currency_of_cell
from functions.api.portfolio_csv.identity import cleaned
from functions.api.portfolio_csv.row import Foreign, NotAnalyzed, Row
from functions.api.portfolio_csv.vocabulary.currencies import ALSO_WORDS, DOLLAR, NAMES, UNKNOWN, USD
from functions.api.portfolio_csv.vocabulary.instruments import CASH_KINDS
from functions.api.portfolio_csv.vocabulary.rows import (
    CASH_OR_TICKER,
    CASH_PHRASES,
    CASH_SYMBOLS,
    CASH_WORDS,
    LONGEST,
    MONEY_MARKET,
    MONEY_MARKET_SYMBOL,
    NO_CASH,
    OF_FUNDS,
)

_STABLE = Decimal("0.99"), Decimal("1.01")
"""The price range of a $1 unit in a money-market fund."""
_HINT = re.compile(
    r"cash|dollar|usd|deposit|sweep|money|settlement|core|saving|checking|bank|guthaben|liqui|barmittel|efectivo|"
    r"credit interest|insured|[^\x00-\x7f]",
    re.IGNORECASE,
)
_CASH_OR_SHARE = (
    "At a price other than $1 this may be cash, or the share with that ticker. For cash, write the amount as the "
    "quantity and leave the price empty. For the share, add a column description with the company's name."
)


def is_cash(row: Row) -> bool:
    """Return whether the row is cash, by its symbol, words, or kind. Raises NotAnalyzed for foreign or unclear cash."""
    symbol, name = cleaned(row.symbol).upper(), row.name[:LONGEST]
    symbol = symbol.lstrip("$") or symbol
    if symbol in CASH_SYMBOLS:
        return symbol not in CASH_OR_TICKER or _is_cash_and_no_share(row, name)
    if _is_foreign_cash(row, symbol, name):
        raise Foreign(_cash_currency(symbol, name) or UNKNOWN, "this cash is")
    if not _is_stable(row):
        return False
    if row.identity is None or not row.identity.is_ticker:
        described = (name, row.symbol[:LONGEST])
        return _is_cash_kind(row) or any(
            _is_cash_words(words) or _is_money_market(words) for words in described if words
        )
    if MONEY_MARKET_SYMBOL.fullmatch(symbol) or _is_money_market(name):
        return True
    return (_is_cash_words(name) or _is_cash_kind(row)) and (row.price is not None or row.quantity is None)


def _is_cash_and_no_share(row: Row, name: str) -> bool:
    """Decide by price and name for a cash symbol that is also a ticker."""
    if _is_cash_words(name):
        return True
    if not _is_stable(row):
        if name:
            return False
        raise NotAnalyzed("symbol", _CASH_OR_SHARE)
    has_both = row.price is not None and row.quantity is not None
    return not (name and has_both and not _is_cash_kind(row) and _is_company(name))


def _is_stable(row: Row) -> bool:
    price = row.price.value if row.price else None
    if price is None and row.quantity and row.quantity.value and row.value:
        price = row.value.value / row.quantity.value
    return price is None or _STABLE[0] <= price <= _STABLE[1]


def _is_cash_kind(row: Row) -> bool:
    return row.kind.casefold() in CASH_KINDS


def _is_company(name: str) -> bool:
    return NO_CASH.search(name) is not None or OF_FUNDS.search(name) is not None


@lru_cache(maxsize=1_024)
def _is_cash_words(words: str) -> bool:
    if not words or not _HINT.search(words):
        return False
    single = " ".join(words.split())
    is_cash_like = CASH_WORDS.fullmatch(single) is not None or CASH_PHRASES.search(single) is not None
    return is_cash_like and NO_CASH.search(words) is None


@lru_cache(maxsize=1_024)
def _is_money_market(words: str) -> bool:
    return MONEY_MARKET.search(words) is not None


def _is_foreign_cash(row: Row, symbol: str, name: str) -> bool:
    code = _cash_currency(symbol, name)
    if code is None or code == USD:
        return False
    if symbol in NAMES:
        named = currency_of_cell(name) if name else None
        return (
            (not name and symbol not in ALSO_WORDS and _is_stable(row))
            or named == symbol
            or _is_cash_kind(row)
            or _is_cash_words(name)
        )
    return True


def _cash_currency(symbol: str, name: str) -> str | None:
    """Return the currency in "CAD", "Cash (EUR)", "GBP Cash", or "CASH & CASH FUND & FTX CASH (EUR)"."""
    if symbol in NAMES:
        return symbol
    for words in (symbol, name):
        if words and _HINT.search(words):
            code, rest = currency_in_name(words)
            if (
                code is not None
                and code != DOLLAR
                and CASH_WORDS.fullmatch(" ".join(rest.replace("()", " ").split()).strip(" -:()"))
            ):
                return code
    return None
