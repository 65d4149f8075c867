"""Splits text into records: detects the delimiter and parses the cells of every line."""

import csv
import io
import re
from typing import NamedTuple

from functions.api.limits import MAX_CELLS, MAX_RECORDS
from functions.api.portfolio_csv.errors import Errors
from functions.api.portfolio_csv.headers import columns_of, may_be_header

_DELIMITERS = ",;\t|"
_SNIFFED = 60
"""Lines used to detect the delimiter."""
_WIDEST_HEADER = 100
_SPACE_AFTER_QUOTE = re.compile(r'" {1,20}(?=[,;\t|\r\n])')
"""Some brokers pad after the closing quotation mark, which strict CSV forbids."""
_CURLY_FIELD = re.compile(r"(?:^|[,;\t|])[ ]{0,5}[\u201c\u201f\u201e]", re.MULTILINE)
_CURLY = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"'})
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_FORMULA = re.compile(r'(^|[,;\t|])="([^"\r\n]*)"(?=[,;\t|\r\n]|$)', re.MULTILINE)
"""Spreadsheets write ="0123" to keep the leading zeros of a number."""


class Record(NamedTuple):
    """The stripped cells of one record, without trailing empty ones; `line` is its first line."""

    line: int
    cells: list[str]


def read_records(text: str, errors: Errors) -> tuple[list[Record], str]:
    """Return every non-empty record, and the delimiter. Raises UnreadableCsv for more than MAX_RECORDS.

    Malformed records are added to `errors`.
    """
    text, lines_cut = _without_separator_line(text)
    if '"' in text:
        text = _SPACE_AFTER_QUOTE.sub('"', text)
        if '="' in text:
            text = _FORMULA.sub(r'\1"\2"', text)
    elif "\u201c" in text and _CURLY_FIELD.search(text):
        text = text.translate(_CURLY)
    records, delimiter = _parsed(text, lines_cut, errors)
    if (inner := _inside_quotes(records)) is not None:
        return _parsed(inner, 0, errors)
    return records, delimiter


def _inside_quotes(records: list[Record]) -> str | None:
    """Return the lines of a file in which each whole line is in quotation marks; None for other files."""
    if len(records) < 2 or any(len(record.cells) > 1 or "\n" in record.cells[0] for record in records):
        return None
    if not any(records[0].cells[0].count(delimiter) for delimiter in _DELIMITERS):
        return None
    lines = [""] * records[-1].line
    for record in records:
        lines[record.line - 1] = record.cells[0]
    return "\n".join(lines)


def _parsed(text: str, lines_cut: int, errors: Errors) -> tuple[list[Record], str]:
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    found: list[Record] = []
    while True:
        line = reader.line_num + 1 + lines_cut
        try:
            cells = next(reader)
        except StopIteration:
            return found, delimiter
        except csv.Error as error:
            errors.add(line, "file", _broken(error))
            continue
        if not any(cells):
            continue
        if len(cells) > MAX_CELLS:
            errors.refuse("file", f"Line {line}: it has more than {MAX_CELLS} cells. Export the holdings only.", line)
        cells = [cell.strip() for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append(Record(line, cells))
            if len(found) > MAX_RECORDS:
                errors.refuse(
                    "file",
                    f"The file has more than {MAX_RECORDS:,} lines. Export the holdings only, without transactions.",
                    line,
                )


def _without_separator_line(text: str) -> tuple[str, int]:
    """Remove the "sep=;" line that Excel puts at the start of some files."""
    found = _SEPARATOR_LINE.match(text)
    return (text[found.end() :], 1) if found else (text, 0)


def _broken(error: csv.Error) -> str:
    if str(error).startswith("field larger"):
        return f"a cell is longer than {csv.field_size_limit():,} characters. Shorten it, or remove the line."
    return "its quotation marks don't match. Close each one, and double those inside a quoted cell."


def _delimiter(text: str) -> str:
    """Return the character that produces the best header, or else splits most lines evenly."""
    sample = "\n".join(text[:20_000].splitlines()[:_SNIFFED])
    return max(_DELIMITERS, key=lambda delimiter: (*_fit(sample, delimiter), -_DELIMITERS.index(delimiter)))


def _fit(sample: str, delimiter: str) -> tuple[int, int]:
    """Return the number of known columns in the best header, and the number of cells in lines of equal width."""
    if delimiter not in sample:
        return 0, 0
    widths: dict[int, int] = {}
    known = 0
    # Not strict: an unclosed quotation mark is reported when the records are read.
    for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True):
        if len(cells) > 1:
            widths[len(cells)] = widths.get(len(cells), 0) + 1
        if may_be_header(cells) and len(cells) <= _WIDEST_HEADER:
            known = max(known, columns_of([cell.strip() for cell in cells]).known)
    even = max((min(width, 12) * count for width, count in widths.items()), default=0)
    return known if known > 1 else 0, even
