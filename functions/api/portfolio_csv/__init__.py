"""Reads a portfolio from a CSV file, either typed by hand as `account,symbol,quantity,price` or exported by a broker.

Steps, one per module: `decoding` turns bytes into text, `records` splits text into cells, `tables` finds the tables of
holdings, `row_kinds` classifies rows, `totals` reconciles them with the file's totals, and `portfolio` collects the
accounts. The vocabulary of broker layouts is in the tables of `vocabulary/`; see the README for how to extend it.
"""

from functions.api.errors import LineError, UnreadableCsv
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
    """Parse a CSV file in UTF-8, UTF-16, Windows-1252, or Shift-JIS, delimited by , ; | or tabs.

    Every line with an amount becomes part of a holding or of an account's cash, or appears in `skipped` with its
    amount. Raises UnreadableCsv with every line that can't be read or represented (short positions, options, debts,
    other currencies), and for files that list something other than holdings. Runs in time linear in the file's size.
    """
    # Imported lazily: building the patterns and tables takes 20 ms, which would slow down cold starts.
    from functions.api.portfolio_csv.portfolio import read_portfolio  # noqa: PLC0415

    return read_portfolio(body)
