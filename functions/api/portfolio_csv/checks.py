"""Which records are no holdings, which holdings can't be analysed, and whether a holding's amounts agree."""

import re
from decimal import Decimal

from functions.api.portfolio_csv.amounts import PRICE
from functions.api.portfolio_csv.layout import Entry

PRICE_STEP = Decimal("0.000001")
_FACE_VALUE = 100
"""Bonds are quoted for so much of their face value, which is their quantity."""
_TOTAL = re.compile(r"(?:(?:account|positions?|portfolio|grand|sub)[ -]?)?totals?\b", re.IGNORECASE)
_PENDING = re.compile(r"pending\b", re.IGNORECASE)
_LOT = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}|20\d\d-\d\d-\d\d")
_OPTION = re.compile(
    r"-?[A-Z.]{1,6} ?\d{6}[CP]\d+(?:\.\d+)?"  # the symbols of the Options Clearing Corporation, and Fidelity's
    r"|[A-Z.]{1,6} .{4,30}(?: [CP]| CALL| PUT)",
    re.IGNORECASE,
)
_ZERO = re.compile(r"[-+$]*0*\.?0*")
_LONGEST = 100


def why_no_holding(entry: Entry) -> str | None:
    """None for a holding, well written or not: what has a symbol or a quantity of its own is never just skipped."""
    label = entry.symbol or (entry.name if entry.has_values else "") or entry.owner[0]
    is_no_symbol = not entry.symbol or " " in entry.symbol
    is_words = " " in entry.quantity or (entry.has_values and not entry.symbol.isupper())
    reasons = {
        "A purchase lot of the holding above.": _LOT.fullmatch(entry.symbol),
        "A total, not a holding.": _TOTAL.fullmatch(entry.symbol) or (not entry.symbol and _TOTAL.match(label)),
        "Pending activity, which is no holding yet.": _PENDING.match(label) and not entry.quantity,
        "Nothing is held of it.": entry.has_values
        and (entry.quantity or entry.value)
        and _is_zero(entry.quantity)
        and _is_zero(entry.value),
        "A heading or a note: there is no symbol and no quantity.": is_no_symbol
        and not entry.quantity
        and not entry.value,
        "A heading or a note: only one field is filled.": entry.filled == 1 and is_words,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def why_not_analysed(entry: Entry) -> tuple[str, str] | None:
    """The field and what to do, for what is worth something and can't be represented: it is never left out silently."""
    if entry.currency and entry.currency.upper() not in {"USD", "US DOLLAR", "$"}:
        return "currency", "remove the line to leave it out: only amounts in US dollars can be analysed"
    if entry.multiplier and entry.multiplier not in {"1", "1.0", "1.00"}:
        return "symbol", "remove the line to leave it out: options and futures can't be analysed"
    if any(len(text) <= _LONGEST and _OPTION.fullmatch(text) for text in (entry.symbol, entry.name)) or (
        entry.name[:5].upper() in {"CALL ", "PUT ("} and "(" in entry.name
    ):
        return "symbol", "remove the line to leave it out: options can't be analysed"
    return None


def agreed_price(quantity: Decimal, price: Decimal | None, value: Decimal | None) -> Decimal | None:
    """The price of one unit, from the value where the file has no price, rounded to six decimals.

    A bond is quoted per 100 of face value. Raises ValueError where quantity times price is not the value, by more than
    the digits shown can explain.
    """
    if value is None:
        return price
    if price is None:
        worked_out = (value / quantity).quantize(PRICE_STEP)
        if not 0 < worked_out <= PRICE.most:
            raise ValueError("correct the value: no price of a unit follows from it")
        return worked_out
    slack = _half_a_step(value, 0) + quantity * _half_a_step(price, 2) + price * _half_a_step(quantity, 3)
    if abs(quantity * price - value) <= slack:
        return price
    if abs(quantity * price / _FACE_VALUE - value) <= slack / _FACE_VALUE + _half_a_step(value, 0):
        return (price / _FACE_VALUE).quantize(PRICE_STEP)
    raise ValueError(
        "correct the amounts, whose quantity times price is not the value, or leave the price empty to have it worked "
        "out from the value"
    )


def _half_a_step(number: Decimal, least_decimals: int) -> Decimal:
    """Half of the last digit shown; spreadsheets cut zeros off, so that so many decimals count as shown at least."""
    exponent = number.as_tuple().exponent
    decimals = max(-exponent if isinstance(exponent, int) else 0, least_decimals)
    return Decimal(5).scaleb(-decimals - 1)


def _is_zero(text: str) -> bool:
    return len(text) <= _LONGEST and _ZERO.fullmatch(text) is not None
