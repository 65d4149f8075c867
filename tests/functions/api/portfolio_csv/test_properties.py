"""A written portfolio reads back unchanged, and any other bytes yield a portfolio or an error."""

import csv
import io
import string

from hypothesis import given
from hypothesis import strategies as st

from functions.api.portfolio_csv import (
    ImportedAccount,
    ImportedHolding,
    ImportedPortfolio,
    UnreadableCsv,
    parse_portfolio_csv,
)
from functions.api.portfolio_csv.vocabulary.currencies import NAMES
from functions.api.portfolio_csv.vocabulary.instruments import SHARE_CLASSES
from functions.api.portfolio_csv.vocabulary.rows import CASH_SYMBOLS
from functions.api.schemas.visible_text import with_spaces_for_hidden
from tests.functions.api.portfolio_csv.reading import HEADER, parsed

names = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40)
    .map(with_spaces_for_hidden)
    .filter(lambda name: name and name == name.strip() and name not in NAMES)  # an account "GBP" holds pounds
)
symbols = st.text("ABCDEFGHIJKLMNOPQRSTUVWYZ", min_size=1, max_size=5).filter(
    lambda symbol: (
        symbol not in CASH_SYMBOLS | SHARE_CLASSES.keys() | NAMES.keys() | {"TOTAL", "SUMMA", "SUMME", "SUMA"}
    )
)
quantities = st.decimals(min_value="0.000000000001", max_value="1000000000", places=12)
prices = st.none() | st.decimals(min_value="0.000001", max_value="10000000", places=8)
holdings = st.builds(ImportedHolding, symbols, quantities, prices)
accounts = st.builds(
    ImportedAccount,
    names,
    st.decimals(min_value="0", max_value="1000000000", places=2),
    st.lists(holdings, max_size=4, unique_by=lambda holding: holding.symbol).map(tuple),
)
portfolios = st.lists(accounts, min_size=1, max_size=3, unique_by=lambda account: account.name).map(
    lambda accounts: ImportedPortfolio(tuple(accounts))
)


def written(portfolio: ImportedPortfolio, columns: list[str]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns)
    writer.writeheader()
    for account in portfolio.accounts:
        writer.writerow({"account": account.name, "symbol": "CASH", "quantity": f"{account.cash:,}"})
        for holding in account.holdings:
            row = {"account": account.name, "symbol": holding.symbol, "quantity": holding.quantity}
            writer.writerow(row | {"price": "" if holding.price is None else f"${holding.price:,}"})
    return file.getvalue().encode()


@given(portfolios, st.permutations(["account", "symbol", "quantity", "price"]))
def test_written_portfolio_reads_back_exactly(portfolio: ImportedPortfolio, columns: list[str]) -> None:
    assert parse_portfolio_csv(written(portfolio, columns)) == portfolio


soup = st.text(st.sampled_from(string.printable + HEADER + '",\n\r\ufeff\u2028é$') | st.characters(codec="utf-8"))
numbers = st.sampled_from(["1", "1e999", "NaN", "-0", "$1,2", "", "9" * 50, '"1,000"']) | st.floats().map(str)
lines = st.lists(st.tuples(soup, soup, numbers, numbers).map(",".join)).map(lambda rows: "\n".join([HEADER, *rows]))


@given(st.binary() | soup.map(str.encode) | lines.map(str.encode) | lines.map(lambda text: text.encode("utf-16")))
def test_arbitrary_bytes_yield_a_portfolio_or_an_error_with_reason(body: bytes) -> None:
    outcome = parsed(body)

    if isinstance(outcome, UnreadableCsv):
        assert 1 <= len(outcome.errors) <= 100
        assert all(1 <= error.line <= 1 + len(body) and error.message.endswith(".") for error in outcome.errors)
    else:
        found = [holding for account in outcome.accounts for holding in account.holdings]
        assert outcome.accounts
        assert all(0 < holding.quantity <= 1_000_000_000 for holding in found)
        assert all(holding.price is None or 0 < holding.price <= 10_000_000 for holding in found)
        assert all(0 <= account.cash <= 1_000_000_000 for account in outcome.accounts)
