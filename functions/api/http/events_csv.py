"""A job's events as CSV (RFC 4180) that is safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

FIELDS = ("seq", "at", "kind", "agent", "progress_percent", "message")
#: Leading characters that make a spreadsheet treat a cell as a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def events_csv(events: Iterable[Mapping[str, Any]]) -> str:
    """Return a header and one row per event. Nulls become empty cells."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(FIELDS)
    writer.writerows([_cell(event[field]) for field in FIELDS] for event in events)
    return file.getvalue()


def _cell(value: Any) -> Any:
    """Prefix text that could start a formula with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
