"""Reads a portfolio from a CSV file, typed by hand as `account,symbol,quantity,price` or exported by a broker.

The steps, each in its module: `decoding` makes text of bytes, `records` makes cells of text, `tables` finds the tables
of holdings, `rows` gives each row its kind, `totals` checks them against the totals that the file states, and
`portfolio` collects accounts. The words that layouts use are tables in `vocabulary/`; the README says how to add some.
"""

from functions.api.portfolio_csv.errors import LineError, UnreadableCsv
from functions.api.portfolio_csv.imported import (
    FileWarning,
    ImportedAccount,
    ImportedHolding,
    ImportedPortfolio,
    SkippedLine,
)

__all__ = [
    "FileWarning",
    "ImportedAccount",
    "ImportedHolding",
    "ImportedPortfolio",
    "LineError",
    "SkippedLine",
    "UnreadableCsv",
    "parse_portfolio_csv",
]


def parse_portfolio_csv(body: bytes) -> ImportedPortfolio:
    """The portfolio in a CSV file in UTF-8, UTF-16, or Windows-1252, its columns separated by , ; | or tabs.

    Every line that carries an amount becomes part of a holding or of an account's cash, or is listed in `skipped` with
    its amount. Raises UnreadableCsv with every line that can't be read or represented (short positions, options, debts,
    other currencies), and for files that list something other than holdings. Its cost grows linearly with the file.
    """
    # Patterns and tables take 20 ms to build, which a function's start should not wait for.
    from functions.api.portfolio_csv.portfolio import read_portfolio  # noqa: PLC0415

    return read_portfolio(body)
