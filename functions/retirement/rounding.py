"""Rounds each figure once, as coarsely as the error of the simulation demands."""

from decimal import ROUND_HALF_EVEN, Decimal
from math import floor, log10

_STEPS = (1, 2, 5, 10)


def whole_percent(fraction: float) -> int:
    """Return a chance in whole percent: with 10,000 paths, its standard error is at most half a point."""
    return round(100 * fraction)


def to_error(amount: float, error: float, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """Round US dollars to the first of 1, 2, 5, 10, 20, ... that is at least twice the standard error.

    So $31,247 with an error of $240 becomes $31,000. Without an error, the amount is rounded to the dollar.
    """
    unit = Decimal(1)
    if 2 * error > 1:
        power = Decimal(10) ** floor(log10(2 * error))
        unit = next(step * power for step in map(Decimal, _STEPS) if step * power >= Decimal(2 * error))
    return (Decimal(amount) / unit).quantize(Decimal(1), rounding=rounding) * unit


def to_step(amount: float) -> Decimal:
    """Round a percentile of wealth in steps of 1 to 2.5%, about its standard error: 1.02, 2.05 or 5.1 times 10^n.

    The same amounts become the same, and a larger one never becomes smaller, so percentiles stay in order.
    """
    unit = 1
    if amount >= 100:
        power = 10 ** floor(log10(amount))
        hundredths = 2 if amount < 2 * power else 5 if amount < 5 * power else 10
        unit = max(hundredths * power // 100, 1)
    return Decimal(round(amount / unit) * unit)
