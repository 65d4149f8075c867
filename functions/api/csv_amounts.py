"""Numbers as people and spreadsheets write them, read exactly or refused with a phrase that says what to write."""

import re
from decimal import Decimal
from typing import NamedTuple

_LONGEST = 40
"""No amount within any limit needs more characters; longer ones are not even looked at."""
_NUMBER = re.compile(
    r"(?P<opening>\()?(?P<sign>[-+\u2212])?(?P<dollar>\$)?(?P<late_sign>[-+\u2212])?"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<fraction>\.[0-9]*)?(?(opening)\))"
)


class Limits(NamedTuple):
    """What an amount of one kind may be. `example` shows how to write one."""

    what: str
    most: Decimal
    decimals: int
    example: str
    dollar_sign: bool
    zero: bool = False


QUANTITY = Limits("quantity", Decimal(1_000_000_000), 6, "12.5", dollar_sign=False)
PRICE = Limits("price", Decimal(10_000_000), 6, "301.15", dollar_sign=True)
CASH = Limits("quantity of CASH", Decimal(1_000_000_000), 2, "2500.00", dollar_sign=True, zero=True)


def read_amount(text: str, limits: Limits) -> Decimal:
    """Exactly what is written: "1,234.50" is 1234.50, and "$1,234.50" too where a dollar sign makes sense.

    Raises ValueError with a phrase such as "round the price to at most 6 decimals"; it never repeats the text.
    """
    number = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    digits = ((number["whole"] or "") + (number["fraction"] or "")).replace(",", "") if number else ""
    if number is None or digits in {"", "."} or (number["sign"] and number["late_sign"]):
        raise ValueError(f"write the {limits.what} as a plain number such as {limits.example}")
    if number["dollar"] and not limits.dollar_sign:
        raise ValueError(f"write the {limits.what} as a number of units, without a dollar sign")

    value = Decimal(digits)
    is_negative = bool(number["opening"]) or (number["sign"] or number["late_sign"] or "+") != "+"
    if (is_negative and value) or (not value and not limits.zero):
        raise ValueError(f"write a {limits.what} {'of zero or more' if limits.zero else 'above zero'}")
    if value > limits.most:
        raise ValueError(f"write a {limits.what} of at most {limits.most:,}")
    if len(digits.partition(".")[2].rstrip("0")) > limits.decimals:
        raise ValueError(f"round the {limits.what} to at most {limits.decimals} decimals")
    return value
