"""A row of a table of holdings: its cells by meaning, and its amounts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from functions.api.portfolio_csv import foreign_currency
from functions.api.portfolio_csv.headers import Columns
from functions.api.portfolio_csv.identity import (
    Identity,
    currency_of_listing,
    identity_of_symbol,
    looks_like_ticker,
    ticker_in_name,
)
from functions.api.portfolio_csv.numbers import Amount, Mark, NotANumber, is_blank, number_or_none, read_number
from functions.api.portfolio_csv.records import Record
from functions.api.portfolio_csv.tables import Owner
from functions.api.portfolio_csv.vocabulary.columns import MAY_HOLD_TICKERS, Meaning
from functions.api.portfolio_csv.vocabulary.currencies import NAMES


class Kind(Enum):
    HOLDING = "holding"
    CASH = "cash"
    TOTAL = "total"
    MAYBE_TOTAL = "total, or a holding named so"
    LABEL = "words and a value: a heading's sum, or a holding without identifier"
    LOT = "lot"
    SKIPPED = "skipped"


class NotAnalyzed(ValueError):
    """A row has a value but can't be represented; `field` is its column."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Foreign(NotAnalyzed):
    """An amount in another currency, `code`: stated in the file, or only implied by `hint`, such as "The exchange"."""

    def __init__(self, code: str, subject: str = "the amounts are", *, hint: str | None = None) -> None:
        self.code, self.hint = code, hint
        super().__init__("currency", foreign_currency.of_line(code, subject, hint))


@dataclass(slots=True)
class Row:
    """A row of a table of holdings. Missing amounts are None; `wrong` contains the unreadable ones."""

    line: int
    columns: Columns
    cells: list[str]
    owner: Owner
    symbol: str
    name: str
    kind: str
    identity: Identity | None
    quantity: Amount | None
    price: Amount | None
    value: Amount | None
    wrong: dict[Meaning, str]
    currency_stated: str | None
    mark: Mark

    @property
    def label(self) -> str:
        """The row's symbol or name, or its first cell with text."""
        return self.symbol or self.name or next((cell for cell in self.cells if cell), "")

    @property
    def has_amounts(self) -> bool:
        return bool(self.quantity or self.price or self.value or self.wrong)

    def owner_written(self) -> Owner:
        """Return the account from the row's own cells, unchanged if typed by hand."""
        if self.columns.are_typed_by_hand:
            return Owner(_cell(self.columns, Meaning.ACCOUNT, self.cells))
        return Owner(self.text(Meaning.ACCOUNT), self.text(Meaning.ACCOUNT_NUMBER))

    def text(self, meaning: Meaning) -> str:
        return _text(self.columns, meaning, self.cells)

    def amount(self, meaning: Meaning) -> Amount | None:
        """Return an optional amount; None if the cell can't be read."""
        cell = _cell(self.columns, meaning, self.cells)
        return None if is_blank(cell) else number_or_none(cell, self.mark)

    @property
    def is_identified(self) -> bool:
        """Whether the row has a ticker, a CUSIP, or a code in an identifier column, not just words."""
        return self.identity is not None or bool(self.text(Meaning.IDENTIFIER))

    @property
    def has_only_value(self) -> bool:
        return self.value is not None and self.quantity is None and self.price is None and not self.wrong

    @property
    def worth(self) -> Decimal | None:
        """The value of the row, in its own currency."""
        if self.value is not None:
            return self.value.value
        if self.quantity is not None and self.price is not None:
            return self.quantity.value * self.price.value
        return None


class Facts(NamedTuple):
    """File-wide facts: the decimal mark, and the currency stated in a separate line."""

    mark: Mark
    currency: str | None


def read_row(record: Record, columns: Columns, owner: Owner, facts: Facts) -> Row:
    """Read a row as written, without rejecting anything."""
    cells = record.cells
    symbol, name = _text(columns, Meaning.SYMBOL, cells), _text(columns, Meaning.NAME, cells)
    if not symbol and _may_be_ticker(columns, name) and _text(columns, Meaning.QUANTITY, cells):
        symbol = name
    wrong: dict[Meaning, str] = {}
    return Row(
        line=record.line,
        columns=columns,
        cells=cells,
        owner=owner,
        symbol=symbol,
        name=name,
        kind=_text(columns, Meaning.KIND, cells),
        identity=_identity(columns, cells, symbol, name),
        quantity=_amount(columns, Meaning.QUANTITY, cells, facts.mark, wrong),
        price=_amount(columns, Meaning.PRICE, cells, facts.mark, wrong),
        value=_amount(columns, Meaning.VALUE, cells, facts.mark, wrong),
        wrong=wrong,
        currency_stated=facts.currency,
        mark=facts.mark,
    )


def _may_be_ticker(columns: Columns, name: str) -> bool:
    column = columns.at.get(Meaning.NAME)
    is_open = column is not None and column.name in MAY_HOLD_TICKERS and Meaning.SYMBOL not in columns
    return is_open and looks_like_ticker(name)


def _amount(
    columns: Columns, meaning: Meaning, cells: list[str], mark: Mark, wrong: dict[Meaning, str]
) -> Amount | None:
    cell = _cell(columns, meaning, cells)
    if not cell or is_blank(cell):
        return None
    try:
        if cell in NAMES and (beside := _beside(columns, meaning, cells)):
            return Amount(read_number(beside, mark).value, cell)
        return read_number(cell, mark)
    except NotANumber as error:
        wrong[meaning] = str(error)
        return None


def _beside(columns: Columns, meaning: Meaning, cells: list[str]) -> str:
    """Return the next column's cell if that column has no name: some headers span a currency and its amount."""
    position = columns.at[meaning].position + 1
    is_unnamed = position < columns.width and not columns.all[position].written
    return cells[position] if is_unnamed and position < len(cells) else ""


def _cell(columns: Columns, meaning: Meaning, cells: list[str]) -> str:
    column = columns.at.get(meaning)
    return cells[column.position] if column is not None and column.position < len(cells) else ""


def _text(columns: Columns, meaning: Meaning, cells: list[str]) -> str:
    cell = _cell(columns, meaning, cells)
    return "" if is_blank(cell) and not cell.isalpha() else cell


def _identity(columns: Columns, cells: list[str], symbol: str, name: str) -> Identity | None:
    """Identify by the symbol column, then CUSIP and ISIN, then a ticker inside the name."""
    if symbol and (found := identity_of_symbol(symbol)) is not None:
        isin = _text(columns, Meaning.ISIN, cells)
        return found._replace(abroad=found.abroad or currency_of_listing(isin)) if isin else found
    for meaning in (Meaning.CUSIP, Meaning.ISIN):
        if (text := _text(columns, meaning, cells)) and (found := identity_of_symbol(text)) is not None:
            return found
    if (code := _text(columns, Meaning.IDENTIFIER, cells)) and looks_like_ticker(code):
        return identity_of_symbol(code)
    if name and not symbol and (ticker := ticker_in_name(name)) is not None:
        return Identity(ticker, is_ticker=True)
    return None


def stray_money(row: Row) -> Decimal | None:
    """Return the first amount outside the row's amount columns: "Total,$5,000.00" in the first two cells."""
    return next(_stray_amounts(row, row.cells), None)


def stray_total(row: Row) -> Decimal | None:
    """Return the only amount of a total outside its columns for gains, costs, and the like; None for several."""
    others = row.columns.without_worth
    amounts = set(_stray_amounts(row, (cell for position, cell in enumerate(row.cells) if position not in others)))
    return amounts.pop() if len(amounts) == 1 else None


def _stray_amounts(row: Row, cells: Iterable[str]) -> Iterator[Decimal]:
    for cell in cells:
        is_like_money = cell and cell[-1] in "0123456789)" and any(mark in cell for mark in "$.,")
        if is_like_money and (amount := number_or_none(cell, row.mark)) is not None:
            yield amount.value
