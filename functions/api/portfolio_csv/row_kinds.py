"""Classifies the rows of a table of holdings."""

import re

from functions.api.portfolio_csv.cash import is_cash
from functions.api.portfolio_csv.identity import cleaned, looks_like_ticker
from functions.api.portfolio_csv.row import Kind, NotAnalyzed, Row
from functions.api.portfolio_csv.row_currency import check_currency, currency_of
from functions.api.portfolio_csv.vocabulary.columns import Meaning
from functions.api.portfolio_csv.vocabulary.currencies import USD
from functions.api.portfolio_csv.vocabulary.instruments import (
    FUTURE_KINDS,
    FUTURE_SYMBOL,
    OPTION_KINDS,
    OPTION_NAME,
    OPTION_SYMBOL,
)
from functions.api.portfolio_csv.vocabulary.rows import (
    CASH_SUMMARY,
    DEBT,
    DEBT_KINDS,
    LONGEST,
    LOT,
    LOT_LEVELS,
    MAYBE_TOTAL,
    OF_FUNDS,
    PENDING,
    TOTAL,
)

_NUMBER_LIKE = re.compile(r"(?=.*\d)\S{1,30}(?: \S{1,10})?")
"""A cell intended as a number, unlike part of a sentence split at its commas."""
_TOTAL_HINT = re.compile(r"total|gesamt|summ|suma|worth|value|balance|[^\x00-\x7f]", re.IGNORECASE)


def kind_of(row: Row) -> tuple[Kind, str]:
    """Return the kind of a row, and the reason if it is skipped. Raises NotAnalyzed."""
    label, words = row.label[:LONGEST], row.name[:LONGEST]
    if _is_total(row, label, words):
        return Kind.TOTAL, "A total, not a holding."
    if (reason := _why_skipped(row, label)) is not None:
        return Kind.SKIPPED, reason
    if _is_lot(row):
        return Kind.LOT, "A purchase lot of the holding above."
    if (reason := _why_worthless(row)) is not None:
        return (Kind.CASH, "") if _is_own_cash(row) else (Kind.SKIPPED, reason)
    if (
        row.quantity is None
        and not row.is_identified
        and MAYBE_TOTAL.fullmatch(label)
        and not CASH_SUMMARY.fullmatch(label)
    ):
        return Kind.MAYBE_TOTAL, "A total, not a holding."
    return _kind_of_worth(row)


def _kind_of_worth(row: Row) -> tuple[Kind, str]:
    """Classify a row with a nonzero value. Raises NotAnalyzed."""
    kind = Kind.CASH if is_cash(row) else Kind.HOLDING
    if kind is Kind.HOLDING:
        _check_option(row)
    check_currency(row)
    if kind is Kind.HOLDING and row.has_only_value and not row.is_identified:
        _check_debt(row)
        return Kind.LABEL, "A sum of the lines around it."
    return kind, ""


def _why_skipped(row: Row, label: str) -> str | None:
    """Return why a row is skipped: it has no amounts, or it is pending activity. None for other rows."""
    if PENDING.fullmatch(label) and row.quantity is None:
        return "Pending activity, which is not a holding yet."
    if row.quantity or row.value or _is_incomplete(row):
        return None
    if row.price:
        is_held = row.is_identified or (row.columns.are_typed_by_hand and row.columns.have_accounts)
        return None if is_held else "It has a price, but no quantity or value."
    return "A heading or a note: it has no amount."


def _is_incomplete(row: Row) -> bool:
    """Return whether a row without amounts is a holding with missing or unreadable amounts: an error, not a note."""
    is_typed = row.columns.are_typed_by_hand
    if row.wrong:
        return looks_like_ticker(row.symbol) or any(map(_NUMBER_LIKE.fullmatch, map(row.text, row.wrong)))
    if looks_like_ticker(row.symbol):
        return is_typed or sum(map(bool, row.cells)) > 1
    return is_typed and bool(row.symbol) and bool(row.text(Meaning.ACCOUNT))


def _is_total(row: Row, label: str, words: str) -> bool:
    if not _TOTAL_HINT.search(label) and not _TOTAL_HINT.search(words):
        return False
    if TOTAL.fullmatch(row.symbol[:LONGEST]):
        return True
    if row.symbol and row.identity is not None:
        return False
    return TOTAL.fullmatch(label) is not None or (bool(words) and TOTAL.fullmatch(words) is not None)


def _is_lot(row: Row) -> bool:
    if row.text(Meaning.DETAIL).casefold() in LOT_LEVELS:
        return True
    if row.symbol and len(row.symbol) <= 40 and LOT.fullmatch(row.symbol):
        return True
    if row.symbol or row.identity is not None:
        return False
    return (bool(row.name) and LOT.fullmatch(row.name[:LONGEST]) is not None) or (
        not row.name and bool(row.text(Meaning.ACQUIRED))
    )


def _why_worthless(row: Row) -> str | None:
    """Return why a row with zero amounts is skipped; None for other rows."""
    if row.wrong or not (row.quantity or row.value):
        return None
    quantity, price, value = (None if a is None else a.value for a in (row.quantity, row.price, row.value))
    if not quantity and not value:
        return "Its quantity is zero."
    worth = price if value is None else value
    return "Its value is zero." if quantity and quantity > 0 and worth == 0 and not price else None


def _is_own_cash(row: Row) -> bool:
    """Keep an empty cash line in US dollars, because it still names an account."""
    try:
        return is_cash(row) and currency_of(row, Meaning.VALUE, row.value) in {None, USD}
    except NotAnalyzed:
        return False


def _check_debt(row: Row) -> None:
    words = row.label[:LONGEST]
    if row.kind.casefold() in DEBT_KINDS or (DEBT.fullmatch(words) and not OF_FUNDS.search(words)):
        raise NotAnalyzed(
            "value", "A debt, such as a loan or a negative balance, can't be analyzed. Remove the line to leave it out."
        )


def _check_option(row: Row) -> None:
    kind = row.kind.casefold()
    symbol, name = row.symbol.strip()[:LONGEST], row.name[:LONGEST]
    is_option = kind in OPTION_KINDS or (bool(symbol) and OPTION_SYMBOL.fullmatch(cleaned(symbol)) is not None)
    if not is_option and name:
        is_option = OPTION_SYMBOL.fullmatch(name) is not None or OPTION_NAME.fullmatch(name) is not None
    if is_option:
        raise NotAnalyzed("symbol", "This is an option, which can't be analyzed. Remove the line to leave it out.")
    multiplier = row.amount(Meaning.MULTIPLIER)
    is_future = kind in FUTURE_KINDS or FUTURE_SYMBOL.fullmatch(symbol) is not None
    if is_future or (multiplier is not None and multiplier.value != 1):
        raise NotAnalyzed(
            "symbol", "This is an option or a future, which can't be analyzed. Remove the line to leave it out."
        )
