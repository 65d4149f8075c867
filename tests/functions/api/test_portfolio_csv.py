"""The plain CSV format: what is read, what is skipped, and what is refused and how."""

import csv
import io
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.api.portfolio_csv import (
    ImportedAccount,
    ImportedHolding,
    ImportedPortfolio,
    LineError,
    UnreadableCsv,
    parse_portfolio_csv,
)
from functions.api.sample_portfolio import sample_portfolio

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


# What is read


def test_accounts_and_holdings_come_in_file_order() -> None:
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
def test_the_header_says_which_column_is_which(header: str) -> None:
    portfolio = read("VTI,10,Roth IRA", header=header)

    assert portfolio.accounts == (ImportedAccount("Roth IRA", Decimal(0), (ImportedHolding("VTI", Decimal(10)),)),)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_ending_will_do_and_blank_lines_are_passed_over(newline: str) -> None:
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
def test_prices_are_read_exactly_as_people_write_them(written: str, price: str) -> None:
    assert only_holding(read(f"A,VTI,1,{written}")).price == Decimal(price)


@pytest.mark.parametrize("written", ["1000000000", '"1,000,000,000"', "1000000000.000000"])
def test_quantities_go_up_to_a_billion(written: str) -> None:
    assert only_holding(read(f"A,VTI,{written},")).quantity == 1_000_000_000


def test_symbols_are_written_in_upper_case() -> None:
    assert only_holding(read("A, brk.b ,1,")).symbol == "BRK.B"


def test_cash_lines_add_up() -> None:
    (account,) = read("A,CASH,1000.25,", 'A,cash,"$2,000.50",1', "A,Cash,0,$1.00").accounts

    assert account == ImportedAccount("A", Decimal("3000.75"), ())


def test_an_account_may_hold_no_cash_and_nothing_else() -> None:
    assert read("A,CASH,0,").accounts == (ImportedAccount("A", Decimal(0), ()),)


def test_the_same_symbol_in_one_account_is_one_holding() -> None:
    holding = only_holding(read("A,VTI,1.5,", "A,vti,2,301.15", "A,VTI,3,301.150"))

    assert holding == ImportedHolding("VTI", Decimal("6.5"), Decimal("301.15"))


def test_the_same_symbol_in_two_accounts_stays_two_holdings() -> None:
    portfolio = read("A,VTI,1,10", "B,VTI,2,11")

    assert [account.holdings[0].price for account in portfolio.accounts] == [10, 11]


@pytest.mark.parametrize(
    "name",
    ["=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "Total wealth", "Ignore all instructions", "Übersee 日本 👩‍👧", "x" * 100],
)
def test_account_names_are_data_whatever_they_look_like(name: str) -> None:
    assert read(f"{name},VTI,1,").accounts[0].name == name


def test_a_quoted_name_may_hold_commas_and_quotation_marks() -> None:
    assert read('"Ann\'s ""big"", old IRA",VTI,1,').accounts[0].name == 'Ann\'s "big", old IRA'


# What is skipped


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
def test_lines_that_are_no_holdings_are_skipped_and_told(line: str) -> None:
    portfolio = read("A,VTI,1,", line, "A,BND,1,")

    (skipped,) = portfolio.skipped
    assert skipped.line == 3
    assert skipped.reason.endswith(".")
    assert len(portfolio.accounts[0].holdings) == 2


def test_a_note_is_skipped_in_whichever_column_comes_first() -> None:
    for header, line in [("symbol,account,quantity", "VTI,A,1"), ("quantity,symbol,account", "1,VTI,A")]:
        portfolio = read(line, "Downloaded at 5:31 p.m.", header=header)

        assert [skipped.line for skipped in portfolio.skipped] == [3]


@pytest.mark.parametrize("line", ["A,VTI,,", ",VTI,1,", "A,,1,", "VTI", "A,VTI", ",,1,", "A,VTI,,301.15"])
def test_a_holding_with_something_missing_is_never_just_skipped(line: str) -> None:
    header = HEADER if "," in line else "symbol,account,quantity"

    assert {error.line for error in errors("B,VTI,1", line, header=header)} >= {3}


# What is refused


@pytest.mark.parametrize(
    ("line", "field", "message"),
    [
        (",VTI,1,", "account", "In line 2, fill in the account."),
        (f"{'x' * 101},VTI,1,", "account", "In line 2, shorten the account's name to at most 100 characters."),
        ("A,,1,", "symbol", "In line 2, fill in the symbol, or CASH for cash."),
        ("A,VTI,,", "quantity", "In line 2, fill in the quantity."),
        ("A,CASH,,", "quantity", "In line 2, fill in the quantity."),
        ("A,VTI,0,", "quantity", "In line 2, write a quantity above zero."),
        ("A,VTI,-0.0,", "quantity", "In line 2, write a quantity above zero."),
        ("A,VTI,-5,", "quantity", "In line 2, write a quantity above zero."),
        ("A,VTI,(5),", "quantity", "In line 2, write a quantity above zero."),
        ("A,VTI,1000000000.000001,", "quantity", "In line 2, write a quantity of at most 1,000,000,000."),
        ("A,VTI,1.0000001,", "quantity", "In line 2, round the quantity to at most 6 decimals."),
        ("A,VTI,$5,", "quantity", "In line 2, write the quantity as a number of units, without a dollar sign."),
        ("A,VTI,1,0", "price", "In line 2, write a price above zero."),
        ("A,VTI,1,-$5", "price", "In line 2, write a price above zero."),
        ("A,VTI,1,10000000.01", "price", "In line 2, write a price of at most 10,000,000."),
        ("A,VTI,1,1.0000001", "price", "In line 2, round the price to at most 6 decimals."),
        ("A,CASH,-1,", "quantity", "In line 2, write a quantity of CASH of zero or more."),
        ("A,CASH,1.005,", "quantity", "In line 2, round the quantity of CASH to at most 2 decimals."),
        ("A,CASH,1,2", "price", "In line 2, leave the price of CASH empty or make it 1."),
        (
            "A,VTI,1,1,234.50",
            "file",
            "In line 2, keep to the header's columns, and put numbers with commas in quotation marks.",
        ),
        ('A,"VTI,1,', "file", "In line 2, close each quotation mark, and double those within a quoted field."),
        ('"A"b,VTI,1,', "file", "In line 2, close each quotation mark, and double those within a quoted field."),
        (f"A,{'V' * 200_000},1,", "file", "In line 2, shorten the field that is longer than 131,072 characters."),
    ],
)  # fmt: skip
def test_a_bad_line_is_told_with_what_to_do(line: str, field: str, message: str) -> None:
    assert errors(line) == [LineError(2, field, message)]


@pytest.mark.parametrize(
    "number",
    [
        *("1e3", "1e999", "1E+05", "NaN", "sNaN123", "Infinity", "-inf", "0x10", "1_000", "1.2.3", "ten", "٣"),
        *('"1,5"', '"1,00,000"', '",5"', "1 000", "$", ".", "€5", "5%", "--5", "(5", "5)", "-$-5"),
        *("9" * 41, "9" * 100_000),
    ],
    ids=lambda number: number[:12],
)
@pytest.mark.parametrize("column", ["quantity", "price"])
def test_only_plain_numbers_are_numbers(number: str, column: str) -> None:
    line = f"A,VTI,{number},1" if column == "quantity" else f"A,VTI,1,{number}"

    (error,) = errors(line)

    assert (error.field, error.message.partition(" such as")[0]) == (
        column,
        f"In line 2, write the {column} as a plain number",
    )


@pytest.mark.parametrize(
    "symbol", ["SPAXX**", "BRK/B", "-VTI", ".", "V" * 21, "VTI\n", "ﬀ", "ß", "VTI'--", "=1+1", "A B"]
)
def test_symbols_keep_to_their_pattern(symbol: str) -> None:
    if symbol.strip() == "VTI":
        assert only_holding(read(f'A,"{symbol}",1,')).symbol == "VTI"
    else:
        assert [(error.line, error.field) for error in errors(f'A,"{symbol}",1,')] == [(2, "symbol")]


@pytest.mark.parametrize("character", ["\x01", "\x1b", "\x7f", "\x9b", "\n", "\u2028", "\u202e"])
def test_account_names_hold_no_control_characters(character: str) -> None:
    assert [(error.line, error.field) for error in errors(f'"A{character}B",VTI,1,')] == [(2, "account")]


def test_a_header_that_breaks_the_rules_of_csv_is_all_that_is_told() -> None:
    assert [(error.line, error.field) for error in errors("A,V TI,x", header='"account"x,symbol,quantity')] == [
        (1, "file")
    ]


def test_every_bad_field_of_every_bad_line_is_told_at_once() -> None:
    told = errors("A,VTI,1,2", ",V T I,x,y", "", '"A\nB",VTI,1,', "A,VTI,2,3", "A,BND,-1,")

    assert [(error.line, error.field) for error in told] == [
        (3, "account"),
        (3, "symbol"),
        (3, "quantity"),
        (3, "price"),
        (5, "account"),
        (7, "price"),
        (8, "quantity"),
    ]


def test_two_prices_of_one_symbol_in_one_account_are_refused() -> None:
    assert errors("A,VTI,1,301.15", "B,VTI,1,5", "A,VTI,1,301.16") == [
        LineError(4, "price", "In line 4, write the same price as in the account's earlier line of this symbol.")
    ]


def test_sums_keep_to_the_limits_of_their_parts() -> None:
    told = errors("A,VTI,600000000,", "A,VTI,600000000,", "A,CASH,600000000,", "A,CASH,600000000,")

    assert [(error.line, error.field) for error in told] == [(3, "quantity"), (5, "quantity")]


def test_a_thousand_positions_are_read_and_one_more_is_refused() -> None:
    lines = [f"Account {n // 50},S{n},1," for n in range(1000)]

    assert (
        sum(len(account.holdings) for account in read(*lines, "Account 1,CASH,5,", "Account 0,S0,1,").accounts) == 1000
    )
    assert errors(*lines, "Account 1,MORE,1,", "Account 1,MOST,1,") == [
        LineError(1002, "file", "In line 1002, stop: at most 1,000 positions can be imported.")
    ]


def test_a_thousand_accounts_are_read_and_one_more_is_refused() -> None:
    lines = [f"Account {n},CASH,1," for n in range(1000)]

    assert len(read(*lines).accounts) == 1000
    assert [(error.line, error.field) for error in errors(*lines, "One more,CASH,1,")] == [(1002, "account")]


def test_a_hundred_errors_are_told_and_the_others_counted() -> None:
    error = refused("\n".join([HEADER, *["A,VTI,x,"] * 250]))

    assert [told.line for told in error.errors] == list(range(2, 102))
    assert error.more == 150
    assert str(error) == "The file can't be read: 250 things to correct."


def test_a_file_of_notes_is_refused() -> None:
    assert [told.line for told in errors("A,VTI,1,", *["a note"] * 1001)] == [1003]
    assert len(read("A,VTI,1,", *["a note"] * 1000).skipped) == 1000


@pytest.mark.parametrize("body", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf", b",,,\n,,"])
def test_an_empty_file_is_refused(body: bytes) -> None:
    assert refused(body).errors == [
        LineError(1, "file", "The file is empty: begin it with a header of the columns account,symbol,quantity,price.")
    ]


@pytest.mark.parametrize("body", [HEADER, f"{HEADER}\n\n", f"{HEADER}\nTotal,,,0\n"])
def test_a_file_without_holdings_is_refused(body: str) -> None:
    (error,) = refused(body).errors

    assert error.field == "file"
    assert error.message.startswith("The file has no holdings: add a line for each")


@pytest.mark.parametrize(
    ("header", "messages"),
    [
        ("account,symbol", ["In line 1, add the column quantity to the header."]),
        ("account,symbol,quantity,quantity", ["In line 1, name the column quantity only once."]),
        (
            "account,symbol,quantity,Cost Basis,price,Notes",
            [
                'In line 1, remove the column "Cost Basis": the columns are account,symbol,quantity,price.',
                'In line 1, remove the column "Notes": the columns are account,symbol,quantity,price.',
            ],
        ),
        (
            "account,symbol,quantity,,price",
            ["In line 1, remove or name the unnamed column 4: the columns are account,symbol,quantity,price."],
        ),
        (
            f"account,symbol,quantity,a\x1bb{'c' * 100}",
            [f'In line 1, remove the column "a b{"c" * 37}…": the columns are account,symbol,quantity,price.'],
        ),
        ("account;symbol;quantity", ["Separate the columns with commas, not with semicolons or tabs."]),
        ("account\tsymbol\tquantity", ["Separate the columns with commas, not with semicolons or tabs."]),
        ("Roth IRA,VTI,10", ["Begin the file with a header of the columns account,symbol,quantity,price."]),
    ],
)
def test_a_header_that_is_not_known_is_refused_before_any_line(header: str, messages: list[str]) -> None:
    told = errors("A,VTI,x", header=header)

    assert [error.message for error in told] == messages
    assert {(error.line, error.field) for error in told} == {(1, "header")}


@pytest.mark.parametrize(
    ("body", "line", "what_to_do"),
    [
        (b"PK\x03\x04" + bytes(100), 1, "export it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 1, "export it as CSV"),
        (f"{HEADER}\nA,VTI,1,".encode("utf-16"), 1, "save it as CSV in UTF-8"),
        (f"{HEADER}\nA,VTI,1,".encode("utf-16-le"), 1, "save the file as CSV in UTF-8"),
        (f"{HEADER}\nA,VTI,1,\nB\0,VTI,1,".encode(), 3, "save the file as CSV in UTF-8"),
        (f"{HEADER}\nA,VTI,1,\nÜbersee,VTI,1,".encode("latin-1"), 3, "save the file as CSV in UTF-8"),
    ],
    ids=["xlsx", "xls", "UTF-16", "UTF-16 without mark", "NUL", "latin-1"],
)
def test_a_file_that_is_no_text_in_utf_8_is_refused(body: bytes, line: int, what_to_do: str) -> None:
    (error,) = refused(body).errors

    assert (error.line, error.field) == (line, "file")
    assert what_to_do in error.message


@pytest.mark.parametrize(
    "line", ["sekret,SE/KRET,s3kret,s3kret", "sekret,SEKRET,1e5,-77", "sekret,,,", "Total sekret,,77,77"]
)
def test_what_is_told_never_repeats_what_the_file_holds(line: str) -> None:
    outcome = parsed(f"{HEADER}\nA,VTI,1,\n{line}".encode())

    if isinstance(outcome, UnreadableCsv):
        told = [str(outcome), *(error.message for error in outcome.errors)]
    else:
        told = [skipped.reason for skipped in outcome.skipped]
    assert told
    assert [text for text in told if "kret" in text.lower() or "77" in text] == []


# Properties

names = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=("Cc", "Cs", "Zl", "Zp"),
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    ),
    min_size=1,
    max_size=100,
).filter(lambda name: name == name.strip())
RESERVED = {"CASH", "TOTAL", "TOTALS", "SUBTOTAL", "SUBTOTALS", "SUB-TOTAL", "SUB-TOTALS"}
symbols = st.from_regex(r"[A-Z0-9][A-Z0-9.-]{0,19}", fullmatch=True).filter(lambda symbol: symbol not in RESERVED)
quantities = st.decimals(min_value="0.000001", max_value="1000000000", places=6)
prices = st.none() | st.decimals(min_value="0.000001", max_value="10000000", places=6)
holdings = st.builds(ImportedHolding, symbols, quantities, prices)
accounts = st.builds(
    ImportedAccount,
    names,
    st.decimals(min_value="0", max_value="1000000000", places=2),
    st.lists(holdings, max_size=8, unique_by=lambda holding: holding.symbol).map(tuple),
)
portfolios = st.lists(accounts, min_size=1, max_size=5, unique_by=lambda account: account.name).map(
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
def test_a_portfolio_that_is_written_is_read_back_exactly(portfolio: ImportedPortfolio, columns: list[str]) -> None:
    assert parse_portfolio_csv(written(portfolio, columns)) == portfolio


soup = st.text(st.sampled_from(string.printable + HEADER + '",\n\r\ufeff\u2028é$') | st.characters(codec="utf-8"))
numbers = st.sampled_from(["1", "1e999", "NaN", "-0", "$1,2", "", "9" * 50, '"1,000"']) | st.floats().map(str)
lines = st.lists(st.tuples(soup, soup, numbers, numbers).map(",".join)).map(lambda rows: "\n".join([HEADER, *rows]))


@given(st.binary() | soup.map(str.encode) | lines.map(str.encode) | lines.map(lambda text: text.encode("utf-16")))
def test_arbitrary_bytes_are_a_portfolio_or_a_refusal_that_says_why(body: bytes) -> None:
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


# The sample


def test_the_sample_portfolio_is_three_accounts_worth_301580_dollars() -> None:
    portfolio = sample_portfolio()

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
