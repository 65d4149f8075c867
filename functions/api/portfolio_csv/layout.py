"""Finds the tables of holdings in a file, and says which cells of a record mean what.

Around and between them brokers write titles, dates, totals, notes and other tables. A table is known by its header; the
account of a table that has no column for it is the title above.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from functions.api.portfolio_csv.accounts import UNNAMED, account_label, title_of_account
from functions.api.portfolio_csv.amounts import Mark, mark_of
from functions.api.portfolio_csv.columns import Columns, Meaning, columns_of, lists_transactions, may_be_header
from functions.api.portfolio_csv.dates import stated_date
from functions.api.portfolio_csv.file import Errors, Record, records
from functions.api.portfolio_csv.statement import is_statement, tables_of_statement

_HEADER: Final = "account,symbol,quantity,price"
_DELIMITERS = (",", ";", "\t")
_PREAMBLE: Final = 100
"""Records before the first header at most; a file without one is not read to its end to find that out."""
_NOTHING = frozenset({"n/a", "na", "--", "-", "\u2013", "\u2014", "null", "none"})
"""How brokers write that an amount does not apply."""
_NO_TEXT = _NOTHING - {"na", "null", "none"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a record of a table of holdings says, as text still; what is empty or missing is an empty string.

    `account` is what the holding's account will be called; `owner` tells accounts apart whose labels are the same.
    """

    line: int
    account: str
    owner: tuple[str, str]
    symbol: str
    name: str
    quantity: str
    price: str
    value: str
    currency: str
    multiplier: str
    filled: int
    has_values: bool
    too_many_cells: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A record that lists no holding, wherever it stands."""

    line: int
    reason: str


class Layout:
    """The tables of one file. `priced_on` is known once its entries have been read to their end."""

    def __init__(self, text: str, errors: Errors) -> None:
        """Raises UnreadableCsv when no table of holdings is found, and says what is missing."""
        self._text, self._errors = text, errors
        self._delimiter = next((mark for mark in _DELIMITERS if _has_header(text, mark)), _DELIMITERS[0])
        self.priced_on: date | None = None
        self.mark = Mark.DOT
        if self._delimiter != _DELIMITERS[0]:
            # Where the comma does not separate columns it may separate fractions.
            self.mark = mark_of(_amounts(self._read(Errors())))

    def entries(self) -> Iterator[Entry | Note]:
        """Raises UnreadableCsv for a file without a header that is known."""
        return self._read(self._errors)

    def _read(self, errors: Errors) -> Iterator[Entry | Note]:
        lines = _records(self._text, errors, self._delimiter)
        reading = _Reading(errors)
        yield from reading.preamble(lines)
        for record in lines:
            if (entry := reading.read(record)) is not None:
                yield entry
        self.priced_on = reading.priced_on


class _Reading:
    """Where in the file we are: in which table, under which title."""

    def __init__(self, errors: Errors) -> None:
        self._errors = errors
        self._columns: Columns | None = None
        self._title: tuple[str, str] | None = None
        self._accounts_at: int | None = None
        self.priced_on: date | None = None

    def preamble(self, lines: Iterator[Record]) -> list[Note]:
        """What stands above the first table of holdings, whose header is read. Raises UnreadableCsv without one."""
        above: list[Record] = []
        for record in lines:
            if not lists_transactions(record.cells) and (columns := columns_of(record.cells)).list_holdings:
                self._begin(columns, record)
                return [Note(before.line, "It stands above the table of holdings.") for before in above]
            above.append(record)
            self._look_for_facts(record)
            if len(above) == _PREAMBLE:
                break
        _refuse(above, self._errors)
        return []

    def read(self, record: Record) -> Entry | Note | None:
        """None for what belongs to a table that has been told as a whole."""
        if may_be_header(record.cells):
            if lists_transactions(record.cells):
                self._columns = None
                return Note(record.line, "A table that lists no holdings begins here: none of it was read.")
            if (columns := columns_of(record.cells)).list_holdings:
                self._begin(columns, record)
                return Note(record.line, "The header comes again.")
        if title := self._look_for_facts(record):
            return Note(record.line, title)
        if self._columns is None:
            return None
        return self._entry(self._columns, record)

    def _begin(self, columns: Columns, header: Record) -> None:
        _check(columns, header, self._errors, is_titled=self._title is not None)
        self._columns, self._accounts_at = columns, None

    def _look_for_facts(self, record: Record) -> str | None:
        """Takes an account's title or the file's date from a record that holds one, and says which."""
        if self._accounts_at is not None and self._accounts_at < len(record.cells) >= 2:
            self._title, self._accounts_at = (record.cells[self._accounts_at], ""), None
        elif self._columns is None and may_be_header(record.cells):
            self._accounts_at = columns_of(record.cells).positions.get(Meaning.ACCOUNT)
        filled = [cell for cell in record.cells if cell]
        if len(filled) > 3:
            return None
        text = ", ".join(filled)
        day = stated_date(text)
        if day is not None:
            self.priced_on = max(day, self.priced_on or day)
        if title := title_of_account(filled[0] if len(filled) == 1 else text):
            self._title = (title, "")
            return "The title of an account."
        return "The date of the file." if day is not None else None

    def _entry(self, columns: Columns, record: Record) -> Entry:
        def text(meaning: Meaning) -> str:
            cell = columns.cell(meaning, record.cells)
            return "" if cell in _NO_TEXT and not columns.are_typed_by_hand else cell

        def amount(meaning: Meaning) -> str:
            cell = columns.cell(meaning, record.cells)
            return "" if len(cell) <= 4 and cell.casefold() in _NOTHING else cell

        owner = text(Meaning.ACCOUNT), text(Meaning.ACCOUNT_NUMBER)
        has_accounts = not {Meaning.ACCOUNT, Meaning.ACCOUNT_NUMBER}.isdisjoint(columns.positions)
        if not has_accounts:
            owner = self._title or (UNNAMED, "")
        return Entry(
            line=record.line,
            account=owner[0] if columns.are_typed_by_hand else account_label(*owner),
            owner=owner,
            symbol=text(Meaning.SYMBOL),
            name=text(Meaning.NAME),
            quantity=amount(Meaning.QUANTITY),
            price=amount(Meaning.PRICE),
            value=amount(Meaning.VALUE),
            currency=text(Meaning.CURRENCY),
            multiplier=amount(Meaning.MULTIPLIER),
            filled=sum(map(bool, record.cells)),
            has_values=Meaning.VALUE in columns,
            too_many_cells=len(record.cells) > columns.width,
        )


def _has_header(text: str, delimiter: str) -> bool:
    for _, record in zip(range(_PREAMBLE), _records(text, Errors(), delimiter), strict=False):
        if columns_of(record.cells).list_holdings:
            return True
    return False


def _records(text: str, errors: Errors, delimiter: str) -> Iterator[Record]:
    lines = records(text, errors, delimiter)
    first = next(lines, None)
    if first is None:
        return
    if is_statement(first):
        yield from tables_of_statement(first, lines)
        return
    yield first
    yield from lines


def _amounts(entries: Iterable[Entry | Note]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, Entry):
            yield from (entry.quantity, entry.price, entry.value)


def _check(columns: Columns, header: Record, errors: Errors, *, is_titled: bool) -> None:
    """Raises UnreadableCsv for a header that leaves open what an amount or an account is."""
    for name in columns.repeated:
        errors.add(header.line, "header", f"name the column {name} only once")
    has_account = is_titled or not {Meaning.ACCOUNT, Meaning.ACCOUNT_NUMBER}.isdisjoint(columns.positions)
    if not has_account and Meaning.VALUE not in columns:
        errors.add(header.line, "header", "add the column account to the header")
    if Meaning.QUANTITY not in columns and Meaning.PRICE not in columns:
        errors.add(header.line, "header", "add the column quantity to the header")
    if Meaning.PRICE not in columns and Meaning.VALUE not in columns:
        # One of them may be meant to be the price, by a name that is not known.
        for position, cell in columns.unknown:
            known = (
                f"remove the column {_quotable(cell)}" if cell else f"remove or name the unnamed column {position + 1}"
            )
            errors.add(header.line, "header", f"{known}, or name it price if that is what it is")
    errors.raise_if_any()


def _refuse(above: list[Record], errors: Errors) -> None:
    """Says what is missing in the record that comes closest to a header."""
    errors.raise_if_any()
    if not above:
        errors.refuse("file", f"The file is empty: begin it with a header of the columns {_HEADER}.")
    if any(lists_transactions(record.cells) for record in above):
        errors.refuse("header", "The file lists transactions: export the holdings, often called positions, instead.")
    known = {record.line: columns_of(record.cells).positions for record in above}
    line = max(known, key=lambda line: len(known[line]))
    if Meaning.SYMBOL not in known[line] and len(known[line]) < 2:
        errors.refuse("header", f"Begin the file with a header of the columns {_HEADER}.", above[0].line)
    for meaning in (Meaning.ACCOUNT, Meaning.SYMBOL, Meaning.QUANTITY):
        if meaning not in known[line]:
            errors.add(line, "header", f"add the column {meaning.value} to the header")
    errors.raise_if_any()


def _quotable(cell: str) -> str:
    """A column's name for a message: printable, and short enough to read."""
    shown = "".join(character if character.isprintable() else " " for character in cell[:40])
    return f'"{shown}…"' if len(cell) > len(shown) else f'"{shown}"'
