"""Reads the quantities in a text, ours or a model's: value, unit, and precision."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    DOLLARS = "dollars"
    PERCENT = "percent"
    POINTS = "points"
    """Percentage points."""
    PLAIN = "plain"
    """A count, an age, a year, an index; or an amount without a unit."""
    DATE = "date"
    """`value` is the day's ordinal."""
    FOREIGN = "foreign"
    """A unit that none of our figures uses, such as euros."""


@dataclass(frozen=True)
class Quantity:
    """`value` has no sign; `sign` is the written one, if any. `step` is one unit of the last digit shown.

    `noun` is the counted thing, in the singular. `is_rough` marks number words ("two million", "a third"), which aren't
    meant exactly. `start` and `end` are the position in the text.
    """

    value: Decimal
    kind: Kind
    step: Decimal
    start: int
    end: int
    sign: str = ""
    noun: str = ""
    is_rough: bool = False


@dataclass(frozen=True)
class Reading:
    """The quantities of a text in order; `is_clear` if every digit belongs to one of them."""

    quantities: tuple[Quantity, ...]
    is_clear: bool


_SMALL = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_SCALES = {
    "hundred": 100,
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_UNITS = {
    Kind.PERCENT: r"%|percent\b|per\ cent\b",
    Kind.POINTS: r"(?:percentage[ -])?points?\b|pp\b",
    Kind.DOLLARS: r"(?:US\ )?dollars?\b|USD\b|bucks\b",
    Kind.FOREIGN: r"euros?\b|pounds?\b|yen\b|francs?\b|cents?\b|basis\ points?\b|bps\b|times\b|x\b|°",
}
#: Nouns for counted things, mapped to a canonical one.
_NOUNS = {
    "account": "account",
    "holding": "holding",
    "position": "holding",
    "investment": "holding",
    "fund": "holding",
    "security": "holding",
    "securitie": "holding",
    "company": "company",
    "companie": "company",
    "stock": "company",
    "year": "year",
    "month": "month",
    "day": "day",
    "week": "week",
    "decade": "decade",
    "lives": "life",
    "life": "life",
    "live": "life",
    "path": "life",
    "simulation": "life",
    "scenario": "life",
    "percentile": "percentile",
}
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"  # strptime's names
_WORD = "|".join(sorted([*_SMALL, *_TENS], key=len, reverse=True))
_SPELLED = rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(list(_SMALL)[1:10])}))?|{'|'.join(_SMALL)})"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_SCALE = r"(?:(?<=\d)(?:k|m|mn|b|bn)\b|[ -]?(?:hundred|thousand|million|billion|trillion)\b)"
_UNIT = "|".join(f"(?P<{kind}>{unit})" for kind, unit in _UNITS.items())
_QUANTITY = re.compile(
    rf"""
    (?P<iso>\b\d{{4}}-\d\d-\d\d\b)
  | (?P<date>\b(?:(?:{_MONTHS})\ \d{{1,2}},\ \d{{4}}|\d{{1,2}}\ (?:{_MONTHS})\ \d{{4}})\b)
  | \b(?P<of>{_SPELLED}|\d+)\ (?:in|out\ of)\ (?:every\ )?(?P<every>{_SPELLED}|\d+)\b(?![.,]?\d|\ ?%)
  | \b(?:(?P<parts>a|an|one|two|three|four|seven|nine)[ -](?P<part>half|third|quarter|fifth|tenth)s?|(?P<half>half))\b
  | (?:(?<![\w.,$])(?P<sign>[+-]|minus\ ))?
    (?P<currency>US\$|USD\ |\$)?
    (?:(?<![\w.,])(?P<digits>{_DIGITS})|\b(?P<spelled>{_SPELLED}|a(?=\ (?:hundred|thousand|million|billion)\b))\b)
    (?P<ordinal>(?<=\d)(?:st|nd|rd|th)\b)?
    (?P<scale>{_SCALE})?
    (?:[ -]?(?:{_UNIT}))?
    (?!\w|[.,]\d)
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_NOUN = re.compile(
    rf"[ -](?:[a-z]+[ -]){{0,2}}?(?P<noun>{'|'.join(sorted(_NOUNS, key=len, reverse=True))})s?\b", re.IGNORECASE
)
_AGE = re.compile(r"\bage[sd]?(?: of)? $", re.IGNORECASE)
_JOINT = re.compile("\\s*(?:to|and|or|,|, and|\u2013|\u2014|-)\\s*", re.IGNORECASE)
#: Spelled-out numbers up to this one are quantities only before a known noun, unlike in "one of them" or "two things".
_ALWAYS_A_NUMBER = 10
_ROUGH_SHARE = Decimal("0.04")
_ROUGH_POINTS = Decimal("2.5")


def read(text: str) -> Reading:
    """Return all quantities in the text, ignoring Markdown emphasis."""
    text = text.replace("\u2212", "-").replace("\u00a0", " ").replace("*", " ")
    found = _joined(text, [quantity for match in _QUANTITY.finditer(text) if (quantity := _quantity(text, match))])
    rest = list(text)
    for quantity in found:
        rest[quantity.start : quantity.end] = " " * (quantity.end - quantity.start)
    return Reading(tuple(found), is_clear=not any(character.isnumeric() for character in rest))


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    if date := match["iso"] or match["date"]:
        return _date(date, start, end)
    if match["every"]:
        return _ratio(_value(match["of"]), _value(match["every"]), start, end)
    if part := match["part"] or match["half"]:
        parts = {"a": 1, "an": 1}.get(match["parts"] or "a") or _value(match["parts"])
        return _ratio(Decimal(parts), Decimal(_PARTS[part.lower()]), start, end)
    return _number(text, match)


def _number(text: str, match: re.Match[str]) -> Quantity | None:
    scale = Decimal(_SCALES.get((match["scale"] or "").strip(" -").lower(), 1))
    written = match["digits"] or match["spelled"]
    value = _value(written)
    decimals = len(written.partition(".")[2]) if match["digits"] else 0
    kind = next((kind for kind in _UNITS if match[kind.value]), Kind.PLAIN)
    if match["currency"]:
        kind = Kind.DOLLARS
    noun, counted = _noun(text, match) if kind is Kind.PLAIN else ("", False)
    if match["spelled"] and value <= _ALWAYS_A_NUMBER and scale == 1 and kind is Kind.PLAIN and not counted:
        return None
    sign = {"": "", "+": "+"}.get((match["sign"] or "").strip(), "-")
    step = Decimal(1).scaleb(-decimals) * scale
    return Quantity(value * scale, kind, step, *match.span(), sign, noun, is_rough=scale > 1)


def _noun(text: str, match: re.Match[str]) -> tuple[str, bool]:
    """Return the counted noun, and whether it follows immediately."""
    if _AGE.search(text[: match.start()]):
        return "age", True
    if match["ordinal"] and text[match.end() :].lower().startswith(" percentile"):
        return "percentile", True
    following = _NOUN.match(text, match.end())
    if following is None:
        return "", False
    return _NOUNS[following["noun"].lower()], following.group().strip(" -").lower().startswith(
        following["noun"].lower()
    )


def _value(written: str) -> Decimal:
    if written[0].isdigit() or written[0] == ".":
        return Decimal(written.replace(",", ""))
    words = written.lower().replace("-", " ").split()
    return Decimal(sum(_SMALL.get(word, _TENS.get(word, 1)) for word in words))


def _date(written: str, start: int, end: int) -> Quantity | None:
    for form in ("%Y-%m-%d", "%B %d, %Y", "%d %B %Y"):
        try:
            day = datetime.strptime(written, form).toordinal()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
        return Quantity(Decimal(day), Kind.DATE, Decimal(1), start, end)
    return None


def _ratio(of: Decimal, every: Decimal, start: int, end: int) -> Quantity | None:
    """Convert "one in twenty" or "a third" to a rough percentage."""
    if not every or of > every:
        return None
    percent = 100 * of / every
    step = 2 * min(_ROUGH_POINTS, percent * _ROUGH_SHARE)
    return Quantity(percent, Kind.PERCENT, step, start, end, is_rough=True)


def _joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """Apply the shared unit in "45 to 50 %" and "$3,000 to 4,000" to both numbers."""
    for place in reversed(range(len(found) - 1)):
        one, other = found[place], found[place + 1]
        if other.kind in {Kind.PERCENT, Kind.POINTS} and _is_bare(one) and _are_joined(text, one, other):
            found[place] = replace(one, kind=other.kind)
    for place in range(len(found) - 1):
        one, other = found[place], found[place + 1]
        if one.kind is Kind.DOLLARS and _is_bare(other) and _are_joined(text, one, other):
            found[place + 1] = replace(other, kind=one.kind)
    return found


def _is_bare(quantity: Quantity) -> bool:
    return quantity.kind is Kind.PLAIN and not quantity.noun


def _are_joined(text: str, one: Quantity, other: Quantity) -> bool:
    return _JOINT.fullmatch(text, one.end, other.start) is not None
