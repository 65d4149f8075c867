"""The stand-in's responses: correct ones, and each kind of failure of a price source."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    OK = "ok"
    # No response, or none in time
    SLOW = "slow"
    DRIP = "drip"
    """Sends a byte now and then, and never finishes."""
    DISCONNECT = "disconnect"
    # Errors
    ERROR = "error"
    THROTTLE = "throttle"
    BAD_KEY = "bad_key"
    OTHER_PLAN = "other_plan"
    REDIRECT = "redirect"
    # Invalid responses
    GARBAGE = "garbage"
    CUT_OFF = "cut_off"
    MESSAGE = "message"
    """An error with status 200."""
    HUGE = "huge"
    EMPTY = "empty"
    # Implausible quotes
    PARTIAL = "partial"
    """Omits every second symbol."""
    ZERO = "zero"
    NEGATIVE = "negative"
    NOT_A_NUMBER = "not_a_number"
    INFINITE = "infinite"
    TEXT = "text"
    FAR_OFF = "far_off"
    """A thousand times the price."""
    WRONG_SYMBOL = "wrong_symbol"
    OLD = "old"
    FUTURE = "future"


#: Responses without quotes: status and body.
REFUSALS: Mapping[Kind, tuple[int, bytes]] = {
    Kind.ERROR: (500, b'{"Error Message": "Internal error."}'),
    Kind.THROTTLE: (429, b'{"Error Message": "Limit Reach."}'),
    Kind.BAD_KEY: (401, b'{"Error Message": "Invalid API KEY."}'),
    Kind.OTHER_PLAN: (402, b"Premium Query Parameter"),
    Kind.REDIRECT: (302, b""),
    Kind.GARBAGE: (200, b"<html><body>We'll be back soon</body></html>"),
    Kind.MESSAGE: (200, b'{"Error Message": "Limit Reach."}'),
    Kind.EMPTY: (200, b"[]"),
}
_SPOILT: Mapping[Kind, Callable[[dict[str, Any]], dict[str, Any]]] = {
    Kind.ZERO: lambda quote: quote | {"price": 0},
    Kind.NEGATIVE: lambda quote: quote | {"price": -quote["price"]},
    Kind.NOT_A_NUMBER: lambda quote: quote | {"price": float("nan")},
    Kind.INFINITE: lambda quote: quote | {"price": float("inf")},
    Kind.TEXT: lambda quote: quote | {"price": str(quote["price"])},
    Kind.FAR_OFF: lambda quote: quote | {"price": quote["price"] * 1000},
    Kind.WRONG_SYMBOL: lambda quote: quote | {"symbol": f"X{quote['symbol']}"},
    Kind.OLD: lambda quote: quote | {"timestamp": _timestamp(timedelta(days=-30))},
    Kind.FUTURE: lambda quote: quote | {"timestamp": _timestamp(timedelta(days=3))},
}
_HUGE_BYTES = 3_000_000


def answer(kind: Kind, prices: Mapping[str, Decimal], symbols: list[str]) -> tuple[int, bytes]:
    """Return status and body for the requested symbols; omits unknown ones."""
    if kind in REFUSALS:
        return REFUSALS[kind]
    known = [symbol for symbol in symbols if symbol in prices]
    if kind is Kind.PARTIAL:
        known = known[::2]
    spoil = _SPOILT.get(kind, dict)
    body = json.dumps([spoil(_quote(symbol, prices[symbol])) for symbol in known]).encode()
    if kind is Kind.HUGE:
        body = body[:-1] + b" " * _HUGE_BYTES + b"]"
    return 200, body


def _quote(symbol: str, price: Decimal) -> dict[str, Any]:
    return {"symbol": symbol, "name": symbol, "price": float(price), "timestamp": _timestamp(timedelta())}


def _timestamp(from_now: timedelta) -> int:
    return int((datetime.now(UTC) + from_now).timestamp())
