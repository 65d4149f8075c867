"""Files of 1 MB that are as expensive as possible to read or to reject: the corpus of import_cost.py."""

import random
from collections.abc import Callable

from functions.api.limits import MAX_LINES, MAX_RECORDS

MEGABYTE = 1_000_000
MOST_LINES = MAX_LINES - 10
"""A file with more lines is rejected before the last steps."""
PLAIN = "account,symbol,quantity,price\n"
BROKER = "Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value\n"
_SEED = 17


def filled(header: str, *lines: str, most: int = MOST_LINES) -> str:
    """Repeat lines up to 1 MB or `most` lines. `{n}` is the number of the line, `{block}` that of the repetition."""
    parts, size, n = [header], len(header.encode()), 0
    while size < MEGABYTE and n < most:
        line = lines[n % len(lines)].replace("{n}", str(n)).replace("{block}", str(n // len(lines)))
        parts.append(line)
        size += len(line.encode())
        n += 1
    return "".join(parts)


def _cut(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)[:MEGABYTE]


def _broker(*lines: str) -> Callable[[], bytes]:
    return lambda: _cut(filled(BROKER, *lines))


def _plain(*lines: str) -> Callable[[], bytes]:
    return lambda: _cut(filled(PLAIN, *lines))


def _accepted() -> bytes:
    """Return a file with the maximum number of positions and lines, each as long as 1 MB allows."""
    name = "Fund of a long name " * 3
    lines = [f"Z{n % 1_000:08},IRA,S{n % 1_000:03},{name}{n % 1_000},{n}.123456,5.25,\n" for n in range(MOST_LINES)]
    return _cut(BROKER + "".join(lines))


def _shuffled() -> bytes:
    """Return words, numbers and delimiters in random order."""
    chance = random.Random(_SEED)  # noqa: S311 - no secret
    words = [
        "Symbol",
        "Total",
        "Cash",
        "$1,234.50",
        "(12)",
        "as of 12/12/2026",
        "USD",
        "EUR",
        '"',
        ",",
        ";",
        "\t",
        "\n",
    ]
    return _cut("".join(chance.choices(words, k=300_000)))


FILES: dict[str, Callable[[], bytes]] = {
    "the largest that is accepted": _accepted,
    "in no order": _shuffled,
    "tab-separated lines": lambda: _cut(filled(PLAIN.replace(",", "\t"), "A\tVTI\t1\t1\n")),
    "UTF-16": lambda: _cut(filled(BROKER, "Z{n},IRA,VTI,V,1,5,5\n")[: MEGABYTE // 2], "utf-16"),
    "Windows-1252": lambda: _cut(filled(BROKER, "Z1,D\u00e9p\u00f4t,VTI,V\u00e9,1,5,5\n"), "cp1252"),
    "wide notes": _plain("x," * 199 + "\n"),
    "wide rows of empty cells": _plain("A,VTI,1,1" + "," * 290 + "\n"),
    "one line": lambda: b"account,symbol,quantity,price," + b"x" * MEGABYTE,
    "one line of delimiters": lambda: PLAIN.encode() + b",;\t|" * (MEGABYTE // 4),
    "quotation marks": _plain('"A","V""TI","1","1"\n'),
    "quotation marks that are never closed": _plain('A,"VTI,1,1\n'),
    "quotation marks and spaces": _plain('"A"          ,"VTI"          ,"1" ,"1" \n'),
    "formulas": _plain('="A",="VTI",="1",="1"\n'),
    "formulas that are never closed": _plain('="A,="VTI,="1,="1'),
    "curly quotation marks": _plain("\u201cA\u201d,\u201cVTI\u201d,1,1\n"),
    "spaces": _plain(" " * 400 + "A" + " " * 400 + ",VTI,1,1\n"),
    "empty lines": _plain("\n"),
    "accounts": _plain("A{n},VTI,1,1\n"),
    "accounts of cash": _plain("A{n},CASH,1,1\n"),
    "long names of accounts": _plain("{n}" + "x" * 90 + ",VTI,1,1\n"),
    "names of joined emoji": _plain("\U0001f468\u200d\U0001f469\u200d\U0001f467" * 8 + ",VTI,1,1\n"),
    "labels": _broker("Z,IRA,VTI,V,1,5,5\n", "Z,IRA,,Fund {n} of a long name that fills the line up here,,,5\n"),
    "labels alone": _broker("Z,IRA,,Fund {n},,,5\n"),
    "headings and sums": _broker("Z,,,Heading {n},,,5\n", "Z,,VTI,V,1,5,5\n"),
    "nested sums": _broker("Z,,,Heading {n},,,0\n", "Z,,VTI,V,1,5,5\n", "Z,,,Sum {n},,,{block}5\n"),
    "totals": _broker("Z,IRA,VTI,V,1,5,5\n", "Z,IRA,Total,,,,{n}\n"),
    "totals of cash that is listed twice": _broker(
        "Z,IRA,CASH,Cash,,,{block}.11\n", "Z,IRA,CASH,Cash,,,{block}.11\n", "Z,IRA,Total,,,,{block}.11\n"
    ),
    "deposits": _broker("Z,IRA,,FDIC insured bank deposit program of a long name {n},,,{n}.00\n"),
    "names of cash": _broker("Z,IRA,," + "cash deposit " * 15 + "{n},1,1,{n}\n"),
    "names with tickers": _broker("Z,IRA,," + "A (B) - " * 18 + "(VTI),1,1,{n}\n"),
    "numbers of securities": _broker("Z,IRA,922908769,V {n},1,5,5\n", "Z,IRA,US9229087690,V {n},1,5,5\n"),
    "options": _broker("Z,IRA,AAPL Jan 17 '25 ${n} Call,CALL (AAPL) APPLE INC JAN 17 25 $200,1,2,200\n"),
    "bonds": _broker("Z,IRA,912828ZT0,UNITED STATES TREAS NTS 0.25% 05/31/25 {n},1000,99.5,995\n"),
    "foreign currencies": lambda: _cut(
        filled(BROKER.replace("\n", ",Currency\n"), "Z,IRA,VTI,V,1,5,5,EUR\n", "Z,IRA,VTI,V,1,5,5,Schweizer Franken\n")
    ),
    "currency signs": _broker("Z,IRA,VTI,V,1,\u20ac5.00,\u20ac5.00\n", "Z,IRA,VTI,V,1,CA$5,CA$5\n"),
    "headers": _broker("Symbol,Quantity," + ",".join(f"c{{n}}x{j}" for j in range(80)) + "\n"),
    "headers of small tables": _plain("Symbol,Quantity,Price,Value {n}\n", "VTI,1,1,1\n"),
    "titles of accounts": _plain("Individual ...{n}\n", "Symbol,Quantity,Price\n", "VTI,1,1\n"),
    "long numbers": _plain(f"A,VTI,{'9' * 59},{'1' * 59}\n"),
    "numbers with many marks": _plain('A,VTI,"' + "1," * 28 + '1","' + "1." * 28 + '1"\n'),
    "numbers that can't be read": _plain("A,VTI,1.2.3,x\n"),
    "products of long fractions": _broker("Z,IRA,S{n},V,0.{n}23456789012345,3.3333333333,{block}.01\n"),
    "lots": lambda: _cut(
        filled("Symbol,Last Price $,Qty #,Value $\nVTI,1,1,1\n", "01/15/2022 (Long) " + " " * 60 + ",1,1,1\n")
    ),
    "lots with dates": lambda: _cut(
        filled("Symbol,Date Acquired,Quantity,Price\n", "S{n},01/15/2022,1,1\n", "VTI,,1,1\n")
    ),
    "dates": lambda: _cut(filled("Symbol,Quantity,Price\n", f"as of 12/{{n}}/2026 {'12/12/2026 ' * 20}\n")),
    "statements of a currency": lambda: _cut(
        filled("Symbol,Quantity,Price\n", f"All amounts {'values amounts ' * 8} in x{{n}}\n")
    ),
    "sections of a statement": lambda: _cut(
        filled("Statement,Header,Field\n", "Open Positions,Data,Summary,Stocks,USD,S{n},1,1,5,5\n", "Trades,Data,{n}\n")
    ),
    "transactions": lambda: _cut(
        filled("Date,Action,Symbol,Quantity,Price\n", "01/02/2026,Buy,S{n},1,1\n", most=MAX_RECORDS - 10)
    ),
    "more lines than may list holdings": lambda: _cut(filled(BROKER, "Z,IRA,VTI,V,1,5,5\n", most=MAX_RECORDS - 10)),
    "transactions below holdings": lambda: _cut(
        f"{BROKER}Z,IRA,VTI,V,1,5,5\n"
        + filled("Date,Action,Symbol,Quantity,Price\n", "01/02/2026,Buy,S{n},1,1\n", most=MAX_RECORDS - 10)
    ),
}
