"""One portfolio reads back the same from each broker's style, and a damaged file yields a portfolio or an error."""

import csv
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.portfolio_csv import (
    ImportedAccount,
    ImportedHolding,
    ImportedPortfolio,
    UnreadableCsv,
    parse_portfolio_csv,
)
from tests.functions.api.portfolio_csv.reading import parsed
from tests.portfolios import EXPORTS

Rows = list[list[str]]
NUMBERS = {"Brokerage": "X11110001", "Roth IRA": "X22220002", "Inherited, of Ann": "X33330003"}

symbols = st.sampled_from(["AAPL", "VTI", "BND", "BRK.B", "FXAIX", "GOOGL"])
holdings = st.builds(
    lambda symbol, quantity, price: ImportedHolding(symbol, quantity, price, f"NAME OF {symbol}, INC"),
    symbols,
    st.decimals(min_value="1", max_value="99999", places=3),
    st.decimals(min_value="0.01", max_value="9999", places=2),
)
accounts = st.builds(
    lambda name, cash, held: ImportedAccount(f"{name} (…{NUMBERS[name][-4:]})", cash, held),
    st.sampled_from(sorted(NUMBERS)),
    st.decimals(min_value="0", max_value="1000000", places=2),
    st.lists(holdings, min_size=1, max_size=6, unique_by=lambda holding: holding.symbol).map(tuple),
)
portfolios = st.lists(accounts, min_size=1, max_size=3, unique_by=lambda account: account.name).map(
    lambda accounts: ImportedPortfolio(tuple(accounts))
)


def dollars(amount: Decimal) -> str:
    return f"${amount:,.2f}"


def value(holding: ImportedHolding) -> str:
    return dollars(holding.quantity * (holding.price or 0))


def name_of(account: ImportedAccount) -> str:
    return account.name.partition(" (…")[0]


def fidelity(portfolio: ImportedPortfolio) -> Rows:
    rows = [["Account Number", "Account Name", "Symbol", "Description", "Quantity", "Last Price", "Current Value"]]
    for account in portfolio.accounts:
        owner = [NUMBERS[name_of(account)], name_of(account)]
        rows.append([*owner, "SPAXX**", "HELD IN MONEY MARKET", "", "", dollars(account.cash), ""])
        rows += [
            [*owner, h.symbol, h.name or "", f"{h.quantity}", dollars(h.price or Decimal()), value(h), ""]
            for h in account.holdings
        ]
        rows.append([*owner, "Pending Activity", "", "", "", "-$12.00", ""])
    return [*rows, [], ["This is for you alone, and no advice."]]


def schwab(portfolio: ImportedPortfolio) -> Rows:
    rows: Rows = [["Positions for All-Accounts as of 05:31 PM ET, soon"], []]
    for account in portfolio.accounts:
        rows.append([f"{name_of(account)} ...{NUMBERS[name_of(account)][-4:]}"])
        rows.append(
            ["Symbol", "Description", "Qty (Quantity)", "Price", "Price Chng % (Price Change %)", "Mkt Val", ""]
        )
        rows += [
            [h.symbol.replace(".", "/"), h.name or "", f"{h.quantity:,}", f"{h.price:,}", "-0.37%", value(h), ""]
            for h in account.holdings
        ]
        rows.append(["Cash & Cash Investments", "--", "--", "--", "--", dollars(account.cash), ""])
        rows += [["Account Total", "--", "--", "--", "--", "$1.00", ""], []]
    return rows


def generic(portfolio: ImportedPortfolio) -> Rows:
    rows = [["Market Value", "Shares", "Ticker", "Account", "Security", "Share Price", "Cost Basis"]]
    for account in portfolio.accounts:
        owner = f"{name_of(account)} {NUMBERS[name_of(account)]}"
        rows += [
            [value(h), f"{h.quantity}", h.symbol, owner, h.name or "", f"{h.price}", "1"] for h in account.holdings
        ]
        rows += [[dollars(account.cash), "", "CASH", owner, "", "", ""], ["$1.00", "", "", owner, "Total", "", ""]]
    return rows


def written(rows: Rows, encoding: str, delimiter: str) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue().encode(encoding)


def shown(portfolio: ImportedPortfolio) -> list[tuple[str, Decimal, list[tuple[str, Decimal, Decimal]]]]:
    """The relevant content: names, cash, symbols, quantities, and values to the cent."""
    return [
        (a.name, a.cash, [(h.symbol, h.quantity, round(h.quantity * (h.price or 0), 2)) for h in a.holdings])
        for a in portfolio.accounts
    ]


@pytest.mark.parametrize("style", [fidelity, schwab, generic])
@given(
    portfolio=portfolios, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), delimiter=st.sampled_from(",\t")
)
def test_portfolio_reads_back_from_each_style(
    style: Callable[[ImportedPortfolio], Rows], portfolio: ImportedPortfolio, encoding: str, delimiter: str
) -> None:
    if style is schwab:  # Schwab's titles cannot contain commas
        portfolio = ImportedPortfolio(tuple(a for a in portfolio.accounts if "," not in a.name))
    if portfolio.accounts:
        assert shown(parse_portfolio_csv(written(style(portfolio), encoding, delimiter))) == shown(portfolio)


exports = st.sampled_from([file.read_bytes() for file in sorted(EXPORTS.glob("*_export.csv"))])
damage = st.tuples(
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 40),
    st.sampled_from([b"", b",", b'"', b"\n", b"-", b"$", b"\0", b"\xff", b"1e999", b"NaN", b"9" * 200, b"a" * 140_000])
    | st.binary(max_size=8),
)  # fmt: skip


@given(exports, st.lists(damage, min_size=1, max_size=4))
def test_damaged_export_yields_a_portfolio_or_an_error(body: bytes, damages: list[tuple[float, int, bytes]]) -> None:
    for where, length, inserted in damages:
        start = int(where * len(body))
        body = body[:start] + inserted + body[start + length :]

    outcome = parsed(body)

    if isinstance(outcome, UnreadableCsv):
        assert all(error.message.endswith(".") for error in outcome.errors)
    else:
        found = [holding for account in outcome.accounts for holding in account.holdings]
        assert all(0 < holding.quantity <= 1_000_000_000 and (holding.price or 1) > 0 for holding in found)
        assert all(0 <= account.cash <= 1_000_000_000 for account in outcome.accounts)
