"""Parses numbers as people, spreadsheets, and brokers write them: exactly, or not at all.

A length limit applies before conversion, so that parsing takes time linear in the cell's length.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from functions.api.limits import MAX_AMOUNT, MAX_PRICE
from functions.api.portfolio_csv.vocabulary.currencies import ALSO_DOLLARS, DOLLAR, NAMES, SIGNS, USD
from functions.api.portfolio_csv.vocabulary.rows import BLANKS

_LONGEST = 60
"""No valid amount needs more characters; longer cells aren't parsed."""
_MOST_DIGITS = 40
_PLAIN = re.compile(r"-?\$?(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,18})(?:\.[0-9]{1,20})?")
"""Matches nearly all cells; checked first because it is fast."""
_CUT_OFF = re.compile(r"0\d\d(?:\.\d*)?$")
""""000" and "011.50": what follows the comma of a number that isn't in quotation marks."""
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007\u2006\u2005\u2002\u2003\u3000", " "))
_SIGNS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-", "\u2019": "'", "\u02bc": "'", "\u00b4": "'"}
)
_PARTS = re.compile(
    r"(?P<opening>\()? ?(?P<sign>[-+])? ?(?P<before>[^\d\s().,'+-][^\d().,'+-]{0,8}?\.?)? ?(?P<late_sign>[-+])? ?"
    r"(?P<opening2>\()?(?P<digits>[\d.,' ]{0,50}\d[.,]?|[.,]?\d)(?P<small>[eE]-\d{1,2})? ?(?P<end_sign>[-+])? ?"
    r"(?P<after>[^\d\s().,'+-][^\d().,'+-]{0,8}?\.?)? ?(?P<closing>\)){0,1}"
)
_GROUPED = {
    mark: re.compile(
        rf"(?:\d{{1,3}}(?P<by>{group})\d{{3}}(?:(?P=by)\d{{3}}){{0,8}}|\d{{0,40}})(?:{re.escape(mark)}\d{{0,40}})?"
    )
    for mark, group in ((".", r"[,' ]"), (",", r"[.' ]"))
}
_AMOUNT_LIKE = re.compile(r"[^\d,.]{0,6}[\d,. '\u00a0\u202f\u2019]*\d[.,]?[^\d,.]{0,6}")
_ZERO, _NOT_ZERO = re.compile(r"0{1,3}(?:[.,]0{0,8})?"), re.compile(r"[1-9]")
_NOTHING = re.compile(r"\(?[-+]? ?(?P<currency>[^\d\s.,()+-]{0,4}) ?-{1,3}\)?")


class Mark(Enum):
    """The decimal mark; UNKNOWN if the numbers of a file are ambiguous."""

    DOT = "."
    COMMA = ","
    UNKNOWN = "?"


class Amount(NamedTuple):
    """A number, and the currency code shown in its cell, if any."""

    value: Decimal
    currency: str | None


class NotANumber(ValueError):
    """The cell contains no number, or an ambiguous one; the message describes the fix."""


class Limits(NamedTuple):
    """The range of one kind of amount. `example` shows the format; `below_zero` is the message for negative amounts."""

    what: str
    most: Decimal
    decimals: int
    example: str
    below_zero: str = ""
    zero: bool = False


_SHORT: Final = "A short position can't be analyzed. Remove the line to leave it out."
_DEBT: Final = "Cash below zero, such as a margin loan, can't be analyzed. Remove the line to leave it out."
_BELOW_ZERO: Final = (
    "A value below zero, such as a margin loan or a short position, can't be analyzed. Remove the line to leave it out."
)
QUANTITY = Limits("quantity", Decimal(MAX_AMOUNT), 18, "12.5", _SHORT)
PRICE = Limits("price", Decimal(MAX_PRICE), 12, "301.15")
VALUE = Limits("value", Decimal(1_000_000_000_000), 40, "3011.50", _BELOW_ZERO)
CASH = Limits("amount of cash", Decimal(MAX_AMOUNT), 40, "2500.00", _DEBT, zero=True)


def is_blank(text: str) -> bool:
    """Return whether the cell is empty or contains a "not applicable" mark."""
    return not text or (len(text) <= 14 and text.casefold() in BLANKS)


def read_number(text: str, mark: Mark = Mark.DOT) -> Amount:
    """Parse the exact number in a cell: "1,234.50", "$(1'234.50)", "US$ 12", "1.234,50 €", "-", "$ -" (zero).

    Raises NotANumber with a message that describes the fix and never repeats the cell.
    """
    if mark is not Mark.COMMA and len(text) <= 24 and _PLAIN.fullmatch(text) and not _CUT_OFF.match(text):
        is_open = mark is Mark.UNKNOWN and mark_in(text) is Mark.UNKNOWN
        if not is_open:
            currency = DOLLAR if "$" in text else None
            return Amount(Decimal(text.replace("$", "").replace(",", "")), currency)
    return _read(text, mark)


def number_or_none(text: str, mark: Mark = Mark.DOT) -> Amount | None:
    """Return the number in a cell; None if it contains none, or an ambiguous one."""
    try:
        return read_number(text, mark)
    except NotANumber:
        return None


@lru_cache(maxsize=4_096)
def _read(text: str, mark: Mark) -> Amount:
    if len(text) > _LONGEST:
        raise NotANumber("Write a plain number")
    if _CUT_OFF.fullmatch(text):
        raise NotANumber("looks like the end of a longer number. Put numbers that contain commas in quotation marks")
    cleaned = text.translate(_SPACES).translate(_SIGNS).strip()
    if nothing := _NOTHING.fullmatch(cleaned):
        sign = nothing["currency"]
        if sign and (currency := _currency(sign)):
            return Amount(Decimal(0), currency)
    parts = _PARTS.fullmatch(cleaned)
    if parts is None or not cleaned.isprintable():
        raise NotANumber("Write a plain number")
    opened = (parts["opening"] is not None) + (parts["opening2"] is not None)
    signs = [sign for sign in (parts["sign"], parts["late_sign"], parts["end_sign"]) if sign]
    if opened != (parts["closing"] is not None) or len(signs) + opened > 1:
        raise NotANumber("Write a plain number")
    currencies = {_currency(sign) for sign in (parts["before"], parts["after"]) if sign}
    if len(currencies) > 1 and currencies & (ALSO_DOLLARS | {USD}):
        currencies.discard(DOLLAR)  # "$12.50 CAD"
    if None in currencies or len(currencies) > 1:
        raise NotANumber("Write a plain number")
    value = _value(parts["digits"], mark)
    if parts["small"]:
        value = value.scaleb(int(parts["small"][1:]))
    is_negative = opened or "-" in signs
    return Amount(-value if is_negative else value, currencies.pop() if currencies else None)


def _value(digits: str, mark: Mark) -> Decimal:
    digits = digits.strip()
    here = mark_in(digits)
    if _ZERO.fullmatch(digits):
        return Decimal(0)
    if here is Mark.UNKNOWN and mark is Mark.UNKNOWN:
        raise NotANumber("can be read in two ways. Write it so that its comma or dot has one meaning, such as 1500.00")
    separator = (mark if here is Mark.UNKNOWN else here).value
    if mark is not Mark.UNKNOWN and separator != mark.value and separator in digits:
        raise NotANumber("uses another decimal mark than the file's other numbers. Use the same one everywhere")
    if not _GROUPED[separator].fullmatch(digits):
        raise NotANumber("Write a plain number")
    thousands = {".": ",", ",": "."}[separator]
    plain = digits.replace(thousands, "").replace("'", "").replace(" ", "").replace(",", ".")
    if not plain.isascii() or len(plain) > _MOST_DIGITS:
        raise NotANumber("Write a plain number")
    return Decimal(plain)


def _currency(sign: str) -> str | None:
    code = "".join(sign.upper().split())
    return SIGNS.get(code) or (code if code in NAMES else None)


def bounded(number: Decimal, limits: Limits) -> Decimal:
    """Return the number if it is within its limits. Raises ValueError with a message that describes the fix."""
    if number < 0:
        raise ValueError(limits.below_zero or f"Write a {limits.what} above zero.")
    if not number and not limits.zero:
        raise ValueError(f"Write a {limits.what} above zero.")
    if number > limits.most:
        raise ValueError(f"Write a {limits.what} of at most {limits.most:,}.")
    if decimals_of(number) > limits.decimals:
        raise ValueError(f"Round the {limits.what} to at most {limits.decimals} decimals.")
    return number


def decimals_of(number: Decimal) -> int:
    """Return the number of decimals without trailing zeros."""
    return len(f"{number:f}".partition(".")[2].rstrip("0"))


def mark_of(texts: Iterable[str]) -> Mark:
    """Return the decimal mark of a file, based on its unambiguous numbers.

    "1.234,56" and "12,5" use a comma, "1,234.56" and "12.5" a dot; "1.500" is ambiguous. If both occur, the mark is the
    dot, and numbers with a decimal comma are rejected.
    """
    seen = {mark_in(text) for text in texts if ("," in text or "." in text) and _may_be_amount(text)}
    if Mark.DOT in seen:
        return Mark.DOT
    return Mark.COMMA if Mark.COMMA in seen else Mark.UNKNOWN


def _may_be_amount(text: str) -> bool:
    """Return whether the cell may be a number that reveals the decimal mark. Zero doesn't."""
    return len(text) <= _LONGEST and _AMOUNT_LIKE.fullmatch(text) is not None and _NOT_ZERO.search(text) is not None


def mark_in(text: str) -> Mark:
    """Return UNKNOWN for a single separator before exactly three digits, DOT for a number without separators."""
    if len(text) > _LONGEST:
        return Mark.DOT
    last = max(text.rfind(","), text.rfind("."))
    if last < 0:
        return Mark.DOT
    separator = text[last]
    other = "." if separator == "," else ","
    if other in text:
        return Mark(separator) if text.count(separator) == 1 else Mark(other)
    if text.count(separator) > 1:
        return Mark(other)
    after = sum(map(str.isdigit, text[last:]))
    before = sum(map(str.isdigit, text[:last]))
    if after == 3 and 0 < before <= 3 and "'" not in text and not text[:last].lstrip("$-( ").startswith("0"):
        return Mark.UNKNOWN
    return Mark(separator)
