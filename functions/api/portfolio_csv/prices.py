"""Reconciles quantity, price, and value of a holding: the stated value takes precedence over rounded factors."""

from decimal import Decimal
from typing import NamedTuple

from functions.api.portfolio_csv.numbers import PRICE, decimals_of
from functions.api.portfolio_csv.vocabulary.instruments import (
    BOND_KINDS,
    BOND_NAME,
    CUSIP,
    INDEXED_BOND_NAME,
    POOLED,
)
from functions.shared.analysis.money import MONEY, to_cent

_HALF_CENT = Decimal("0.005")
_DECIMALS = 6, 12
"""Decimals of a derived price: as few as reproduce the value to the cent."""
_FACE_VALUE = 100
"""Bonds are quoted per 100 of face value, and their quantity is the face value."""
_ACCRUED_AT_MOST = Decimal("1.06")
_INDEXED = Decimal("0.9"), Decimal(4)


class Stated(NamedTuple):
    """The amounts stated in a line, and the words that identify a bond: its kind, identifier, and name.

    `is_ticker`: the identifier is a ticker, whose price is per share.
    """

    quantity: Decimal
    price: Decimal | None
    value: Decimal | None
    accrued: Decimal | None
    kind: str
    words: str
    is_ticker: bool = False


def price_of_unit(stated: Stated) -> Decimal | None:
    """Return the unit price such that quantity times price, to the cent, equals the stated value.

    None without price and value. Bonds are quoted per 100 of face value, without accrued interest; an indexed bond's
    value includes its index ratio. Raises ValueError with a message if the amounts contradict each other.
    """
    quantity, price, value = stated.quantity, stated.price, stated.value
    if value is None:
        return price / _FACE_VALUE if price is not None and _is_quoted_per_face(stated, price) else price
    if price is not None and not _agrees(stated, price, value):
        raise ValueError(
            "Quantity times price doesn't equal the value. Correct the line, or leave its price empty to use the value."
        )
    return _exact(quantity, price, value)


def _agrees(stated: Stated, price: Decimal, value: Decimal) -> bool:
    quantity = stated.quantity
    slack = _half_a_step(value, 0) + quantity * _half_a_step(price, 2) + price * _half_a_step(quantity, 3)
    product = quantity * price
    extra = stated.accrued or Decimal()
    if abs(product - value) <= slack or abs(product + extra - value) <= slack:
        return True
    per_face = product / _FACE_VALUE
    slack = slack / _FACE_VALUE + _half_a_step(value, 0)
    if abs(per_face - value) <= slack or abs(per_face + extra - value) <= slack:
        return True
    if _is_bond(stated):
        ratio = value / per_face
        is_indexed = INDEXED_BOND_NAME.search(stated.words) is not None
        return 1 <= ratio <= _ACCRUED_AT_MOST or (is_indexed and _INDEXED[0] <= ratio <= _INDEXED[1])
    return False


def _exact(quantity: Decimal, price: Decimal | None, value: Decimal) -> Decimal:
    """Return the stated price if it reproduces the value to the cent; otherwise derive one with more decimals."""
    cents = to_cent(value)
    if price is not None and abs(quantity * price - cents) < _HALF_CENT:
        return price
    least, most = _DECIMALS
    for decimals in range(least, most + 1):
        worked_out = (cents / quantity).quantize(Decimal(1).scaleb(-decimals), context=MONEY)
        if worked_out and abs(quantity * worked_out - cents) < _HALF_CENT:
            break
    if not 0 < worked_out <= PRICE.most:
        raise ValueError("No price of a unit follows from its quantity and value. Correct the line, or remove it.")
    return worked_out.normalize() if decimals_of(worked_out) < least else worked_out


def _is_bond(stated: Stated) -> bool:
    if stated.kind.casefold() in BOND_KINDS or BOND_NAME.search(stated.words):
        return True
    return _is_by_cusip(stated)


def _is_by_cusip(stated: Stated) -> bool:
    return any(map(CUSIP.fullmatch, stated.words.split(" ", 1)[:1]))


def _is_quoted_per_face(stated: Stated, price: Decimal) -> bool:
    """Return whether a price without a value is per 100: a bond kind or name, and a price near par."""
    if stated.is_ticker or not 20 <= price <= 200 or stated.quantity < _FACE_VALUE:
        return False
    if stated.kind.casefold() in BOND_KINDS:
        return True
    if BOND_NAME.search(stated.words) is None:
        return False
    has_coupon, is_pooled = "%" in stated.words, POOLED.search(stated.words) is not None
    return (has_coupon or not is_pooled) if _is_by_cusip(stated) else (has_coupon and not is_pooled)


def _half_a_step(number: Decimal, least_decimals: int) -> Decimal:
    """Return half of the last digit's unit. Assumes `least_decimals`, because spreadsheets drop trailing zeros."""
    exponent = number.as_tuple().exponent
    decimals = max(-exponent if isinstance(exponent, int) else 0, least_decimals)
    return Decimal(5).scaleb(-decimals - 1)
