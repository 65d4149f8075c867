"""Cents, and the division of a total into rounded parts that sum to it."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
WHOLE = Decimal(100)

#: The single rounding rule, precise enough for the product of two numbers of 40 digits, the longest in a file.
MONEY = Context(prec=100, rounding=ROUND_HALF_EVEN)


def to_cent(amount: Decimal) -> Decimal:
    """Round US dollars half-even to the cent."""
    return amount.quantize(CENT, context=MONEY)


def apportion(total: Decimal, weights: Sequence[Decimal | Fraction], unit: Decimal) -> list[Decimal]:
    """Divide `total` in proportion to `weights` into multiples of `unit` that sum to exactly `total`.

    Uses the largest-remainder method (Hamilton's): each part is rounded down, then the remaining units go to the parts
    with the largest remainders, earlier ones first. `total` must be a multiple of `unit`; weights must not be negative,
    nor all zero unless `total` is zero. Raises ValueError if all weights are zero and `total` isn't.
    """
    units = int(total / unit)
    whole = sum((Fraction(weight) for weight in weights), Fraction())
    if not whole:
        if units:
            raise ValueError("nothing to divide by: all weights are zero")
        return [unit * 0 for _ in weights]
    exact = [Fraction(weight) * units / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_loss = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_loss[: units - sum(parts)]:
        parts[i] += 1
    return [part * unit for part in parts]
