"""Reads a portfolio from a CSV file: typed by hand as `account,symbol,quantity,price`, or as a broker exports it.

Three steps: `file` makes records of bytes, `layout` finds the tables of holdings and says which cells mean what, and
`portfolio` checks and collects. A file is read whole or refused whole, with every line that is wrong.
"""

from functions.api.portfolio_csv.file import LineError, UnreadableCsv
from functions.api.portfolio_csv.imported import ImportedAccount, ImportedHolding, ImportedPortfolio, SkippedLine

__all__ = [
    "ImportedAccount",
    "ImportedHolding",
    "ImportedPortfolio",
    "LineError",
    "SkippedLine",
    "UnreadableCsv",
    "parse_portfolio_csv",
]


def parse_portfolio_csv(body: bytes) -> ImportedPortfolio:
    """The portfolio in a CSV file in UTF-8 or UTF-16, its columns separated by commas, semicolons or tabs.

    Columns come in any order and are known by their names. Cash and money-market funds add to the account's cash, and
    a symbol that comes again in an account adds to the holding. Blank lines are passed over; headings, totals, pending
    activity, notes and other tables are skipped and told.

    Raises UnreadableCsv with every line that can't be read, and for a holding that can't be represented (short, an
    option, in another currency) or whose amounts contradict each other. Takes time in proportion to the file.
    """
    # Patterns and tables take 20 ms to make, which a function's start should not wait for.
    from functions.api.portfolio_csv.portfolio import read_portfolio  # noqa: PLC0415

    return read_portfolio(body)
