"""Maps headers to meanings: the content of each column and its currency."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from functions.api.portfolio_csv.currency import currency_in_name, plain
from functions.api.portfolio_csv.numbers import Mark, NotANumber, mark_in, read_number
from functions.api.portfolio_csv.vocabulary.columns import (
    ENDINGS,
    IRRELEVANT_WORDS,
    LANGUAGES,
    LAYOUTS_ABROAD,
    NAMES,
    OF_OPTION_CHAINS,
    OF_SALES,
    OF_TRANSACTIONS,
    OF_TRANSACTIONS_ALONE,
    OF_WEIGHTS,
    Meaning,
)
from functions.api.portfolio_csv.vocabulary.currencies import DOLLAR
from functions.api.portfolio_csv.vocabulary.rows import ABBREVIATED

_LONGEST_NAME = 80
_MEANINGS = {name: (meaning, rank) for meaning, names in NAMES.items() for rank, name in enumerate(names)}
_FOREIGN_NAMES: dict[str, list[tuple[int, Meaning]]] = {}
for _index, _language in enumerate(LANGUAGES):
    for _meaning, _named in _language.names.items():
        for _name in _named:
            _FOREIGN_NAMES.setdefault(plain(_name), []).append((_index, _meaning))
_FOREIGN_TRANSACTIONS = {plain(name) for language in LANGUAGES for name in language.transactions}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DIGIT = re.compile(r"\d")
_DATE = re.compile(
    r"\b(?:as of |on )?(?:\d{1,4}[/-]\d{1,2}[/-]\d{1,4}|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? 20\d\d)\b"
    r"(?:,? (?:at )?\d{1,2}:\d\d(?::\d\d)? ?(?:[ap]\.?m\.?)?,? ?[A-Z]{0,4})?",
    re.IGNORECASE,
)
_CURRENCY_WORDS = frozenset({"currency", "ccy", "devise", "wahrung", "waehrung", "valuta", "divisa", "moneda"})
_CURRENCY_FILLERS = frozenset({"of", "the", "code", "iso", "primary", "in"})
_BASE_WORDS = frozenset({"base", "account", "reporting", "portfolio", "home"})
_AMOUNTS = frozenset(
    {Meaning.QUANTITY, Meaning.PRICE, Meaning.VALUE, Meaning.AMBIGUOUS, Meaning.COST, Meaning.UNIT_COST}
)
IDENTITIES = (Meaning.SYMBOL, Meaning.CUSIP, Meaning.ISIN, Meaning.IDENTIFIER, Meaning.NAME)


class Column(NamedTuple):
    """One column. For currency columns, `about` is the amount they apply to, or None for all amounts."""

    position: int
    written: str
    name: str
    meaning: Meaning | None
    rank: int
    currency: str | None
    about: Meaning | str | None


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
        recognized = sum(column.meaning is not None or is_known(column) for column in filled)
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
            or len(self.names & _FOREIGN_TRANSACTIONS) >= 2
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
        return frozenset(c.position for c in self.all if c.name and (is_known(c) or c.meaning in paid))

    @cached_property
    def state_no_currency(self) -> bool:
        """Whether no column or header can name a currency other than the cells'."""
        return (
            self.currency_abroad is None
            and not self.currencies
            and Meaning.EXCHANGE not in self
            and not any(column.currency not in {None, DOLLAR} for column in self.all)
        )


def is_known(column: Column) -> bool:
    """Return whether a column can be ignored: empty, irrelevant, or part of another kind of table."""
    name = column.name
    return (
        not name
        or name in OF_TRANSACTIONS
        or name in OF_WEIGHTS
        or name in OF_OPTION_CHAINS
        or name in _FOREIGN_TRANSACTIONS
        or not IRRELEVANT_WORDS.isdisjoint(name.split())
        or column.about is not None
    )


def may_be_header(cells: Sequence[str]) -> bool:
    """Return False if any cell is an amount, as in every holding."""
    return len(cells) >= 2 and not any(map(_is_amount, reversed(cells)))  # most lines end with an amount


def _is_amount(cell: str) -> bool:
    if not cell or not _DIGIT.search(cell):
        return False
    if cell[-1] in "0123456789)" and cell[0] in "0123456789$-+(.":
        return True
    try:
        read_number(cell)
    except NotANumber:
        return mark_in(cell) is Mark.COMMA and _is_amount_with_comma(cell)
    return True


def _is_amount_with_comma(cell: str) -> bool:
    try:
        read_number(cell, Mark.COMMA)
    except NotANumber:
        return False
    return True


def columns_of(cells: Sequence[str]) -> Columns:
    """Return the meaning of each cell of a record, assuming that it is a header."""
    language = _language_of(cells)
    columns = tuple(_column(position, cell, language) for position, cell in enumerate(cells))
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


def _language_of(cells: Sequence[str]) -> int | None:
    """Return the language that recognizes most names; None for English."""
    votes = [0] * len(LANGUAGES)
    english = 0
    for cell in cells:
        if not cell or len(cell) > _LONGEST_NAME:
            continue
        name = _name_of(cell)[0]
        english += name in _MEANINGS
        for language in {language for language, _ in _FOREIGN_NAMES.get(name, ())}:
            votes[language] += 1
    most = max(votes)
    return votes.index(most) if most >= 2 and most >= english else None


def _column(position: int, cell: str, language: int | None) -> Column:
    if not cell or len(cell) > _LONGEST_NAME:
        return Column(position, cell, "", None, 0, None, None)
    return _read_name(cell, language)._replace(position=position)


@lru_cache(maxsize=2_048)
def _read_name(cell: str, language: int | None) -> Column:
    name, currency = _name_of(cell)
    before, _, inside = cell.rstrip(" )").partition("(")
    about = _currency_about(name, inside)
    if about is not None:
        kind, what = about
        return Column(0, cell, name, Meaning.CURRENCY if kind else None, 0, currency, what)
    meaning, rank = _lookup(name, language)
    if meaning is None and inside:
        outer, outer_currency = _name_of(before)
        inner = _name_of(inside)[0]
        outer_meaning, outer_rank = _lookup(outer, language)
        if not inner or inner in _UNITS or _lookup(inner, language)[0] is outer_meaning:
            name, meaning, rank, currency = outer, outer_meaning, outer_rank, currency or outer_currency
    if meaning is None and currency is not None:
        # The code may be part of the name after all.
        meaning, rank = _lookup(_normalized(cell), language)
    if meaning is None and language is None:
        guess = _by_words(name)
        meaning, rank = guess, _GUESSED
    return Column(0, cell, name, meaning, rank, currency, None)


_AFTER_OWN_LANGUAGE = 100
"""Added to the rank of an English name in a table of another language."""
_GUESSED = 500
"""The rank of a meaning guessed from the last words of a name."""
_PAID = frozenset(
    """purchase average avg cost paid open opening buy book basis entry strike beginning begin prior initial start
    starting original previous""".split()
)
_UNITS = frozenset(
    {
        "",
        "us",
        "units",
        "shares",
        "per share",
        "each",
        "par",
        "face",
        "market",
        "total",
        "current",
        "local",
        "native",
        "base",
        "unit",
        "quantity",
    }
)


def _lookup(name: str, language: int | None) -> tuple[Meaning | None, int]:
    if language is None:
        return _MEANINGS.get(name, (None, 0))
    for index, meaning in _FOREIGN_NAMES.get(name, ()):
        if index == language:
            return meaning, [plain(word) for word in LANGUAGES[language].names[meaning]].index(name)
    in_english, rank = _MEANINGS.get(name, (None, 0))
    return in_english, rank + _AFTER_OWN_LANGUAGE


def _by_words(name: str) -> Meaning | None:
    """Guess the meaning from a name's last words: "Equity symbol", "Total vested units"."""
    words = name.split()
    if len(words) < 2 or name in OF_TRANSACTIONS or not _PAID.isdisjoint(words):
        return None
    for meaning, endings in ENDINGS.items():
        if name.endswith(endings) and IRRELEVANT_WORDS.isdisjoint(words):
            return meaning
    return None


def _currency_about(name: str, inside: str) -> tuple[bool, Meaning | str | None] | None:
    """For a currency column, return whether it is relevant and which amount it applies to; None for other columns."""
    words = name.split()
    if name in NAMES[Meaning.CURRENCY]:
        return True, None
    if _CURRENCY_WORDS.isdisjoint(words) or _meaning_in_english(name) is Meaning.VALUE:
        return None
    of = " ".join(word for word in words if word not in _CURRENCY_WORDS and word not in _CURRENCY_FILLERS)
    found = {_meaning_in_english(candidate) for candidate in (of, _name_of(inside)[0] if inside else "")}
    about: tuple[bool, Meaning | str | None] = True, None
    if paid := found & {Meaning.COST, Meaning.UNIT_COST, Meaning.ACCRUED}:
        about = False, paid.pop()
    elif worth := found & {Meaning.PRICE, Meaning.VALUE}:
        about = True, worth.pop()
    elif _BASE_WORDS & set(words):
        about = True, "base"
    elif not IRRELEVANT_WORDS.isdisjoint(of.split()) or of.startswith(("book", "cost")):
        about = False, "other"
    return about


def _meaning_in_english(name: str) -> Meaning | None:
    return _MEANINGS[name][0] if name in _MEANINGS else None


@lru_cache(maxsize=4_096)
def _name_of(cell: str) -> tuple[str, str | None]:
    """Return the normalized name without its currency, and the currency."""
    is_split = " " in cell or _normalized(cell) in _MEANINGS
    split = cell if is_split else _CAMEL.sub(" ", cell)
    currency, rest = currency_in_name(ABBREVIATED.sub(" ", _DATE.sub(" ", split)))
    return _normalized(rest), currency


def _normalized(text: str) -> str:
    """Remove case, accents, and punctuation: "Qty #" becomes "qty", "Account #" becomes "account number"."""
    lower = plain(text)
    if "#" in lower and lower.lstrip().startswith(
        ("account", "acct", "cusip", "symbol", "security", "fund", "plan", "contract")
    ):
        lower = lower.replace("#", " number ")
    # Keep percent signs: "% of account" isn't an account, and "price % change" isn't a price.
    words = "".join(c if c.isalnum() or c == "%" else " " for c in lower).split()
    while words and words[-1] in {"in", "as", "of", "at", "on"} and len(words) > 1 and words != ["as", "of"]:
        words.pop()
    return " ".join(words)
