"""A job's events as a CSV file (RFC 4180) that a spreadsheet can open safely."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

FIELDS = ("seq", "at", "kind", "agent", "progress_percent", "message")
#: What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def events_csv(events: Iterable[Mapping[str, Any]]) -> str:
    """A header and a row an event; what is null is empty."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(FIELDS)
    writer.writerows([_cell(event[field]) for field in FIELDS] for event in events)
    return file.getvalue()


def _cell(value: Any) -> Any:
    """Text that would begin a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
