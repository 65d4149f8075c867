"""Reads one header cell: the meaning of its name, and its currency."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from functions.api.portfolio_csv.currency import currency_in_name, plain
from functions.api.portfolio_csv.vocabulary.columns import (
    ENDINGS,
    IRRELEVANT_WORDS,
    LANGUAGES,
    NAMES,
    OF_OPTION_CHAINS,
    OF_TRANSACTIONS,
    OF_WEIGHTS,
    Meaning,
)
from functions.api.portfolio_csv.vocabulary.rows import ABBREVIATED

_LONGEST_NAME = 80
_MEANINGS = {name: (meaning, rank) for meaning, names in NAMES.items() for rank, name in enumerate(names)}
_FOREIGN_NAMES: dict[str, list[tuple[int, Meaning]]] = {}
for _index, _language in enumerate(LANGUAGES):
    for _meaning, _named in _language.names.items():
        for _name in _named:
            _FOREIGN_NAMES.setdefault(plain(_name), []).append((_index, _meaning))
FOREIGN_TRANSACTIONS = {plain(name) for language in LANGUAGES for name in language.transactions}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DATE = re.compile(
    r"\b(?:as of |on )?(?:\d{1,4}[/-]\d{1,2}[/-]\d{1,4}|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? 20\d\d)\b"
    r"(?:,? (?:at )?\d{1,2}:\d\d(?::\d\d)? ?(?:[ap]\.?m\.?)?,? ?[A-Z]{0,4})?",
    re.IGNORECASE,
)
_CURRENCY_WORDS = frozenset({"currency", "ccy", "devise", "wahrung", "waehrung", "valuta", "divisa", "moneda"})
_CURRENCY_FILLERS = frozenset({"of", "the", "code", "iso", "primary", "in"})
_BASE_WORDS = frozenset({"base", "account", "reporting", "portfolio", "home"})
_AFTER_OWN_LANGUAGE = 100
"""Added to the rank of an English name in a table of another language."""
_GUESSED = 500
"""The rank of a meaning guessed from the last words of a name."""
_PAID = frozenset(
    """purchase average avg cost paid open opening buy book basis entry strike beginning begin prior initial start
    starting original previous""".split()
)
_UNITS = frozenset(
    ["", "per share", *"us units shares each par face market total current local native base unit quantity".split()]
)


class Column(NamedTuple):
    """One column. For currency columns, `about` is the amount they apply to, or None for all amounts."""

    position: int
    written: str
    name: str
    meaning: Meaning | None
    rank: int
    currency: str | None
    about: Meaning | str | None


def is_ignorable(column: Column) -> bool:
    """Return whether a column can be ignored: empty, irrelevant, or part of another kind of table."""
    name = column.name
    return (
        not name
        or name in OF_TRANSACTIONS
        or name in OF_WEIGHTS
        or name in OF_OPTION_CHAINS
        or name in FOREIGN_TRANSACTIONS
        or not IRRELEVANT_WORDS.isdisjoint(name.split())
        or column.about is not None
    )


def language_of(cells: Sequence[str]) -> int | None:
    """Return the index in LANGUAGES of the language that recognizes most names; None for English."""
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


def read_column(position: int, cell: str, language: int | None) -> Column:
    """Read one cell of a header. `language` comes from `language_of`."""
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
