"""Cents, and how a whole is divided into rounded parts that still sum to it."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
#: The step of a share in percent, as texts, tables and figures show it.
TENTH = Decimal("0.1")
WHOLE = Decimal(100)

#: The one rounding rule, and room for the product of two numeric(18, 6) with all its digits.
MONEY = Context(prec=60, rounding=ROUND_HALF_EVEN)


def to_cent(amount: Decimal) -> Decimal:
    """US dollars, rounded half-even to the cent."""
    return amount.quantize(CENT, context=MONEY)


def apportion(total: Decimal, weights: Sequence[Decimal | Fraction], unit: Decimal) -> list[Decimal]:
    """Divides `total` in proportion to `weights` into multiples of `unit` that sum to exactly `total`.

    The largest-remainder method (Hamilton's): each part is rounded down, then the units that are left go to the parts
    that lost most, earlier ones first. `total` is a multiple of `unit`; weights are not negative and not all zero,
    unless `total` is zero.
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


def shares(amounts: Sequence[Decimal]) -> list[Decimal]:
    """Percentages to a tenth that sum to exactly 100; of nothing, all zero."""
    return apportion(WHOLE if any(amounts) else Decimal(0), amounts, TENTH)
