"""The pricing date that a file states: "Date downloaded Nov-20-2026", "as of 09:26 PM ET, 11/20/2026"."""

import re
from datetime import date

_LONGEST = 300
_SAYS_SO = re.compile(
    r"\b(?:as of|downloaded|exported|generated|created|(?:statement|report)? ?(?:date|period))\b", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>20\d\d)[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})\b",
        r"\b(?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-/](?P<year>20\d\d)\b",
        rf"\b{_MONTH}[-/ ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,|[-/])? ?(?P<year>20\d\d)\b",
        rf"\b(?P<day>\d{{1,2}})[-/ ]{_MONTH}[-/ ,]{{1,2}}(?P<year>20\d\d)\b",
    )
)


def stated_date(text: str) -> date | None:
    """Return the latest date after such words, or None. The month precedes the day, as American brokers write it."""
    if len(text) > _LONGEST or not (says_so := _SAYS_SO.search(text)):
        return None
    found = [_date(match) for pattern in _DATES for match in pattern.finditer(text, says_so.start())]
    return max((day for day in found if day is not None), default=None)


def _date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    month = _MONTHS.index(parts["name"].lower()) + 1 if "name" in parts else int(parts["month"])
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None


def date_in_cell(text: str) -> date | None:
    """Return the date in a cell of a date column: "11/20/2026", "2026-11-20T16:00", "20261120"."""
    if len(text) > 40:
        return None
    if len(text) == 8 and text.isdecimal() and text.startswith("20"):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    found = [_date(match) for pattern in _DATES for match in pattern.finditer(text.replace("T", " "))]
    return max((day for day in found if day is not None), default=None)
