"""Numbers as people, spreadsheets and brokers write them: read exactly, or refused with what to do."""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

_LONGEST = 40
"""No amount within any limit needs more characters; longer ones are not even looked at."""
_SIGN = r"[-+\u2212]"
_NUMBER = re.compile(
    rf"(?P<opening>\()?(?P<sign>{_SIGN})?(?P<dollar>\$)?(?P<late_sign>{_SIGN})?"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<fraction>\.[0-9]*)?(?(opening)\))"
)
_SWAP = str.maketrans(",.", ".,")


class Mark(Enum):
    """Which character separates the whole from its fraction; UNKNOWN where a file's numbers do not tell."""

    DOT = "."
    COMMA = ","
    UNKNOWN = "?"


class Limits(NamedTuple):
    """What an amount of one kind may be. `example` shows how to write one, `below_zero` says what to do about debts.

    Without `decimals` any number of them is read.
    """

    what: str
    most: Decimal
    decimals: int | None
    example: str
    dollar_sign: bool
    zero: bool = False
    below_zero: str = ""


_SHORT = "remove the line to leave it out: a short position can't be analysed"
_DEBT = "remove the line to leave it out: cash below zero, as of a margin loan, can't be analysed"

QUANTITY = Limits("quantity", Decimal(1_000_000_000), 6, "12.5", dollar_sign=False, below_zero=_SHORT)
PRICE = Limits("price", Decimal(10_000_000), 6, "301.15", dollar_sign=True)
CASH = Limits("quantity of CASH", Decimal(1_000_000_000), 2, "2500.00", dollar_sign=True, zero=True, below_zero=_DEBT)
VALUE = Limits("value", QUANTITY.most * PRICE.most, None, "3011.50", dollar_sign=True, zero=True, below_zero=_SHORT)
CASH_VALUE = CASH._replace(what="value", decimals=None)


def read_amount(text: str, limits: Limits, mark: Mark = Mark.DOT) -> Decimal:
    """Exactly what is written: "1,234.50" is 1234.50, and "$1,234.50" too where a dollar sign makes sense.

    Raises ValueError with a phrase such as "round the price to at most 6 decimals"; it never repeats the text.
    """
    if mark is Mark.UNKNOWN and _mark_in(text) is Mark.UNKNOWN:
        raise ValueError(f"write the {limits.what} so that its comma or dot has one meaning only, such as 1500.00")
    number = _NUMBER.fullmatch(text if mark is not Mark.COMMA else text.translate(_SWAP)) if _is_short(text) else None
    digits = ((number["whole"] or "") + (number["fraction"] or "")).replace(",", "") if number else ""
    if number is None or digits in {"", "."} or (number["sign"] and number["late_sign"]):
        raise ValueError(f"write the {limits.what} as a plain number such as {limits.example}")
    if number["dollar"] and not limits.dollar_sign:
        raise ValueError(f"write the {limits.what} as a number of units, without a dollar sign")

    value = Decimal(digits)
    is_negative = bool(number["opening"]) or (number["sign"] or number["late_sign"] or "+") != "+"
    if is_negative and value and limits.below_zero:
        raise ValueError(limits.below_zero)
    if (is_negative and value) or (not value and not limits.zero):
        raise ValueError(f"write a {limits.what} {'of zero or more' if limits.zero else 'above zero'}")
    if value > limits.most:
        raise ValueError(f"write a {limits.what} of at most {limits.most:,}")
    if limits.decimals is not None and len(digits.partition(".")[2].rstrip("0")) > limits.decimals:
        raise ValueError(f"round the {limits.what} to at most {limits.decimals} decimals")
    return value


def mark_of(texts: Iterable[str]) -> Mark:
    """The decimal mark that the numbers of one file share, by those that can be read in one way only.

    "1.234,56" and "12,5" have a comma, "1,234.56" and "12.5" a dot; "1.500" may be either. Where both are seen the dot
    counts, and reading the others tells of them.
    """
    seen = {_mark_in(text) for text in texts if "," in text or "." in text}
    if Mark.DOT in seen:
        return Mark.DOT
    return Mark.COMMA if Mark.COMMA in seen else Mark.UNKNOWN


def _mark_in(text: str) -> Mark:
    """UNKNOWN for a single separator before exactly three digits; DOT for a number without any."""
    if not _is_short(text):
        return Mark.DOT
    marks = [character for character in text if character in ",."]
    if not marks:
        return Mark.DOT
    last = marks[-1]
    if len(marks) == 1:
        before, _, after = text.rpartition(last)
        before, after = ("".join(filter(str.isdigit, part)) for part in (before, after))
        if len(after) == 3 and 0 < len(before) <= 3 and before != "0":
            return Mark.UNKNOWN
    elif marks.count(last) > 1:  # it separates thousands
        last = "." if last == "," else ","
    return Mark(last)


def _is_short(text: str) -> bool:
    return len(text) <= _LONGEST
