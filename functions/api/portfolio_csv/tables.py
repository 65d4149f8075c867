"""Finds the tables in a file, among the titles, dates, totals, and notes that brokers add.

A table is recognized by its header. A table without an account column belongs to the account in the title above it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import NamedTuple

from functions.api.limits import MAX_SKIPPED
from functions.api.portfolio_csv.currency import currency_in_sentence
from functions.api.portfolio_csv.dates import date_in_cell, date_in_name, stated_date
from functions.api.portfolio_csv.errors import Errors
from functions.api.portfolio_csv.headers import Columns, columns_of, may_be_header, resolve_as
from functions.api.portfolio_csv.records import Record
from functions.api.portfolio_csv.statement import is_statement, tables_of_statement
from functions.api.portfolio_csv.titles import title_of_account
from functions.api.portfolio_csv.vocabulary.columns import Meaning
from functions.api.portfolio_csv.vocabulary.currencies import USD
from functions.api.portfolio_csv.vocabulary.rows import (
    ABBREVIATED,
    LONGEST,
    STATES_CURRENCY,
    TOTAL,
    TOTAL_IN_CURRENCY,
    TRANSACTIONS,
)

WRITE_IN_FULL = "Write every amount in full, in US dollars."
_MOST_HEADER_CELLS = 12_000
"""Cells of lines without amounts, each a potential header. Files with more are slow to read and list no holdings."""
_MOST_FACTS = 3
"""Most cells in a line with a title, a date, or a currency; longer lines are table rows."""
_MONEY = re.compile(r"[$€£]|\d[.,]\d\d$|^[-\u2013]*$")
_CURRENT = re.compile(r"\b(?:current|market|mkt|last|closing|mark)\b")


class Kind(Enum):
    HOLDINGS = "holdings"
    TRANSACTIONS = "transactions"
    SALES = "sales"
    OPTION_QUOTES = "quotes of options"
    OTHER = "other"


class Owner(NamedTuple):
    """The account of a row, by its name and number in the file."""

    name: str
    number: str = ""


class Placed(NamedTuple):
    """A table row, with the title above it, if any."""

    record: Record
    title: Owner | None


class Note(NamedTuple):
    """A line outside the tables, and the reason it is skipped."""

    record: Record
    reason: str


@dataclass(slots=True)
class Table:
    kind: Kind
    header: Record
    columns: Columns
    rows: list[Placed] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """The content of a file. `currency` is set if a separate line states it for the whole file."""

    tables: list[Table] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    priced_on: date | None = None
    currency: str | None = None

    def of(self, *kinds: Kind) -> list[Table]:
        return [table for table in self.tables if table.kind in kinds]


def find_tables(records: list[Record], errors: Errors) -> Sheet:
    """Return the tables of a file in file order, and the lines around them."""
    reading = _Reading(errors)
    for record in _plain_tables(records):
        reading.read(record)
    for table in reading.sheet.tables:
        _look_into(table, reading.sheet)
    return reading.sheet


def _plain_tables(records: list[Record]) -> Iterator[Record]:
    return tables_of_statement(records) if records and is_statement(records[0]) else iter(records)


class _Reading:
    """Tracks the current table and title while reading."""

    def __init__(self, errors: Errors) -> None:
        self._errors = errors
        self._header_cells = 0
        self.sheet = Sheet()
        self._table: Table | None = None
        self._title: Owner | None = None

    def read(self, record: Record) -> None:
        if may_be_header(record.cells) and self._begin(record):
            return
        table = self._table
        reason = self._fact(record)
        if table is not None and table.kind is Kind.OTHER:
            self._take_title(table, record)
        if reason or table is None:
            self._note(record, reason or "A line outside the table of holdings.")
        else:
            table.rows.append(Placed(record, self._title))

    def _note(self, record: Record, reason: str) -> None:
        if len(self.sheet.notes) == MAX_SKIPPED:
            self._errors.refuse_skipped(record.line)
        self.sheet.notes.append(Note(record, reason))

    def _begin(self, record: Record) -> bool:
        """Start a table if the record is a header."""
        self._header_cells += len(record.cells)
        if self._header_cells > _MOST_HEADER_CELLS:
            self._errors.refuse("file", "Too many lines hold no amounts. Export the holdings only.", record.line)
        columns = columns_of(record.cells)
        kind = _kind_of(columns)
        if kind is None:
            return False
        if self._table is not None and columns.names == self._table.columns.names:
            self._note(record, "A repeated header.")
            if not self._table.rows or self._table.rows[-1].title == self._title:
                return True
        self._table = Table(kind, record, columns)
        self.sheet.tables.append(self._table)
        return True

    def _take_title(self, table: Table, record: Record) -> None:
        """Take the account from a summary above the holdings: E*TRADE files have no other title."""
        column = table.columns.at.get(Meaning.ACCOUNT)
        if column is not None and not table.rows and column.position < len(record.cells) >= 2:
            name = record.cells[column.position]
            if not TOTAL.fullmatch(name[:LONGEST]):
                self._title = Owner(name)

    def _fact(self, record: Record) -> str | None:
        """Read an account title, date, or currency from a line, and return which one it is."""
        filled = [cell for cell in record.cells if cell]
        if len(filled) > _MOST_FACTS:
            return None
        text = ", ".join(filled)
        if len(text) > 300:
            return None
        if len(text) <= LONGEST and ABBREVIATED.search(text):
            self._errors.add(record.line, "file", f"The amounts are in thousands or millions. {WRITE_IN_FULL}")
        day = stated_date(text, is_title=len(filled) == 1)
        if day is not None:
            self.sheet.priced_on = max(day, self.sheet.priced_on or day)
        currency = self._currency(text)
        if title := title_of_account(filled[0] if len(filled) == 1 else text):
            self._title = Owner(title)
            return "The title of an account."
        if currency is not None:
            return "The currency of the file."
        return "The date of the file." if day is not None else None

    def _currency(self, text: str) -> str | None:
        if len(text) > LONGEST or not (stated := STATES_CURRENCY.match(text)):
            return None
        currency = currency_in_sentence(stated["currency"])
        if currency is not None and (self.sheet.currency is None or currency != USD):
            self.sheet.currency = currency
        return currency


def _kind_of(columns: Columns) -> Kind | None:
    """Return None if the record isn't a header."""
    if columns.list_sales:
        return Kind.SALES
    if columns.list_option_quotes:
        return Kind.OPTION_QUOTES
    if columns.list_transactions and not _has_current_worth(columns):
        return Kind.TRANSACTIONS
    if columns.list_holdings and columns.known >= 2:
        return Kind.HOLDINGS
    return Kind.OTHER if columns.is_header else None


def _has_current_worth(columns: Columns) -> bool:
    """Return whether the table lists lots: purchase dates and prices next to current values."""
    paid = Meaning.COST in columns or Meaning.UNIT_COST in columns
    worth = [columns.at[meaning].name for meaning in (Meaning.PRICE, Meaning.VALUE) if meaning in columns]
    return columns.list_holdings and paid and any(map(_CURRENT.search, worth))


def _look_into(table: Table, sheet: Sheet) -> None:
    """Detect transactions by the words in the rows, and read the date from a date column."""
    if table.kind is not Kind.HOLDINGS:
        return
    at = table.columns.at
    if (amount := at.get(Meaning.AMBIGUOUS)) is not None and all(map(_MONEY.search, _cells(table, amount.position))):
        resolve_as(Meaning.VALUE, at, table.columns.repeated)
    if sheet.currency is None:
        sheet.currency = _currency_of_totals(table)
    if (action := at.get(Meaning.ACTION)) is not None:
        words = [cell for cell in _cells(table, action.position) if len(cell) <= LONGEST]
        if words and sum(TRANSACTIONS.fullmatch(word) is not None for word in words) * 2 > len(words):
            table.kind = Kind.TRANSACTIONS
            return
    named = [date_in_name(at[meaning].written) for meaning in (Meaning.PRICE, Meaning.VALUE) if meaning in at]
    sheet.priced_on = max([day for day in (*named, sheet.priced_on) if day is not None], default=None)
    if (column := at.get(Meaning.DATE)) is not None:
        cells = set(_cells(table, column.position))
        days = {day for day in map(date_in_cell, cells) if day is not None}
        if column.name == "date" and len(days) > 1:
            table.kind = Kind.TRANSACTIONS
        elif days:
            sheet.priced_on = max(days | ({sheet.priced_on} if sheet.priced_on else set()))


def _currency_of_totals(table: Table) -> str | None:
    """Return the currency that the label of a total names, preferring any other than US dollars."""
    codes: set[str] = set()
    for record, _ in table.rows:
        label = next((cell for cell in record.cells if cell), "")
        if len(label) <= LONGEST and "total" in label.lower() and (named := TOTAL_IN_CURRENCY.fullmatch(label)):
            codes.add(currency_in_sentence(named["currency"]) or "")
    codes.discard("")
    return min(codes - {USD} or codes, default=None)


def _cells(table: Table, position: int) -> list[str]:
    return [
        row.record.cells[position]
        for row in table.rows
        if position < len(row.record.cells) and row.record.cells[position]
    ]
