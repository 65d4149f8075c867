"""A CSV file as records: bytes to text to cells, each with its line, and what is wrong told line by line."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

ERRORS_TOLD = 100
"""So many are told in full; an answer with a sentence for each of 100,000 lines would help nobody."""

_SPREADSHEETS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\xd0\xcf\x11\xe0")
"""How zip archives (xlsx is one) and the older xls files begin."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SPACE_AFTER_QUOTE = re.compile(r'" ++(?=[,;\t\r\n])')
"""Some brokers pad after the closing quotation mark, which strict CSV forbids."""


@dataclass(frozen=True, slots=True)
class LineError:
    """What to change in a line; `line` counts from 1, `field` is a column's name, `header` or `file`.

    `message` is one sentence that names the line and never repeats what the line holds.
    """

    line: int
    field: str
    message: str


class UnreadableCsv(Exception):
    """The file can't be imported, and `errors` says what to change in it; `more` counts those beyond the first 100."""

    def __init__(self, errors: list[LineError], more: int = 0) -> None:
        super().__init__(f"The file can't be read: {len(errors) + more} things to correct.")
        self.errors = errors
        self.more = more


class Errors:
    """Collects what is wrong, so that one answer tells all of it."""

    def __init__(self) -> None:
        self._told: list[LineError] = []
        self._more = 0

    def add(self, line: int, field: str, what_to_do: str) -> None:
        """`what_to_do` goes on after "In line 3, " and needs no full stop."""
        self._add(LineError(line, field, f"In line {line}, {what_to_do}."))

    def refuse(self, field: str, sentence: str, line: int = 1) -> NoReturn:
        """Raises UnreadableCsv at once: what follows could not be understood."""
        self._add(LineError(line, field, sentence))
        raise UnreadableCsv(self._told, self._more)

    def raise_if_any(self) -> None:
        """Raises UnreadableCsv with all that was added."""
        if self._told:
            raise UnreadableCsv(self._told, self._more)

    def _add(self, error: LineError) -> None:
        if len(self._told) < ERRORS_TOLD:
            self._told.append(error)
        else:
            self._more += 1


class Record(NamedTuple):
    """The cells of one record, stripped, without the empty ones at its end; `line` is where it begins."""

    line: int
    cells: list[str]


def decode(body: bytes, errors: Errors) -> str:
    """The text of a file in UTF-8, or in UTF-16 with a byte order mark. Raises UnreadableCsv for anything else."""
    if body.startswith(_SPREADSHEETS):
        errors.refuse("file", "This is a spreadsheet or an archive: open it and export it as CSV.")
    if body.startswith(_UTF_16):
        text = _decode_utf_16(body, errors)
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            _refuse_other_encoding(errors, body.count(b"\n", 0, error.start) + 1)
    # API Gateway hands a CSV file over as text, with this character where bytes were no UTF-8.
    if (damage := text.find("\N{REPLACEMENT CHARACTER}")) >= 0:
        _refuse_other_encoding(errors, text.count("\n", 0, damage) + 1)
    if (nul := text.find("\0")) >= 0:
        line = text.count("\n", 0, nul) + 1
        errors.refuse(
            "file", f"Line {line} holds NUL characters, which text does not: save the file as CSV in UTF-8.", line
        )
    return _SPACE_AFTER_QUOTE.sub('"', text)


def _refuse_other_encoding(errors: Errors, line: int) -> NoReturn:
    errors.refuse("file", f"Line {line} is not in UTF-8: save the file as CSV in UTF-8.", line)


def _decode_utf_16(body: bytes, errors: Errors) -> str:
    try:
        return body.decode("utf-16")
    except UnicodeDecodeError:
        errors.refuse("file", "The file begins as UTF-16 and is not: save it as CSV in UTF-8.")


def records(text: str, errors: Errors, delimiter: str = ",") -> Iterator[Record]:
    """Every record that holds something; those that break the rules of CSV go to `errors`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            if str(error).startswith("field larger"):
                errors.add(line, "file", f"shorten the field that is longer than {csv.field_size_limit():,} characters")
            else:
                errors.add(line, "file", "close each quotation mark, and double those within a quoted field")
            continue
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Record(line, cells)
