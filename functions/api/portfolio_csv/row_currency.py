"""Determines the currency of a row's amounts, from the most specific statement to the most general."""

from functions.api.portfolio_csv.currency import currency_of_account, currency_of_cell
from functions.api.portfolio_csv.numbers import Amount, is_blank
from functions.api.portfolio_csv.row import Foreign, Row
from functions.api.portfolio_csv.vocabulary.columns import Meaning
from functions.api.portfolio_csv.vocabulary.currencies import (
    ALSO_DOLLARS,
    DOLLAR,
    EXCHANGES,
    EXCHANGES_AT_HOME,
    UNKNOWN,
    USD,
)

_DOLLARS = frozenset({None, DOLLAR})


def check_currency(row: Row) -> None:
    """Raises Foreign for an amount in another currency. Drops a foreign price if the value is in US dollars."""
    if (
        row.columns.state_no_currency
        and row.currency_stated is None
        and all(amount is None or amount.currency in _DOLLARS for amount in (row.price, row.value))
        and (row.identity is None or row.identity.abroad is None)
        and currency_of_account(row.owner.name) in {None, USD}
    ):
        return
    price, value = currency_of(row, Meaning.PRICE, row.price), currency_of(row, Meaning.VALUE, row.value)
    if row.value is not None and _is_explicit_dollar(row, Meaning.VALUE, row.value):
        if price not in {None, USD}:
            row.price = None
        return
    for code, amount in ((value, row.value), (price, row.price)):
        if code not in {None, USD} and (amount is not None or (row.value is None and row.price is None)):
            implied, hint = _abroad(row)
            is_stated = row.currency_stated is not None or implied != code or _is_stated(row, amount)
            raise Foreign(code or UNKNOWN, hint=None if is_stated else hint)


def _is_stated(row: Row, amount: Amount | None) -> bool:
    return any(
        code not in {None, USD}
        for code in (
            _stated_for(row, Meaning.VALUE, amount),
            _stated_for(row, Meaning.PRICE, amount),
            _column_currency(row, None),
            _column_currency(row, "base"),
        )
    )


def currency_of(row: Row, meaning: Meaning, amount: Amount | None) -> str | None:
    """Return the currency of an amount, from the most specific statement to the most general; None if not stated."""
    explicit = _stated_for(row, meaning, amount)
    if explicit is not None:
        return explicit
    other = Meaning.VALUE if meaning is Meaning.PRICE else Meaning.PRICE
    for found in (
        _column_currency(row, None),
        _column_currency(row, "base"),
        _stated_for(row, other, row.price if other is Meaning.PRICE else row.value),
    ):
        if found not in {None, USD}:
            return found
    if _column_currency(row, None) == USD or _column_currency(row, "base") == USD:
        return USD
    if row.currency_stated is not None:
        return row.currency_stated
    abroad, _ = _abroad(row)
    return None if _shows_dollars(row) and abroad not in ALSO_DOLLARS else abroad


def _shows_dollars(row: Row) -> bool:
    """Return whether a price or a value has a plain $, in its cell or its header."""
    columns = (row.columns.at.get(meaning) for meaning in (Meaning.PRICE, Meaning.VALUE))
    return any(found is not None and found.currency == DOLLAR for found in (row.price, row.value, *columns))


def _is_explicit_dollar(row: Row, meaning: Meaning, amount: Amount) -> bool:
    return _stated_for(row, meaning, amount) == USD


def _stated_for(row: Row, meaning: Meaning, amount: Amount | None) -> str | None:
    """Return the currency stated for this amount alone: in its cell, its header, or a currency column."""
    if amount is not None and amount.currency not in {None, DOLLAR}:
        return amount.currency
    column = row.columns.at.get(meaning)
    specific = _column_currency(row, meaning)
    header = column.currency if column is not None and column.currency not in {None, DOLLAR} else None
    if specific is not None and header is not None and specific != header:
        return specific if header == USD else header
    return specific or header


def _column_currency(row: Row, about: Meaning | str | None) -> str | None:
    found: str | None = None
    for column in row.columns.currencies:
        if column.about == about and column.position < len(row.cells):
            cell = row.cells[column.position]
            code = currency_of_cell(cell) if cell and not is_blank(cell) else None
            if code is not None and (found is None or found == USD):
                found = code
    return found


def _abroad(row: Row) -> tuple[str | None, str]:
    """Return the currency implied by the exchange, the symbol, the account, or the layout, and which one implies it."""
    exchange = row.text(Meaning.EXCHANGE).upper()
    if exchange in EXCHANGES:
        return EXCHANGES[exchange], "The exchange"
    if row.identity is not None and row.identity.abroad is not None and exchange not in EXCHANGES_AT_HOME:
        return row.identity.abroad, "The ISIN" if row.text(Meaning.ISIN) or not row.identity.is_ticker else "The symbol"
    if (code := currency_of_account(row.owner.name)) is not None:
        return code, "The account's name"
    return row.columns.currency_abroad, "The layout of the file"


def states_cost_in_dollars(row: Row, meaning: Meaning, amount: Amount) -> bool:
    """Return whether nothing states another currency for the cost."""
    column = row.columns.at[meaning]
    codes = {amount.currency, column.currency, _column_currency(row, None)}
    return codes <= {None, DOLLAR, USD} and (row.currency_stated in {None, USD} or USD in codes)
