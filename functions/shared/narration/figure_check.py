"""Checks that a quantity in a text matches one of our figures, to the precision shown."""

from collections.abc import Iterable
from decimal import Decimal

from functions.shared.narration.quantities import Kind, Quantity

_YEARS = range(1900, 2200)
#: Counts from here on may be rounded.
_LARGE = 1000
#: Trailing zeros may be due to rounding ($300,000 for $301,580) within this relative error.
_NEAR = Decimal("0.025")
_NEAR_ROUGH = Decimal("0.05")


def is_ours(quantity: Quantity, figures: Iterable[Quantity]) -> bool:
    """Return whether a figure of ours, rounded to the text's precision, has this quantity's value, kind, and sign."""
    return any(_same_kind(quantity, ours) and _same_sign(quantity, ours) and _near(quantity, ours) for ours in figures)


def _same_kind(quantity: Quantity, ours: Quantity) -> bool:
    match quantity.kind:
        case Kind.POINTS:  # in tables, the heading of a points column has the unit
            return ours.kind is Kind.POINTS or (ours.kind is Kind.PLAIN and not ours.noun)
        case Kind.PLAIN if quantity.noun == "percentile":
            return ours.kind is Kind.PERCENT or ours.noun == "percentile"
        case Kind.PLAIN if ours.kind is Kind.DOLLARS:
            return not quantity.noun and quantity.value >= _LARGE
        case Kind.PLAIN:
            return ours.kind in {Kind.PLAIN, Kind.POINTS} and (
                not quantity.noun or not ours.noun or quantity.noun == ours.noun
            )
        case _:
            return quantity.kind is ours.kind


def _same_sign(quantity: Quantity, ours: Quantity) -> bool:
    return not quantity.sign or quantity.sign == (ours.sign or "+")


def _near(quantity: Quantity, ours: Quantity) -> bool:
    distance = abs(quantity.value - ours.value)
    if not distance:
        return True
    if not quantity.value or _is_exact(quantity, ours):
        return False
    if quantity.is_rough and quantity.kind is not Kind.PERCENT:
        return distance <= quantity.step / 2 and distance <= _NEAR_ROUGH * ours.value
    return distance <= quantity.step / 2 or (distance <= _zeros(quantity) / 2 and distance <= _NEAR * ours.value)


def _is_exact(quantity: Quantity, ours: Quantity) -> bool:
    """Return whether the figure must not be rounded: dates, years, and small counts."""
    if quantity.kind is Kind.DATE:
        return True
    whole = ours.value == ours.value.to_integral_value()
    return (
        quantity.kind is Kind.PLAIN
        and ours.kind is Kind.PLAIN
        and whole
        and (ours.value < _LARGE or int(ours.value) in _YEARS)
    )


def _zeros(quantity: Quantity) -> Decimal:
    """Return one unit of the last nonzero digit left of the decimal point."""
    text = f"{quantity.value:f}"
    if "." in text:
        return quantity.step
    return Decimal(10) ** (len(text) - len(text.rstrip("0")))
