"""What is refused: every line, with what to do, and without a word of what it holds."""

import pytest

from functions.api.portfolio_csv import LineError, UnreadableCsv
from tests.functions.api.portfolio_csv.reading import HEADER, errors, only_holding, parsed, read, refused

SHORT = "remove the line to leave it out: a short position can't be analysed"
DEBT = "remove the line to leave it out: cash below zero, as of a margin loan, can't be analysed"
OR_PRICE = "or name it price if that is what it is"


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
        ("A,VTI,-5,", "quantity", f"In line 2, {SHORT}."),
        ("A,VTI,(5),", "quantity", f"In line 2, {SHORT}."),
        ("A,VTI,1000000000.000001,", "quantity", "In line 2, write a quantity of at most 1,000,000,000."),
        ("A,VTI,1.0000001,", "quantity", "In line 2, round the quantity to at most 6 decimals."),
        ("A,VTI,$5,", "quantity", "In line 2, write the quantity as a number of units, without a dollar sign."),
        ("A,VTI,1,0", "price", "In line 2, write a price above zero."),
        ("A,VTI,1,-$5", "price", "In line 2, write a price above zero."),
        ("A,VTI,1,10000000.01", "price", "In line 2, write a price of at most 10,000,000."),
        ("A,VTI,1,1.0000001", "price", "In line 2, round the price to at most 6 decimals."),
        ("A,CASH,-1,", "quantity", f"In line 2, {DEBT}."),
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
    "symbol", ["SPAXX**X", "B/", "-VTI", ".", "V" * 21, "VTI\n", "ﬀ", "ß", "VTI'--", "=1+1", "A B"]
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
        ("account,symbol,quantity,quantity", ["In line 1, name the column quantity only once."]),
        ("account,symbol,quantity,prise", [f'In line 1, remove the column "prise", {OR_PRICE}.']),
        ("account,symbol,quantity,,Shares", [f"In line 1, remove or name the unnamed column 4, {OR_PRICE}."]),
        (
            f"account,symbol,quantity,a\x1bb{'c' * 100}",
            [f'In line 1, remove the column "a b{"c" * 37}…", {OR_PRICE}.'],
        ),
        ("acount,symbol,quantity,price", ["In line 1, add the column account to the header."]),
        ("account,symbol", ["In line 1, add the column quantity to the header."]),
        ("account;symbol", ["Begin the file with a header of the columns account,symbol,quantity,price."]),
        (
            "Run Date,Action,Symbol,Quantity,Price",
            ["The file lists transactions: export the holdings, often called positions, instead."],
        ),
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
        (f"{HEADER}\nA,VTI,1,".encode("utf-16")[:-1], 1, "save it as CSV in UTF-8"),
        (f"{HEADER}\nA,VTI,1,".encode("utf-16-le"), 1, "save the file as CSV in UTF-8"),
        (f"{HEADER}\nA,VTI,1,\nB\0,VTI,1,".encode(), 3, "save the file as CSV in UTF-8"),
        (f"{HEADER}\nA,VTI,1,\nÜbersee,VTI,1,".encode("latin-1"), 3, "save the file as CSV in UTF-8"),
    ],
    ids=["xlsx", "xls", "UTF-16 cut off", "UTF-16 without mark", "NUL", "latin-1"],
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
