"""Exports of common brokers, checked against sums worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from functions.api.portfolio_csv import ImportedPortfolio, parse_portfolio_csv
from tests.functions.api.portfolio_csv.reading import HEADER, errors, only_holding, read, refused
from tests.portfolios import EXPORTS

ALL = {file.stem.removesuffix("_export"): file.read_text() for file in sorted(EXPORTS.glob("*_export.csv"))}


def export_of(broker: str) -> ImportedPortfolio:
    return parse_portfolio_csv(ALL[broker].encode())


def cash(portfolio: ImportedPortfolio) -> dict[str, Decimal]:
    return {account.name: account.cash for account in portfolio.accounts}


def held(portfolio: ImportedPortfolio) -> dict[tuple[str, str], tuple[Decimal, Decimal | None]]:
    """Quantity and price, by the account's last characters and the symbol."""
    return {
        (account.name.rpartition("…")[2].rstrip(")"), holding.symbol): (holding.quantity, holding.price)
        for account in portfolio.accounts
        for holding in account.holdings
    }


def total(portfolio: ImportedPortfolio) -> Decimal:
    """The total of holdings rounded to the cent, as an import returns it."""
    holdings = [holding for account in portfolio.accounts for holding in account.holdings]
    invested = sum((round(holding.quantity * (holding.price or 0), 2) for holding in holdings), Decimal())
    return invested + sum(cash(portfolio).values())


def reasons(portfolio: ImportedPortfolio) -> dict[int, str]:
    return {skipped.line: skipped.reason for skipped in portfolio.skipped}


def test_fidelity_has_two_accounts_with_money_market_cash() -> None:
    portfolio = export_of("fidelity")

    assert cash(portfolio) == {"Individual - TOD (…5678)": Decimal("4218.77"), "ROTH IRA (…6789)": Decimal("4533.09")}
    assert held(portfolio) == {
        ("5678", "VTI"): (Decimal("112.345"), Decimal("301.15")),
        ("5678", "AAPL"): (Decimal(40), Decimal("238.45")),
        ("5678", "BND"): (Decimal(250), Decimal("73.80")),
        ("6789", "FXAIX"): (Decimal("85.219"), Decimal("213.07")),
    }
    stated = sum(map(Decimal, ("4218.77", "33832.70", "9538.00", "18450.00", "18157.61", "4533.09")), Decimal())
    assert total(portfolio) == stated == Decimal("88730.17")
    assert portfolio.priced_on == date(2026, 11, 20)
    assert set(reasons(portfolio)) == {6, 10, 12}
    assert reasons(portfolio)[6] == "Pending activity, which is not a holding yet."


def test_vanguard_second_table_is_skipped_and_accounts_have_no_names() -> None:
    portfolio = export_of("vanguard")

    assert cash(portfolio) == {"Account (…1122)": Decimal("2500.00"), "Account (…3344)": 0}
    assert held(portfolio).keys() == {("1122", "VTSAX"), ("1122", "VTIAX"), ("3344", "VTIVX")}
    stated = sum(map(Decimal, ("45263.35", "15433.66", "2500.00", "27832.55")), Decimal())
    assert total(portfolio) == stated == Decimal("91029.56")
    assert reasons(portfolio)[9] == "A table of transactions."


def test_schwab_titles_name_accounts_and_cash_has_its_own_line() -> None:
    portfolio = export_of("schwab")

    assert cash(portfolio) == {"Individual (…123)": Decimal("1234.56"), "Roth IRA (…456)": Decimal("1000.00")}
    assert held(portfolio) == {
        ("123", "AAPL"): (Decimal(1040), Decimal("238.45")),
        ("123", "BRK.B"): (Decimal("3.5"), Decimal(500)),
        ("456", "SWPPX"): (Decimal("100.123"), Decimal("90.10")),
    }
    assert total(portfolio) == Decimal("250972.56") + Decimal("10021.08")
    assert portfolio.priced_on == date(2026, 11, 20)


def test_etrade_account_is_in_summary_and_lots_are_not_counted() -> None:
    portfolio = export_of("etrade")

    assert cash(portfolio) == {"Individual Brokerage (…2203)": Decimal("250.00")}
    assert held(portfolio) == {
        ("2203", "AAPL"): (Decimal(40), Decimal("238.45")),
        ("2203", "VTI"): (Decimal("8.0852"), Decimal("301.15")),
    }
    assert total(portfolio) == Decimal("12222.86")
    assert reasons(portfolio)[12] == "A purchase lot of the holding above."
    assert portfolio.priced_on == date(2026, 11, 20)


def test_merrill_cells_are_padded_and_cash_spans_two_lines() -> None:
    portfolio = export_of("merrill")

    assert cash(portfolio) == {"Portfolio": Decimal("1101.00")}
    assert total(portfolio) == Decimal("13048.20")
    assert "Pending activity, which is not a holding yet." in reasons(portfolio).values()
    assert portfolio.priced_on == date(2026, 11, 20)


def test_interactive_brokers_positions_and_cash_are_in_sections() -> None:
    portfolio = export_of("interactive_brokers")

    assert cash(portfolio) == {"Interactive Brokers (…4567)": Decimal("1500.25")}
    assert held(portfolio) == {
        ("4567", "AAPL"): (Decimal(40), Decimal("238.45")),
        ("4567", "BRK.B"): (Decimal(2), Decimal("500.125")),
    }
    assert portfolio.priced_on == date(2026, 11, 20)


def test_missing_price_is_derived_from_value() -> None:
    portfolio = export_of("m1")

    assert held(portfolio) == {
        ("Portfolio", "VTI"): (Decimal("3.12345678"), Decimal("301.150317")),
        ("Portfolio", "BND"): (Decimal(10), Decimal("73.8")),
    }
    assert total(portfolio) == Decimal("940.63") + Decimal("738.00")


def test_names_are_read_and_cost_basis_is_not_price() -> None:
    holding = only_holding(export_of("robinhood"))

    assert (holding.symbol, holding.name, holding.cost_basis) == ("AAPL", "Apple", Decimal("401.12"))
    assert round(holding.quantity * holding.price, 2) == Decimal("596.12") if holding.price else False


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_spreadsheet_encoding_does_not_change_content(text: str, encoding: str) -> None:
    assert parse_portfolio_csv(text.replace("\n", "\r\n").encode(encoding)) == parse_portfolio_csv(text.encode())


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_account_numbers_are_not_kept(text: str) -> None:
    kept = repr(parse_portfolio_csv(text.encode()))

    assert [number for number in ("Z12345678", "223456789", "77001122", "77003344", "U1234567") if number in kept] == []


BROKER = "Account Name,Account Number,Symbol,Description,Quantity,Price,Current Value"


@pytest.mark.parametrize(
    ("line", "field", "what_to_do"),
    [
        ("IRA,Z1,AAPL,APPLE,-5,10,-50", "quantity", "a short position can't be analyzed"),
        ("IRA,Z1,-AAPL250117C200,CALL (AAPL) APPLE,1,2,200", "symbol", "an option, which can't be analyzed"),
        ("IRA,Z1,AAPL Jan 17 '25 $200 Call,,1,2,200", "symbol", "an option, which can't be analyzed"),
        ("IRA,Z1,AAPL 01/17/2025 200.00 C,CALL APPLE,1,2,200", "symbol", "an option, which can't be analyzed"),
        ("IRA,Z1,AAPL  250117C00200000,,1,2,200", "symbol", "an option, which can't be analyzed"),
        ("IRA,Z1,,CALL (AAPL) APPLE JAN 17 25 $200 (100 SHS),1,2,200", "symbol", "an option, which can't"),
        ("IRA,Z1,CASH,,,,-250.00", "value", "cash below zero"),
        ("IRA,Z1,SPAXX**,HELD IN MONEY MARKET,,,($250.00)", "value", "cash below zero"),
        ("IRA,Z1,,,10,5,50", "symbol", "the symbol is empty"),
        ("IRA,Z1,AAPL,APPLE,,,", "quantity", "the quantity is empty"),
        ("IRA,Z1,AAPL,APPLE,5,10,51", "value", "quantity times price doesn't equal the value"),
        ("IRA,Z1,AAPL,APPLE,1,234.50,234.50,1", "file", "put numbers that contain commas in quotation marks"),
        ("IRA,Z1,EUR,Euro,100,1,100", "currency", "this cash is in euros (EUR)"),
        ("IRA,Z1,Cash (CAD),,,,100", "currency", "this cash is in Canadian dollars (CAD)"),
    ],
)  # fmt: skip
def test_unsupported_or_inconsistent_line_is_an_error(line: str, field: str, what_to_do: str) -> None:
    (error,) = errors("IRA,Z1,VTI,V,1,1,1", line, header=BROKER)

    assert (error.line, error.field) == (3, field)
    assert what_to_do.lower() in error.message.lower()


@pytest.mark.parametrize(
    "name",
    ["UNDER ARMOUR INC CL C", "GLOBAL X S&P 500 COVERED CALL ETF", "INTEL PUT WRITE STRATEGY", "SP 500 INDEX PL CL C"],
)
def test_words_in_name_do_not_make_an_option(name: str) -> None:
    assert only_holding(read(f"IRA,Z1,ABC,{name},10,5,50", header=BROKER)).symbol == "ABC"
    assert only_holding(read(f"IRA,Z1,,{name},,,50", header=BROKER)).is_value_only


@pytest.mark.parametrize(
    ("line", "symbol"),
    [
        ("IRA,Z1,CASH,PATHWARD FINANCIAL INC,100,75.20,7520", "CASH"),
        ("IRA,Z1,USD,PROSHARES ULTRA SEMICONDUCTORS,10,95,950", "USD"),
        ("IRA,Z1,NOK,NOKIA CORP ADR,10,4.50,45", "NOK"),
        ("IRA,Z1,NASDAQ:AAPL,APPLE,10,4.50,45", "AAPL"),
        ("IRA,Z1,AAPL US Equity,APPLE,10,4.50,45", "AAPL"),
        ("IRA,Z1,US0378331005,APPLE,10,4.50,45", "US0378331005"),
        ("IRA,Z1,--,CREF Stock R3 (QCSTIX),10,4.50,45", "QCSTIX"),
    ],
)
def test_identifier_is_normalized(line: str, symbol: str) -> None:
    assert only_holding(read(line, header=BROKER)).symbol == symbol


def test_holding_without_quantity_uses_value_as_quantity() -> None:
    holding = only_holding(read('IRA,Z1,,FIDELITY CONTRA POOL,,,"$1,234.56"', header=BROKER))

    assert (holding.quantity, holding.price) == (Decimal("1234.56"), Decimal(1))
    assert holding.is_value_only
    assert holding.symbol.startswith("FIDELITY-CONTRA")
    assert holding.name == "FIDELITY CONTRA POOL"


def test_stated_value_wins_over_rounded_factors() -> None:
    holding = only_holding(read("IRA,Z1,BTC,BITCOIN,0.12345678,71234.56,8794.39", header=BROKER))

    assert holding.quantity == Decimal("0.12345678")
    assert round(holding.quantity * (holding.price or 0), 2) == Decimal("8794.39")


@pytest.mark.parametrize(
    "header",
    [
        "Symbol,Quantity,Price,Value,Curr.",
        "Symbol,Quantity,Price,Value,Devise",
        "Symbol,Quantity,Price,Value,Market Price Currency",
        "Symbol,Quantity,Price,Value,Base CCY",
        "Symbol,Quantity,Price,Value,Account Currency",
    ],
)
def test_error_names_currency_of_refused_line(header: str) -> None:
    (error,) = errors("SAP,10,100,1000,EUR", "AAPL,1,2,2,US Dollar", header=header)

    assert (error.line, error.field) == (2, "currency")
    assert "euros (EUR)" in error.message


@pytest.mark.parametrize("header", ["Price (£)", "Price GBP", "Price in GBP", "Price (pence)", "priceGBP"])
def test_foreign_currency_in_header_is_one_error(header: str) -> None:
    (error,) = errors("VOD,10,100", "BP,10,100", header=f"Symbol,Quantity,{header}")

    assert "British p" in error.message
    assert "Export the holdings in US dollars" in error.message


def test_currency_column_overrides_suggested_currency() -> None:
    header = "Instrument;Menge;Kurs;Gesamtwert"
    (error,) = errors("AAPL;10;2,50;25,00", header=header)

    assert "suggests euros (EUR)" in error.message
    assert only_holding(read("AAPL;10;2,50;25,00;USD", header=f"{header};Währung")).price == Decimal("2.5")


@pytest.mark.parametrize("line", ["IRA,Z1,VTI,SOLD,0.000,301.15,$0.00", "IRA,Z1,VTI,SOLD,0,--,n/a"])
def test_sold_holdings_are_skipped(line: str) -> None:
    portfolio = read("IRA,Z1,BND,B,1,70,70", line, header=BROKER)

    assert reasons(portfolio) == {3: "Its quantity is zero."}


def test_mismatched_total_is_a_warning_with_difference() -> None:
    portfolio = read("IRA,Z1,BND,B,1,70,70", "IRA,Z1,Total,,,,100", header=BROKER)

    assert [(w.line, w.message) for w in portfolio.warnings][-1] == (
        3,
        "Line 3: the lines above add up to $30.00 less than the total.",
    )


def test_bond_price_is_per_hundred_of_face_value() -> None:
    assert only_holding(
        read('IRA,Z1,912810TM0,US TREASURY,"10,000",98.50,"$9,850.00"', header=BROKER)
    ).price == Decimal("0.985")


def test_repeated_symbol_without_prices_gets_average_price() -> None:
    holding = only_holding(read("IRA,Z1,ABC,A,3,,10.00", "IRA,Z1,ABC,A,4,,13.34", header=BROKER))

    assert (holding.quantity, holding.price) == (Decimal(7), Decimal("3.334286"))


def test_accounts_with_same_last_digits_show_more_digits() -> None:
    portfolio = read("IRA,11115678,VTI,V,1,1,1", "IRA,22225678,VTI,V,1,1,1", header=BROKER)

    assert [account.name for account in portfolio.accounts] == ["IRA (…5678)", "IRA (…25678)"]


def test_money_market_fund_not_at_one_dollar_is_a_holding() -> None:
    portfolio = read("IRA,Z1,MMKT,GOVERNMENT MONEY MARKET ETF,2,100.10,200.20", header=BROKER)

    assert cash(portfolio) == {"IRA (…Z1)": 0}
    assert only_holding(portfolio).symbol == "MMKT"


@pytest.mark.parametrize(
    ("lines", "amounts"),
    [
        (["IRA;VTI;12,5;1.301,15"], (Decimal("12.5"), Decimal("1301.15"))),
        (["IRA;VTI;1.500;301,15"], (Decimal(1500), Decimal("301.15"))),
        (["IRA;VTI;1'500;1\u202f301.15"], (Decimal(1500), Decimal("1301.15"))),
        (["IRA;VTI;12.5;1,301.15"], (Decimal("12.5"), Decimal("1301.15"))),
        (["IRA;VTI;1,500;301.15"], (Decimal(1500), Decimal("301.15"))),
        (["IRA;VTI;15;301"], (Decimal(15), Decimal(301))),
    ],
)
def test_unambiguous_number_is_read_in_either_notation(lines: list[str], amounts: tuple[Decimal, Decimal]) -> None:
    holding = only_holding(read(*lines, header=HEADER.replace(",", ";")))

    assert (holding.quantity, holding.price) == amounts


def test_ambiguous_number_is_refused() -> None:
    found = errors("IRA;VTI;1.500;301", header=HEADER.replace(",", ";"))

    assert [(error.line, error.field) for error in found] == [(2, "quantity")]


def test_tabs_separate_columns() -> None:
    assert only_holding(read("IRA\tVTI\t1,500\t301.15", header=HEADER.replace(",", "\t"))).quantity == 1500


def test_transaction_list_is_refused() -> None:
    text = "Run Date,Action,Symbol,Description,Quantity,Price ($),Amount ($)\n11/03/2026,YOU BOUGHT,VTI,V,1,301,-301\n"

    assert [error.field for error in refused(text).errors] == ["header"]


def test_long_second_table_is_one_skipped_entry() -> None:
    rows = "77001122,11/03/2026,11/04/2026,Dividend,VMFXX,0.0,1.0,8.71,\n" * 5_000

    portfolio = parse_portfolio_csv((ALL["vanguard"] + rows).encode())

    assert portfolio.accounts == export_of("vanguard").accounts
    assert [(skipped.line, skipped.last_line) for skipped in portfolio.skipped] == [(9, 5_010)]
