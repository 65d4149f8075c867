"""Helpers that read files and expect success, an error, or either."""

import pytest

import functions.api.portfolio_csv.portfolio  # noqa: F401 - imported once, so that no single test pays for it
from functions.api.portfolio_csv import (
    ImportedHolding,
    ImportedPortfolio,
    LineError,
    UnreadableCsv,
    parse_portfolio_csv,
)

HEADER = "account,symbol,quantity,price"


def read(*lines: str, header: str = HEADER) -> ImportedPortfolio:
    return parse_portfolio_csv("\n".join((header, *lines)).encode())


def parsed(body: bytes) -> ImportedPortfolio | UnreadableCsv:
    try:
        return parse_portfolio_csv(body)
    except UnreadableCsv as error:
        return error


def refused(body: str | bytes) -> UnreadableCsv:
    with pytest.raises(UnreadableCsv) as raised:
        parse_portfolio_csv(body.encode() if isinstance(body, str) else body)
    return raised.value


def errors(*lines: str, header: str = HEADER) -> list[LineError]:
    return refused("\n".join((header, *lines))).errors


def only_holding(portfolio: ImportedPortfolio) -> ImportedHolding:
    (account,) = portfolio.accounts
    (holding,) = account.holdings
    return holding
