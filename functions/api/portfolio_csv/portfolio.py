"""Reads a whole file into accounts, or reports every line that is wrong."""

from collections.abc import Iterator
from decimal import Decimal

from functions.api.limits import MAX_LINES, MAX_POSITIONS, MAX_SKIPPED
from functions.api.portfolio_csv import foreign_currency
from functions.api.portfolio_csv.decoding import decode
from functions.api.portfolio_csv.draft import Draft, stated
from functions.api.portfolio_csv.errors import Errors, quoted
from functions.api.portfolio_csv.header_cells import is_ignorable
from functions.api.portfolio_csv.imported import FileWarning, ImportedPortfolio, SkippedLine
from functions.api.portfolio_csv.lots import resolve_lots
from functions.api.portfolio_csv.numbers import Mark, mark_of, number_or_none
from functions.api.portfolio_csv.prices import price_of_unit
from functions.api.portfolio_csv.records import read_records
from functions.api.portfolio_csv.row import Facts, Foreign, Kind, NotAnalyzed, Row, read_row, stray_money, stray_total
from functions.api.portfolio_csv.row_kinds import kind_of
from functions.api.portfolio_csv.tables import WRITE_IN_FULL, Owner, Sheet, Table, find_tables
from functions.api.portfolio_csv.tables import Kind as TableKind
from functions.api.portfolio_csv.totals import Line, resolve
from functions.api.portfolio_csv.unrecognized_file import EXPORT, refuse
from functions.api.portfolio_csv.vocabulary.columns import Meaning
from functions.api.portfolio_csv.vocabulary.rows import ABBREVIATED, LONGEST
from functions.shared.analysis.money import to_cent

_MAX_UNREADABLE = 1_000
_MAX_WARNINGS = 100
_SAMPLED = 50
"""Rows in which an unknown column is searched for amounts."""


def read_portfolio(body: bytes) -> ImportedPortfolio:
    """See `parse_portfolio_csv`."""
    errors = Errors()
    records, delimiter = read_records(decode(body, errors), errors)
    sheet = find_tables(records, errors)
    tables = sheet.of(TableKind.HOLDINGS)
    if not tables:
        refuse(records, sheet, errors)
    return _Reading(errors, sheet, tables, delimiter).portfolio()


class _Reading:
    """Reads one file whose tables of holdings are known."""

    def __init__(self, errors: Errors, sheet: Sheet, tables: list[Table], delimiter: str) -> None:
        self._errors, self._sheet, self._tables = errors, sheet, tables
        self._facts = Facts(_mark(tables, delimiter), sheet.currency)
        self._draft = Draft(errors)
        self._warnings: list[FileWarning] = []
        self._foreign: list[tuple[int, Foreign]] = []
        self._lines_read = 0
        self._unreadable = 0
        self._skipped = 0
        self._named: set[tuple[Owner, str]] = set()

    def portfolio(self) -> ImportedPortfolio:
        """Return the portfolio. Raises UnreadableCsv with every error."""
        for table in self._tables:
            _check_header(table, self._errors)
        self._errors.raise_if_any()
        lines = [line for table in self._tables for line in self._lines(table)]
        self._refuse_watch_list(lines)
        resolve_lots(lines)
        self._warnings += resolve(lines)
        for line in lines:
            self._draft.add(line)
        self._refuse_foreign(lines)
        self._errors.raise_if_any()
        if self._draft.is_empty:
            message = (
                "The file has a header but no holdings. Export the holdings, or add a line for each below the header."
            )
            self._errors.refuse("file", message, self._tables[0].header.line)
        self._skip_the_rest()
        self._warn()
        is_typed = all(table.columns.are_typed_by_hand for table in self._tables)
        return ImportedPortfolio(
            self._draft.accounts(typed_by_hand=is_typed),
            tuple(sorted(self._draft.skipped, key=lambda skipped: skipped.line)),
            self._sheet.priced_on,
            tuple(sorted(self._warnings, key=lambda warning: warning.line or 0)[:_MAX_WARNINGS]),
        )

    def _lines(self, table: Table) -> Iterator[Line]:
        """Yield the rows of a table with their kinds. A row without an account takes the account of the row above."""
        above: Owner | None = None
        is_reported = False
        for record, title in table.rows:
            row = read_row(record, table.columns, title or Owner(""), self._facts)
            is_inherited = False
            if table.columns.have_accounts:
                row.owner = row.owner_written()
                if above is not None and not any(row.owner):
                    row.owner, is_inherited = above, True
            line = self._line(row, table)
            if line is None:
                above = row.owner
                continue
            if row.has_amounts and line.kind is not Kind.TOTAL:
                above = row.owner if any(row.owner) else above
            if line.adds and is_inherited and not is_reported:
                is_reported = True
                message = f"Line {row.line}: the account is empty, so it counts as the account of the line above."
                self._warnings.append(FileWarning(row.line, message))
            self._stop_at_limits(line)
            yield line

    def _line(self, row: Row, table: Table) -> Line | None:
        """Return None for a row that was reported as an error."""
        try:
            kind, reason = kind_of(row)
        except Foreign as error:
            self._foreign.append((row.line, error))
            return None
        except NotAnalyzed as error:
            self._errors.add(row.line, error.field, str(error))
            return None
        worth = _worth(row, kind)
        return Line(row, table, kind, reason, None if worth is None else to_cent(worth))

    def _stop_at_limits(self, line: Line) -> None:
        """Reject an oversized file before reading the rest."""
        row = line.row
        self._lines_read += 1
        if self._lines_read > MAX_LINES:
            message = f"Over {MAX_LINES:,} lines list holdings. Export the positions without their lots."
            self._errors.refuse("file", message, row.line)
        self._unreadable += bool(row.wrong)
        if self._unreadable > _MAX_UNREADABLE:
            message = f"Over {_MAX_UNREADABLE:,} lines hold amounts that can't be read. Export the file again."
            self._errors.refuse("file", message, row.line)
        self._skipped += line.kind is Kind.SKIPPED or line.kind is Kind.TOTAL
        if self._skipped > MAX_SKIPPED:
            self._errors.refuse_skipped(row.line)
        if line.kind is Kind.HOLDING:
            self._named.add((row.owner, row.identity.symbol if row.identity else f"{row.symbol} {row.name}"))
        if len(self._named) > MAX_POSITIONS:
            message = f"Line {row.line}: at most {MAX_POSITIONS:,} positions can be imported."
            self._errors.refuse("file", message, row.line)

    def _refuse_watch_list(self, lines: list[Line]) -> None:
        """Report one error if every line has a price but neither a quantity nor a value."""
        rows = [line.row for line in lines if line.adds]
        if rows and all(row.price and row.quantity is None and row.value is None and not row.wrong for row in rows):
            message = f"Line {rows[0].line}: the table has prices but no quantities, like a watch list. {EXPORT}"
            self._errors.refuse("quantity", message, rows[0].line)

    def _refuse_foreign(self, lines: list[Line]) -> None:
        """Report one error if the whole file is in one foreign currency, otherwise one per line."""
        codes = {error.code for _, error in self._foreign}
        if len(codes) == 1 and not any(line.adds for line in lines):
            line, error = self._foreign[0]
            is_stated = any(error.hint is None for _, error in self._foreign)
            message = foreign_currency.of_file(error.code, None if is_stated else error.hint)
            self._errors.refuse("currency", message, line)
        for line, error in self._foreign:
            self._errors.add(line, error.field, str(error))

    def _skip_the_rest(self) -> None:
        """List the lines outside the tables of holdings, and the tables of other kinds."""
        mark = self._facts.mark
        for note in self._sheet.notes:
            self._draft.skip(SkippedLine(note.record.line, note.reason, _money_in(note.record.cells, mark)))
        for table in self._sheet.tables:
            if table.kind is TableKind.HOLDINGS:
                continue
            last = table.rows[-1].record.line if table.rows else None
            what = "A table without holdings." if table.kind is TableKind.OTHER else f"A table of {table.kind.value}."
            self._draft.skip(SkippedLine(table.header.line, what, last_line=last))
            for record, _ in table.rows if table.kind is TableKind.OTHER else ():
                if (amount := _money_in(record.cells, mark)) is not None:
                    self._draft.skip(SkippedLine(record.line, "A line of a table without holdings.", amount))

    def _warn(self) -> None:
        for table in self._tables:
            for column in table.columns.all:
                if column.meaning is None and not is_ignorable(column) and _holds_amounts(table, column.position):
                    message = f"The column {quoted(column.written)} wasn't recognized, so its amounts were ignored."
                    self._warnings.append(FileWarning(table.header.line, message))
        if self._sheet.priced_on is None and self._draft.has_prices:
            self._warnings.append(FileWarning(None, "The file states no date, so its prices count as today's."))


def _mark(tables: list[Table], delimiter: str) -> Mark:
    """Return the decimal mark. An ambiguous file with comma-separated columns is assumed to be American."""
    mark = mark_of(_amounts(tables))
    return Mark.DOT if mark is Mark.UNKNOWN and delimiter == "," else mark


def _amounts(tables: list[Table]) -> Iterator[str]:
    for table in tables:
        at = table.columns.at
        positions = [at[m].position for m in (Meaning.QUANTITY, Meaning.PRICE, Meaning.VALUE) if m in at]
        for record, _ in table.rows:
            cells = record.cells
            yield from (cells[position] for position in positions if position < len(cells))


def _check_header(table: Table, errors: Errors) -> None:
    """Report a header that leaves the meaning of an amount open."""
    columns, line = table.columns, table.header.line
    for named in columns.at.values():
        if ABBREVIATED.search(named.written[:LONGEST]):
            errors.add(
                line, "header", f"The column {quoted(named.written)} is in thousands or millions. {WRITE_IN_FULL}"
            )
    if columns.currency_abroad is not None:
        return  # reported per line, unless the lines state US dollars
    if (column := columns.at.get(Meaning.AMBIGUOUS)) is not None:
        name = quoted(column.written)
        errors.add(line, "header", f"The column {name} may hold units or dollars. Name it quantity or value.")
    elif Meaning.PRICE not in columns and Meaning.VALUE not in columns:
        # An unknown column may be the price.
        for unknown in columns.all:
            is_unknown = unknown.meaning is None and (not unknown.name or not is_ignorable(unknown))
            if is_unknown and _holds_amounts(table, unknown.position):
                name = f"the column {quoted(unknown.written)}" if unknown.written else f"column {unknown.position + 1}"
                what_to_do = "Name it price or value if that is what it holds, or remove it."
                errors.add(line, "header", f"Alex doesn't recognize {name}. {what_to_do}")


def _worth(row: Row, kind: Kind) -> Decimal | None:
    """Return the amount that a row adds to a total, or the amount it is skipped with."""
    if kind is Kind.SKIPPED:
        return row.worth if row.has_amounts else stray_money(row)
    if kind in {Kind.TOTAL, Kind.MAYBE_TOTAL}:
        stated_total = row.value or row.price
        return stated_total.value if stated_total else stray_total(row)
    if kind is not Kind.HOLDING or row.value is not None or row.wrong:
        return row.worth
    quantity, price = row.quantity, row.price
    if quantity is None or price is None or quantity.value <= 0:
        return None
    unit = price_of_unit(stated(row, quantity.value, price.value, None))
    return None if unit is None else quantity.value * unit


def _money_in(cells: list[str], mark: Mark) -> Decimal | None:
    """Return the first amount of money in a line outside the tables of holdings."""
    for cell in cells:
        text = cell.rpartition(":")[2].strip()
        is_like_money = text and text[-1] in "0123456789)" and ("$" in text or text[-3:-2] in {".", ","})
        if is_like_money and (amount := number_or_none(text, mark)) is not None:
            return to_cent(amount.value)
    return None


def _holds_amounts(table: Table, position: int) -> bool:
    rows = (record.cells for record, _ in table.rows[:_SAMPLED])
    return any(position < len(cells) and number_or_none(cells[position]) is not None for cells in rows)
