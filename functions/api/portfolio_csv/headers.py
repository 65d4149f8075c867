"""Maps headers to meanings: the content of each column and its currency."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from functions.api.portfolio_csv.header_cells import (
    FOREIGN_TRANSACTIONS,
    Column,
    is_ignorable,
    language_of,
    read_column,
)
from functions.api.portfolio_csv.numbers import Mark, mark_in, number_or_none
from functions.api.portfolio_csv.vocabulary.columns import (
    LANGUAGES,
    LAYOUTS_ABROAD,
    OF_OPTION_CHAINS,
    OF_SALES,
    OF_TRANSACTIONS,
    OF_TRANSACTIONS_ALONE,
    OF_WEIGHTS,
    Meaning,
)
from functions.api.portfolio_csv.vocabulary.currencies import DOLLAR

_DIGIT = re.compile(r"\d")
_AMOUNTS = frozenset(
    {Meaning.QUANTITY, Meaning.PRICE, Meaning.VALUE, Meaning.AMBIGUOUS, Meaning.COST, Meaning.UNIT_COST}
)
IDENTITIES = (Meaning.SYMBOL, Meaning.CUSIP, Meaning.ISIN, Meaning.IDENTIFIER, Meaning.NAME)


@dataclass(frozen=True)
class Columns:
    """A parsed header. `at` maps each meaning to its column; `repeated` lists other columns of the same name."""

    all: tuple[Column, ...]
    at: dict[Meaning, Column]
    repeated: dict[Meaning, tuple[Column, ...]]
    currencies: tuple[Column, ...]
    names: frozenset[str] = field(repr=False)
    currency_abroad: str | None
    """The currency implied by a layout or language that isn't used for US dollars, unless the file states another."""

    def __contains__(self, meaning: Meaning) -> bool:
        return meaning in self.at

    @property
    def width(self) -> int:
        return len(self.all)

    @property
    def known(self) -> int:
        return sum(column.meaning is not None for column in self.all)

    @property
    def is_header(self) -> bool:
        """Whether this is the header of any table: most cells are known column names."""
        filled = [column for column in self.all if column.name]
        recognized = sum(column.meaning is not None or is_ignorable(column) for column in filled)
        return recognized >= 2 and recognized * 2 > len(filled)

    @property
    def have_accounts(self) -> bool:
        return Meaning.ACCOUNT in self or Meaning.ACCOUNT_NUMBER in self

    @property
    def list_holdings(self) -> bool:
        has_identity = any(meaning in self.at for meaning in IDENTITIES)
        return has_identity and any(
            meaning in self.at for meaning in (Meaning.QUANTITY, Meaning.VALUE, Meaning.AMBIGUOUS)
        )

    @property
    def list_sales(self) -> bool:
        return len(self.names & OF_SALES) >= 2

    @property
    def list_transactions(self) -> bool:
        return (
            len(self.names & OF_TRANSACTIONS) >= 2
            or len(self.names & FOREIGN_TRANSACTIONS) >= 2
            or not self.names.isdisjoint(OF_TRANSACTIONS_ALONE)
        )

    @property
    def list_option_quotes(self) -> bool:
        return len(self.names & OF_OPTION_CHAINS) >= 3 and Meaning.QUANTITY not in self

    @property
    def list_weights(self) -> bool:
        return bool(self.names & OF_WEIGHTS) and not self.list_holdings

    @cached_property
    def are_typed_by_hand(self) -> bool:
        """Whether the header is the plain one, whose files users write themselves."""
        return not {Meaning.NAME, Meaning.ACCOUNT_NUMBER, Meaning.VALUE, Meaning.CUSIP} & self.at.keys()

    @cached_property
    def without_worth(self) -> frozenset[int]:
        """The positions of columns for gains, costs, and the like."""
        paid = {Meaning.COST, Meaning.UNIT_COST}
        return frozenset(c.position for c in self.all if c.name and (is_ignorable(c) or c.meaning in paid))

    @cached_property
    def state_no_currency(self) -> bool:
        """Whether no column or header can name a currency other than the cells'."""
        return (
            self.currency_abroad is None
            and not self.currencies
            and Meaning.EXCHANGE not in self
            and not any(column.currency not in {None, DOLLAR} for column in self.all)
        )


def may_be_header(cells: Sequence[str]) -> bool:
    """Return False if any cell is an amount, as in every holding."""
    return len(cells) >= 2 and not any(map(_is_amount, reversed(cells)))  # most lines end with an amount


def _is_amount(cell: str) -> bool:
    if not cell or not _DIGIT.search(cell):
        return False
    if cell[-1] in "0123456789)" and cell[0] in "0123456789$-+(.":
        return True
    if number_or_none(cell) is not None:
        return True
    return mark_in(cell) is Mark.COMMA and number_or_none(cell, Mark.COMMA) is not None


def columns_of(cells: Sequence[str]) -> Columns:
    """Return the meaning of each cell of a record, assuming that it is a header."""
    language = language_of(cells)
    columns = tuple(read_column(position, cell, language) for position, cell in enumerate(cells))
    names = frozenset(column.name for column in columns)
    found: dict[Meaning, list[Column]] = {}
    for column in columns:
        if column.meaning is not None:
            found.setdefault(column.meaning, []).append(column)
    currencies = tuple(found.pop(Meaning.CURRENCY, ()))
    at = {meaning: _best(meaning, named) for meaning, named in found.items()}
    repeated = {
        meaning: tuple(c for c in named if c is not at[meaning] and c[2:] == at[meaning][2:])
        for meaning, named in found.items()
    }
    _resolve_ambiguous(at, repeated)
    return Columns(
        columns,
        at,
        {meaning: others for meaning, others in repeated.items() if others},
        currencies,
        names,
        _currency_abroad(names, language),
    )


def _currency_abroad(names: frozenset[str], language: int | None) -> str | None:
    for code, layout in LAYOUTS_ABROAD:
        if layout <= names:
            return code
    return None if language is None else LANGUAGES[language].currency


def _best(meaning: Meaning, named: Iterable[Column]) -> Column:
    """Return the first column in vocabulary order, preferring amounts in US dollars."""
    if meaning not in _AMOUNTS:
        return min(named, key=lambda column: (column.rank, column.position))
    return min(
        named,
        key=lambda column: (
            column.currency not in {None, "USD"},
            column.currency is None,
            column.rank,
            column.position,
        ),
    )


def resolve_as(meaning: Meaning, at: dict[Meaning, Column], repeated: dict[Meaning, tuple[Column, ...]]) -> None:
    """Give the ambiguous column, and others of its name, a meaning. A vested balance is only a part of the balance."""
    column, others = at.pop(Meaning.AMBIGUOUS), repeated.pop(Meaning.AMBIGUOUS, ())
    if meaning not in at or "vested" in at[meaning].name:
        at[meaning] = column
        repeated[meaning] = others


def _resolve_ambiguous(at: dict[Meaning, Column], repeated: dict[Meaning, tuple[Column, ...]]) -> None:
    """Resolve "Amount" and "Balance": a quantity next to a value, a value next to a quantity."""
    column = at.get(Meaning.AMBIGUOUS)
    if column is None:
        return
    has_value, has_quantity = Meaning.VALUE in at, Meaning.QUANTITY in at
    if (
        has_quantity
        or column.currency is not None
        or (column.name in {"balance", "bal"} and Meaning.PRICE not in at and not has_value)
    ):
        meaning = Meaning.VALUE
    elif has_value or (Meaning.PRICE in at and column.name != "total amount"):
        meaning = Meaning.QUANTITY
    else:
        return
    resolve_as(meaning, at, repeated)
