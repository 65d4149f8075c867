"""Reads a portfolio from a CSV file: typed by hand as `account,symbol,quantity,price`, or as a broker exports it.

Three steps: `file` makes records of bytes, `layout` finds the tables of holdings and says which cells mean what, and
`portfolio` checks and collects. A file is read whole or refused whole, with every line that is wrong.
"""

from functions.api.portfolio_csv.file import LineError, UnreadableCsv
from functions.api.portfolio_csv.portfolio import (
    ImportedAccount,
    ImportedHolding,
    ImportedPortfolio,
    SkippedLine,
    parse_portfolio_csv,
)

__all__ = [
    "ImportedAccount",
    "ImportedHolding",
    "ImportedPortfolio",
    "LineError",
    "SkippedLine",
    "UnreadableCsv",
    "parse_portfolio_csv",
]
