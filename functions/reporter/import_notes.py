"""Warnings about the imported files, as lines of the data quality chapter."""

from itertools import groupby

from functions.shared.analysis.quality import DataQuality
from functions.shared.analysis.wording import count, day, markdown

WARNINGS_SHOWN = 20
WARNING_LENGTH = 300


def import_notes(quality: DataQuality) -> list[str]:
    """Return one line per day of import, latest first. Escapes the warnings, because they quote column names."""
    shown = quality.import_warnings[:WARNINGS_SHOWN]
    lines = [
        f"- **Your file of {day(on)}:** {' '.join(markdown(warning.message, WARNING_LENGTH) for warning in warnings)}"
        for on, warnings in groupby(shown, key=lambda warning: warning.imported_on)
    ]
    if more := len(quality.import_warnings) - len(shown):
        lines.append(f"- {count(more, 'further warning')} about your files {'was' if more == 1 else 'were'} left out.")
    return lines
