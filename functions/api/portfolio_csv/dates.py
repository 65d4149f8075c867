"""The pricing date that a file states: "Date downloaded Nov-20-2026", "as of 09:26 PM ET, 11/20/2026"."""

import re
from collections.abc import Iterator
from datetime import date

_LONGEST = 300
_LONGEST_ALONE = 40
_SAYS_SO = re.compile(
    r"\b(?:as of|as at|downloaded|exported|generated|created|updated|date|period)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(r"\b(?:positions?|portfolio|holdings?|valuation|statement)\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?P<year>20\d\d)[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?!\d)",
        r"\b(?P<month>\d{1,2})[-/](?P<day>\d{1,2})[-/](?P<year>20\d\d)\b",
        r"(?<![-/\d])(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d\d)\b",
        r"\b(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d)\b",
        rf"\b{_MONTH}[-/ ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,|[-/])? ?(?P<year>20\d\d)\b",
        rf"\b(?P<day>\d{{1,2}})[-/ ]{_MONTH}[-/ ,]{{1,2}}(?P<year>20\d\d)\b",
        rf"\b{_MONTH} {{1,2}}(?P<day>\d{{1,2}}) \d\d:\d\d(?::\d\d)? (?:[A-Z]{{2,5}} )?(?P<year>20\d\d)\b",
    )
)
_YEAR = re.compile(r"20\d\d|/\d\d\b")
_ALONE = re.compile(
    r"[\d\s/.,:-]*(?:(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)?"
    r"[\d\s/.,:-]*(?:[ap]\.?m\.?)?[\s,]*(?:[a-z]{2,4})?",
    re.IGNORECASE,
)


def stated_date(text: str, *, is_title: bool = False) -> date | None:
    """Return the latest date after words such as "as of". The month precedes the day unless dots separate them.

    `is_title`: the text is alone on its line, so that "Portfolio 11/20/2026" and a plain date also count.
    """
    if len(text) > _LONGEST or not _YEAR.search(text):
        return None
    if says_so := _SAYS_SO.search(text):
        return _latest(text, says_so.start())
    is_dated = is_title and (_TITLE.search(text) or (len(text) <= _LONGEST_ALONE and _ALONE.fullmatch(text)))
    return _latest(text) if is_dated else None


def date_in_cell(text: str) -> date | None:
    """Return the date in a cell of a date column: "11/20/2026", "2026-11-20T16:00", "20261120"."""
    if len(text) > _LONGEST_ALONE:
        return None
    if len(text) == 8 and text.isdecimal() and text.startswith("20"):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return _latest(text)


def date_in_name(name: str) -> date | None:
    """Return the date in the name of a column: "Market value as of 11/20/2026 02:17 PM, ET"."""
    return _latest(name) if len(name) <= _LONGEST and _YEAR.search(name) else None


def _latest(text: str, start: int = 0) -> date | None:
    return max(_dates_in(text, start), default=None)


def _dates_in(text: str, start: int) -> Iterator[date]:
    for pattern in _DATES:
        for match in pattern.finditer(text, start):
            if (day := _date(match)) is not None:
                yield day


def _date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    month = _MONTHS.index(parts["name"].lower()) + 1 if "name" in parts else int(parts["month"])
    year = int(parts["year"])
    try:
        return date(year if year > 99 else 2000 + year, month, int(parts["day"]))
    except ValueError:
        return None
