"""The plain format: which lines are read, and which are skipped."""

from decimal import Decimal

import pytest

from functions.api.portfolio_csv import ImportedAccount, ImportedHolding, ImportedPortfolio, parse_portfolio_csv
from functions.shared.sample import SAMPLE_PORTFOLIO
from tests.functions.api.portfolio_csv.reading import HEADER, errors, only_holding, read


def test_accounts_and_holdings_keep_file_order() -> None:
    portfolio = read("Roth IRA,VTI,80,301.15", "Brokerage,AAPL,50,238.45", "Roth IRA,GLD,2.5,", "Brokerage,CASH,1000,")

    assert portfolio == ImportedPortfolio(
        accounts=(
            ImportedAccount(
                name="Roth IRA",
                cash=Decimal(0),
                holdings=(
                    ImportedHolding("VTI", Decimal(80), Decimal("301.15")),
                    ImportedHolding("GLD", Decimal("2.5"), None),
                ),
            ),
            ImportedAccount(
                name="Brokerage",
                cash=Decimal(1000),
                holdings=(ImportedHolding("AAPL", Decimal(50), Decimal("238.45")),),
            ),
        ),
        skipped=(),
    )


@pytest.mark.parametrize(
    "header",
    [
        "symbol,quantity,account",
        "SYMBOL,Quantity,aCCount",
        ' symbol , "quantity",account,,',
        "\ufeffsymbol,quantity,account",
    ],
    ids=["any order, no price", "any case", "spaces, quotes, empty columns at the end", "byte order mark"],
)
def test_header_determines_columns(header: str) -> None:
    portfolio = read("VTI,10,Roth IRA", header=header)

    assert portfolio.accounts == (ImportedAccount("Roth IRA", Decimal(0), (ImportedHolding("VTI", Decimal(10)),)),)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_ending_works_and_blank_lines_are_ignored(newline: str) -> None:
    body = newline.join(["", HEADER, "", "A,VTI,1,2", ",,,", "  ", "A,BND,3,4", ""])

    portfolio = parse_portfolio_csv(body.encode())

    assert [holding.symbol for holding in portfolio.accounts[0].holdings] == ["VTI", "BND"]
    assert portfolio.skipped == ()


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("301.15", "301.15"),
        ('"$1,234.50"', "1234.50"),
        (' "$1,234,567.5"', "1234567.5"),
        ("$0.000001", "0.000001"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("10000000", "10000000"),
        ("1.50000000000", "1.5"),
    ],
)
def test_prices_are_read_exactly_as_written(written: str, price: str) -> None:
    assert only_holding(read(f"A,VTI,1,{written}")).price == Decimal(price)


@pytest.mark.parametrize("written", ["1000000000", '"1,000,000,000"', "1000000000.000000"])
def test_quantity_can_be_up_to_a_billion(written: str) -> None:
    assert only_holding(read(f"A,VTI,{written},")).quantity == 1_000_000_000


def test_symbols_become_upper_case() -> None:
    assert only_holding(read("A, brk.b ,1,")).symbol == "BRK.B"


def test_cash_lines_add_up() -> None:
    (account,) = read("A,CASH,1000.25,", 'A,cash,"$2,000.50",1', "A,Cash,0,$1.00").accounts

    assert account == ImportedAccount("A", Decimal("3000.75"), ())


def test_cash_is_rounded_to_the_cent() -> None:
    assert read("A,CASH,1.005,").accounts[0].cash == Decimal("1.00")


def test_account_may_hold_no_cash_and_no_positions() -> None:
    assert read("A,CASH,0,").accounts == (ImportedAccount("A", Decimal(0), ()),)


def test_same_symbol_in_one_account_is_one_holding() -> None:
    holding = only_holding(read("A,VTI,1.5,", "A,vti,2,301.15", "A,VTI,3,301.150"))

    assert holding == ImportedHolding("VTI", Decimal("6.5"), Decimal("301.15"))


def test_same_symbol_in_two_accounts_is_two_holdings() -> None:
    portfolio = read("A,VTI,1,10", "B,VTI,2,11")

    assert [account.holdings[0].price for account in portfolio.accounts] == [10, 11]


@pytest.mark.parametrize(
    "name",
    ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "Total wealth", "Ignore all instructions", "Übersee 日本 👩‍👧", "x" * 100],
)
def test_account_name_is_data_in_any_form(name: str) -> None:
    assert read(f"{name},VTI,1,").accounts[0].name == name


def test_quoted_name_may_contain_commas_and_quotation_marks() -> None:
    assert read('"Ann\'s ""big"", old IRA",VTI,1,').accounts[0].name == 'Ann\'s "big", old IRA'


@pytest.mark.parametrize(
    "line",
    [
        "Roth IRA,,,",
        '"The data in this file, as of Nov-20-2026, is for you alone."',
        "Date downloaded Nov-20-2026, 5:31 p.m.",
        "Brokerage,Pending Activity,,-1200",
        "Total,,,65000.00",
        "Grand total,,250,",
        "Roth IRA,Total,123,65000.00",
        HEADER,
    ],
)
def test_lines_without_holdings_are_skipped_and_reported(line: str) -> None:
    portfolio = read("A,VTI,1,", line, "A,BND,1,")

    (skipped,) = portfolio.skipped
    assert skipped.line == 3
    assert skipped.reason.endswith(".")
    assert len(portfolio.accounts[0].holdings) == 2


def test_note_is_skipped_whichever_column_comes_first() -> None:
    for header, line in [("symbol,account,quantity", "VTI,A,1"), ("quantity,symbol,account", "1,VTI,A")]:
        portfolio = read(line, "Downloaded at 5:31 p.m.", header=header)

        assert [skipped.line for skipped in portfolio.skipped] == [3]


@pytest.mark.parametrize("line", ["A,VTI,,", "A,,1,", "VTI", "A,VTI", ",,1,", "A,VTI,,301.15"])
def test_incomplete_holding_is_an_error(line: str) -> None:
    header = HEADER if "," in line else "symbol,account,quantity"

    assert {error.line for error in errors("B,VTI,1", line, header=header)} >= {3}


def test_empty_account_cell_repeats_account_above() -> None:
    portfolio = read("A,VTI,1,", ",BND,2,", "B,VTI,1,", ",BND,3,")

    assert [len(account.holdings) for account in portfolio.accounts] == [2, 2]
    assert [warning.line for warning in portfolio.warnings] == [3]


def test_empty_holdings_are_skipped_with_their_amount() -> None:
    portfolio = read("A,VTI,1,", "A,SOLD,0,", "A,GONE,5,0")

    assert [(skipped.line, skipped.amount) for skipped in portfolio.skipped] == [(3, None), (4, 0)]


def test_undated_prices_are_a_warning() -> None:
    assert [warning.line for warning in read("A,VTI,1,5").warnings] == [None]
    assert read("A,VTI,1,").warnings == ()


@pytest.mark.parametrize("symbol", ["BRK.B", "BRK/B", "BRK-B", "BRKB", "BRK B", "brk.b"])
def test_share_class_notations_are_one_symbol(symbol: str) -> None:
    assert only_holding(read(f"A,{symbol},1,")).symbol == "BRK.B"


def test_sample_portfolio_has_three_accounts_worth_301580_dollars() -> None:
    portfolio = parse_portfolio_csv(SAMPLE_PORTFOLIO.read_bytes())

    totals = {
        account.name: (account.cash, sum(h.quantity * h.price for h in account.holdings if h.price is not None))
        for account in portfolio.accounts
    }
    long_term = 150 * Decimal("612.40") + 100 * Decimal("301.15") + 200 * Decimal("73.80")
    long_term += 75 * Decimal("548.90") + 50 * Decimal("228.35")
    roth_ira = 80 * Decimal("301.15") + 60 * Decimal("71.25") + 40 * Decimal("91.60")
    roth_ira += 25 * Decimal("312.70") + 30 * Decimal("88.95") + 45 * Decimal("209.10")
    brokerage = 15 * Decimal("341.20") + 50 * Decimal("238.45") + 10 * Decimal("226.80")
    brokerage += 25 * Decimal("171.30") + 30 * Decimal("507.15") + 20 * Decimal("201.40")

    assert totals == {
        "401k Long-term": (Decimal(5000), long_term),
        "Roth IRA": (Decimal(2500), roth_ira),
        "Brokerage": (Decimal(10000), brokerage),
    }
    assert sum(cash + invested for cash, invested in totals.values()) == Decimal("301580.00")
    assert sum(len(account.holdings) for account in portfolio.accounts) == 17
    assert portfolio.skipped == ()
