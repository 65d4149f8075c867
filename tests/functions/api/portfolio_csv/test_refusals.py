"""Refused files and lines. Each message states how to fix the file and never repeats the line."""

# ruff: noqa: E501 - a message on one line is easier to compare

import pytest

from functions.api.portfolio_csv import LineError, UnreadableCsv, parse_portfolio_csv
from tests.functions.api.portfolio_csv.reading import HEADER, errors, only_holding, parsed, read, refused

REMOVE = "Remove the line to leave it out."
SHORT = f"a short position can't be analyzed. {REMOVE}"
DEBT = f"cash below zero, such as a margin loan, can't be analyzed. {REMOVE}"
OR_VALUE = "Name it price or value if that is what it holds, or remove it."
EXPORT = "Export the holdings, often called positions, instead."


@pytest.mark.parametrize(
    ("line", "field", "message"),
    [
        (",VTI,1,", "account", "the account is empty. Fill it in."),
        (f"{'x' * 101},VTI,1,", "account", "shorten the account's name to at most 88 characters."),
        ("A,,1,", "symbol", "the symbol is empty. Fill in a ticker, a CUSIP, or a description, or CASH for cash."),
        ("A,VTI,,", "quantity", "the quantity is empty. Fill in the quantity or the value in US dollars, or remove the line."),
        ("A,CASH,,", "quantity", "the cash has no amount. Fill in the quantity or the value, or remove the line."),
        ("A,VTI,-5,", "quantity", SHORT),
        ("A,VTI,(5),", "quantity", SHORT),
        ("A,VTI,1000000000.000001,", "quantity", "write a quantity of at most 1,000,000,000."),
        ("A,VTI,1.0000000000000000001,", "quantity", "round the quantity to at most 18 decimals."),
        ("A,VTI,$5,", "quantity", "write the quantity as a number of units, without a currency."),
        ("A,VTI,1,-$5", "price", "write a price above zero."),
        ("A,VTI,1,10000000.01", "price", "write a price of at most 10,000,000."),
        ("A,VTI,1,1.0000000000001", "price", "round the price to at most 12 decimals."),
        ("A,CASH,-1,", "quantity", DEBT),
        ("A,VTI,1,1,234.50", "file", "it has more cells than the header. Put numbers that contain commas in quotation marks."),
        ('A,"VTI,1,', "file", "its quotation marks don't match. Close each one, and double those inside a quoted cell."),
        ('"A"b,VTI,1,', "file", "its quotation marks don't match. Close each one, and double those inside a quoted cell."),
        (f"A,{'V' * 200_000},1,", "file", "a cell is longer than 131,072 characters. Shorten it, or remove the line."),
    ],
)  # fmt: skip
def test_bad_line_is_reported_with_remedy(line: str, field: str, message: str) -> None:
    assert errors(line) == [LineError(2, field, f"Line 2: {message}")]


def test_cash_at_another_price_is_refused_as_ambiguous() -> None:
    (error,) = errors("A,CASH,1,2")

    assert error.field == "symbol"
    assert "this may be cash, or the share with that ticker" in error.message


@pytest.mark.parametrize(
    "number",
    [
        *("1e3", "1e999", "1E+05", "NaN", "sNaN123", "Infinity", "-inf", "0x10", "1_000", "1.2.3", "ten", "٣"),
        *('"1,00,000"', "$", ".", "5%", "--5", "(5", "5)", "-$-5"),
        *("9" * 41, "9" * 100_000),
    ],
    ids=lambda number: number[:12],
)
@pytest.mark.parametrize("column", ["quantity", "price"])
def test_only_plain_numbers_are_numbers(number: str, column: str) -> None:
    if number == "NaN":
        number = "NaN1"  # NaN is an empty cell
    line = f"A,VTI,{number},1" if column == "quantity" else f"A,VTI,1,{number}"

    (error,) = errors(line)

    assert (error.field, error.message.partition(", such as")[0]) == (
        column,
        f"Line 2: write the {column} as a plain number",
    )


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        (f"1,,{'9' * 30}", "write a value of at most 1,000,000,000,000."),
        (f"{'9' * 40},{'9' * 40},", "write a quantity of at most 1,000,000,000."),
        (
            "0.000000000000000001,,1000000",
            "no price of a unit follows from its quantity and value. Correct the line, or remove it.",
        ),
    ],
)
def test_number_of_many_digits_is_refused_like_others(amounts: str, message: str) -> None:
    """Decimal's own context has 28 digits, and raises an error if a result needs more."""
    assert errors(f"A,VTI,{amounts}", header=f"{HEADER},value")[0].message == f"Line 2: {message}"


@pytest.mark.parametrize(
    "symbol", ["SPAXX**X", "B/", "-VTI", ".", "V" * 21, "VTI\n", "ﬀ", "ß", "VTI'--", "=1+1", "A B"]
)
def test_symbols_match_their_pattern(symbol: str) -> None:
    if symbol.strip() == "VTI":
        assert only_holding(read(f'A,"{symbol}",1,')).symbol == "VTI"
    else:
        assert [(error.line, error.field) for error in errors(f'A,"{symbol}",1,')] == [(2, "symbol")]


@pytest.mark.parametrize("character", ["\x9b", "\n", "\u2028", "\u202e"])
def test_account_names_contain_no_control_characters(character: str) -> None:
    assert [(error.line, error.field) for error in errors(f'"A{character}B",VTI,1,')] == [(2, "account")]


def test_malformed_csv_header_is_the_only_error() -> None:
    assert [(error.line, error.field) for error in errors("A,V TI,x", header='"account"x,symbol,quantity')] == [
        (1, "file")
    ]


def test_all_bad_fields_of_all_bad_lines_are_reported_at_once() -> None:
    listed = errors("A,VTI,1,2", ",V'I,x1,y2", "", '"A\nB",VTI,1,', "A,VTI,2,3", "A,BND,-1,")

    assert [(error.line, error.field) for error in listed] == [
        (3, "quantity"),
        (3, "price"),
        (3, "symbol"),
        (5, "account"),
        (7, "price"),
        (8, "quantity"),
    ]


def test_two_prices_of_one_symbol_in_one_account_are_refused() -> None:
    assert [(error.line, error.field) for error in errors("A,VTI,1,301.15", "B,VTI,1,5", "A,VTI,1,401.15")] == [
        (4, "price")
    ]


def test_limits_apply_to_sums_of_lines() -> None:
    messages = errors("A,VTI,600000000,", "A,VTI,600000000,", "A,CASH,600000000,", "A,CASH,600000000,")

    assert [(error.line, error.field) for error in messages] == [(3, "quantity"), (5, "quantity")]


def test_1000_positions_are_read_and_1001_are_refused() -> None:
    lines = [f"Account {n // 50},S{n},1," for n in range(1000)]

    assert (
        sum(len(account.holdings) for account in read(*lines, "Account 1,CASH,5,", "Account 0,S0,1,").accounts) == 1000
    )
    assert errors(*lines, "Account 1,MORE,1,", "Account 1,MOST,1,") == [
        LineError(1002, "file", "Line 1002: at most 1,000 positions can be imported.")
    ]


def test_1000_accounts_are_read_and_1001_are_refused() -> None:
    lines = [f"Account {n},CASH,1," for n in range(1000)]

    assert len(read(*lines).accounts) == 1000
    assert [(error.line, error.field) for error in errors(*lines, "One more,CASH,1,")] == [(1002, "account")]


def test_hundred_errors_are_listed_and_others_counted() -> None:
    error = refused("\n".join([HEADER, *["A,VTI,x1,"] * 250]))

    assert [wrong.line for wrong in error.errors] == list(range(2, 102))
    assert error.more == 150
    assert str(error) == "The file can't be imported: 250 things to correct."


def test_file_of_notes_is_refused() -> None:
    assert [error.line for error in errors("A,VTI,1,", *["a note"] * 1001)] == [1003]
    assert len(read("A,VTI,1,", *["a note"] * 1000).skipped) == 1000


@pytest.mark.parametrize("body", [b"", b"\n\r\n  \n", b"\xef\xbb\xbf", b",,,\n,,"])
def test_empty_file_is_refused(body: bytes) -> None:
    assert refused(body).errors == [
        LineError(1, "file", "The file is empty. Begin it with a header of the columns account,symbol,quantity,price.")
    ]


@pytest.mark.parametrize("body", [HEADER, f"{HEADER}\n\n", f"{HEADER}\nTotal,,,0\n"])
def test_file_without_holdings_is_refused(body: str) -> None:
    (error,) = refused(body).errors

    assert error.field == "file"
    assert error.message.startswith("The file has a header but no holdings. Export the holdings")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("account,symbol,quantity,prise", f'Line 1: Alex doesn\'t recognize the column "prise". {OR_VALUE}'),
        ("account,symbol,quantity,,prise", f"Line 1: Alex doesn't recognize column 4. {OR_VALUE}"),
        (f"account,symbol,quantity,a\xa0b{'c' * 100}", f'Line 1: Alex doesn\'t recognize the column "a b{"c" * 37}…". {OR_VALUE}'),
        ("account,symbol", "Line 1: no column holds an amount. Add a column quantity, in units, or value, in US dollars."),
        ("account,quantity,price", "Line 1: no column names the holdings. Add a column symbol or description."),
        ("Run Date,Action,Symbol,Quantity,Price", f"The file lists transactions, such as purchases and sales. {EXPORT}"),
        ("Symbol,Quantity,Date acquired,Date sold,Proceeds", f"The file lists positions that were sold (realized gains). {EXPORT}"),
        ("Strike,Bid,Ask,Volume", f"The file lists quotes of options (an option chain). {EXPORT}"),
        ("Symbol,Name,Last,Change", f"Line 1: the table has prices but no quantities, like a watch list. Add a column quantity. {EXPORT}"),
        ("Account,Type,Balance", f"Line 1: the table lists the balances of accounts, not what they hold. {EXPORT}"),
        ("Symbol,Weight", "Line 1: the table has percentages but no amounts. Add a column quantity or value, in units or US dollars."),
        ("Symbol,Amount", 'Line 1: the column "Amount" may hold units or dollars. Name it quantity or value.'),
        ("Roth IRA,VTI,10", "No table of holdings was found. Export the holdings, often called positions, or add a header above them, such as account,symbol,quantity,price."),
    ],
)  # fmt: skip
def test_error_names_kind_of_another_table(header: str, message: str) -> None:
    (error,) = errors("A,VTI,5,7", header=header)

    assert (error.line, error.field, error.message) == (1, "header", message)


def test_columns_with_same_name_may_repeat_but_not_differ() -> None:
    header = "account,symbol,quantity,quantity"

    assert only_holding(read("A,VTI,5,5", header=header)).quantity == 5
    assert [(error.line, error.field) for error in errors("A,VTI,5,6", header=header)] == [(2, "quantity")]


@pytest.mark.parametrize(
    ("body", "line", "content"),
    [
        (b"PK\x03\x04" + bytes(100), 1, "an Excel workbook or a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 1, "an Excel workbook"),
        (b"%PDF-1.7", 1, "a PDF"),
        (b"\x89PNG\r\n", 1, "a picture"),
        (b"OFXHEADER:100", 1, "an OFX or QFX file"),
        (b"!Type:Invst", 1, "a QIF file"),
        (b"<?xml version='1.0'?><FlexQueryResponse>", 1, "an XML file"),
        (b"\n <!DOCTYPE html><table>", 1, "a web page"),
        (b'{"holdings": []}', 1, "a JSON file"),
        (f"{HEADER}\nA,VTI,1,".encode("utf-16")[:-1], 2, "the text is damaged"),
        (f"{HEADER}\nA,VTI,1,\nB\0,VTI,1,".encode(), 3, "characters that no text has"),
        (f"{HEADER}\nA,VTI,1,\n\N{REPLACEMENT CHARACTER},VTI,1,".encode(), 3, "a character was lost on the way"),
        (f"{HEADER}\nDépôt,VTI,1,\nÉ".encode()[:-1], 3, "The file ends in the middle of a character"),
    ],
)
def test_error_names_kind_of_non_text_file(body: bytes, line: int, content: str) -> None:
    (error,) = refused(body).errors

    assert (error.line, error.field) == (line, "file")
    assert content in error.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_is_decoded_in_any_encoding(encoding: str) -> None:
    body = f"{HEADER}\nDépôt,VTI,1,2\n".encode(encoding)

    assert parse_portfolio_csv(body).accounts[0].name == "Dépôt"


@pytest.mark.parametrize(
    "line", ["sekret,SE/KRET,s3kret,s3kret", "sekret,SEKRET,1e5,-77", "sekret,,,", "Total sekret,,77,77"]
)
def test_messages_never_repeat_the_line(line: str) -> None:
    outcome = parsed(f"{HEADER}\nA,VTI,1,\n{line}".encode())

    if isinstance(outcome, UnreadableCsv):
        messages = [str(outcome), *(error.message for error in outcome.errors)]
    else:
        messages = [skipped.reason for skipped in outcome.skipped]
    assert messages
    assert [text for text in messages if "kret" in text.lower() or "77" in text] == []
