"""Explains why a file without a table of holdings is rejected, and which export to upload instead."""

# ruff: noqa: E501 - a message on one line is easier to read and to change

from collections import Counter
from typing import NoReturn

from functions.api.portfolio_csv import foreign_currency
from functions.api.portfolio_csv.errors import Errors
from functions.api.portfolio_csv.headers import Columns, columns_of
from functions.api.portfolio_csv.numbers import number_or_none
from functions.api.portfolio_csv.records import Record
from functions.api.portfolio_csv.statement import OPEN_POSITIONS, is_statement
from functions.api.portfolio_csv.tables import Kind, Sheet
from functions.api.portfolio_csv.vocabulary.columns import Meaning
from functions.api.portfolio_csv.vocabulary.currencies import DOLLAR, USD

HEADER = "account,symbol,quantity,price"
EXPORT = "Export the holdings, often called positions, instead."
_LOOKED_AT = 200


def refuse(records: list[Record], sheet: Sheet, errors: Errors) -> NoReturn:
    """Raises UnreadableCsv for a file in which no table lists holdings."""
    errors.raise_if_any()
    if not records:
        errors.refuse("file", f"The file is empty. Begin it with a header of the columns {HEADER}.")
    if is_statement(records[0]) and not any(record.cells[0] == OPEN_POSITIONS for record in records):
        errors.refuse(
            "file",
            "The Interactive Brokers statement has no section Open Positions. Export the activity statement in English, "
            "with the sections Open Positions and Cash Report.",
        )
    for kind, content in _CONTENTS:
        if tables := sheet.of(kind):
            errors.refuse("header", f"The file lists {content}. {EXPORT}", tables[0].header.line)
    candidates = [(record, columns_of(record.cells)) for record in records[:_LOOKED_AT] if len(record.cells) <= 100]
    record, columns = max(candidates, key=lambda candidate: candidate[1].known)
    _refuse_header(record, columns, errors)
    if (code := sheet.currency or columns.currency_abroad or _currency_in_cells(records)) not in {None, USD}:
        message = foreign_currency.of_file_without_table(code or "", HEADER)
        errors.refuse("currency", message, records[0].line)
    errors.refuse(
        "header",
        "No table of holdings was found. Export the holdings, often called positions, or add a header above them, "
        f"such as {HEADER}.",
        records[0].line,
    )


_CONTENTS = (
    (Kind.SALES, "positions that were sold (realized gains)"),
    (Kind.TRANSACTIONS, "transactions, such as purchases and sales"),
    (Kind.OPTION_QUOTES, "quotes of options (an option chain)"),
)


def _refuse_header(record: Record, columns: Columns, errors: Errors) -> None:
    """Raises UnreadableCsv if the best header candidate shows what the file lists instead, or what it lacks."""
    line = record.line
    has_identity = any(meaning in columns for meaning in (Meaning.SYMBOL, Meaning.CUSIP, Meaning.ISIN, Meaning.NAME))
    has_account = Meaning.ACCOUNT in columns or Meaning.ACCOUNT_NUMBER in columns
    has_value = Meaning.VALUE in columns or Meaning.AMBIGUOUS in columns
    if has_identity and columns.list_weights:
        errors.refuse(
            "header",
            f"Line {line}: the table has percentages but no amounts. Add a column quantity or value, in units or US dollars.",
            line,
        )
    if has_identity and Meaning.PRICE in columns and not has_value and Meaning.QUANTITY not in columns:
        errors.refuse(
            "header",
            f"Line {line}: the table has prices but no quantities, like a watch list. Add a column quantity. {EXPORT}",
            line,
        )
    if has_account and has_value and not has_identity:
        errors.refuse(
            "header", f"Line {line}: the table lists the balances of accounts, not what they hold. {EXPORT}", line
        )
    if has_identity and Meaning.QUANTITY not in columns and not has_value and columns.known >= 2:
        errors.refuse(
            "header",
            f"Line {line}: no column holds an amount. Add a column quantity, in units, or value, in US dollars.",
            line,
        )
    if not has_identity and (Meaning.QUANTITY in columns or has_value) and columns.known >= 2:
        errors.refuse("header", f"Line {line}: no column names the holdings. Add a column symbol or description.", line)


def _currency_in_cells(records: list[Record]) -> str | None:
    """Return the currency of most amounts in the file."""
    seen: Counter[str] = Counter()
    for record in records[:_LOOKED_AT]:
        for cell in record.cells[:50]:
            if (cell and any(map(str.isdigit, cell)) and not cell[0].isdigit()) or cell[-1:] in {"€", "£", "円"}:
                amount = number_or_none(cell)
                if amount is not None and amount.currency not in {None, DOLLAR}:
                    seen[str(amount.currency)] += 1
    return seen.most_common(1)[0][0] if seen else None
