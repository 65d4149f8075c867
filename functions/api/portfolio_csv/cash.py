"""What counts as cash: money itself, and money-market funds, which brokers keep it in."""

import re
from decimal import Decimal

_SYMBOLS = frozenset({"CASH", "USD", "FCASH", "CORE", "QACDS", "MSBNK", "MMDA1"})
"""Money in the files of one broker or another: Fidelity's FCASH and CORE, bank sweeps of Schwab and Morgan Stanley."""
_MONEY_MARKET_FUND = re.compile(r"[A-Z]{3}XX")
"""Nasdaq gives mutual funds five letters that end in X, and money-market funds those that end in XX: SPAXX, FDRXX,
VMFXX, SWVXX and all the others."""
_WORDS = re.compile(
    r"(?:us |u\.s\. )dollars?|(?:uninvested |settled |total )?cash(?: (?:&|and|/) .*| balance| sweep.*| equivalents?)?"
    r"|(?:insured )?bank deposit.*|money accounts?|sweep (?:account|fund|balance)",
    re.IGNORECASE,
)
_MONEY_MARKET = re.compile(r"\bmoney (?:market|mkt)\b|\bheld in (?:fcash|money)\b", re.IGNORECASE)
_LONGEST = 200
_STABLE = Decimal("0.99"), Decimal("1.01")


def is_cash(symbol: str, name: str) -> bool:
    """Money itself, by its symbol or, where there is no ticker, by its words. `symbol` in upper case."""
    if symbol and " " not in symbol:
        return symbol in _SYMBOLS
    words = symbol or name
    return len(words) <= _LONGEST and _WORDS.fullmatch(words) is not None


def is_money_market(symbol: str, name: str, price: Decimal | None) -> bool:
    """A fund of money, as long as its price says nothing else: a dollar a share, give or take what rates do to it."""
    if price is not None and not _STABLE[0] <= price <= _STABLE[1]:
        return False
    return _MONEY_MARKET_FUND.fullmatch(symbol) is not None or _MONEY_MARKET.search(name[:_LONGEST]) is not None
