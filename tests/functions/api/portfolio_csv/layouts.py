"""A grammar of broker files: columns, orders, notations, blocks, totals, and noise around a known portfolio.

`build(seed)` makes a file and the facts that a reader should find in it. The same seed makes the same file.
"""

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from random import Random

from tests.functions.api.portfolio_csv.layout_columns import (
    Columns,
    Number,
    invent_columns,
    invent_notation,
    make_foreign,
)
from tests.functions.api.portfolio_csv.layout_holdings import FUNDS, File, Held, fund_by_name, invent

CASH = (
    ("CASH", ""),
    ("SPAXX**", "HELD IN MONEY MARKET"),
    ("Cash & Cash Investments", ""),
    ("", "BANK DEPOSIT PROGRAM"),
)


def build(seed: int) -> File:
    random = Random(seed)
    file = File()
    invent(file, random)
    columns = invent_columns(random)
    number = invent_notation(random)
    if random.random() < 0.12:
        file.foreign = make_foreign(file, columns, random)
    _write(file, columns, number, random)
    file.body = _encoded(file.rows, number, random)
    return file


def _write(file: File, columns: Columns, number: Number, random: Random) -> None:
    sign = columns.sign if random.random() < 0.6 or columns.sign != "$" else ""
    if random.random() < 0.4:
        file.add(["Portfolio overview", "for the owner"])
    if random.random() < 0.5:
        file.add([random.choice(("Exported on: 11/20/2026 05:31 PM ET", "Date downloaded Nov-20-2026 5:31 p.m ET"))])
    if random.random() < 0.15:
        _transactions(file, random)
    if not columns.by_title:
        file.add(columns.names)
    for index, (name, held) in enumerate(file.accounts.items()):
        if columns.by_title:
            file.add([f"{name} ...{index + 1}23"])
            file.add(columns.names)
        _account(file, columns, (name, f"X{index}0005{index}78"), held, number, sign, random)
    if random.random() < 0.15:
        _plan(file, number, sign, random)
    elif random.random() < 0.3:
        _total(file, columns, "Grand Total", file.total, number, sign, random)
    if random.random() < 0.25:
        _transactions(file, random)
    if random.random() < 0.4:
        file.add(["The data and information here is provided to you solely for your use, and is not advice."])
    if random.random() < 0.2:
        file.add("Past performance, as everybody knows, is no guarantee, of anything, at all".split(","))


def _account(
    file: File, columns: Columns, owner: tuple[str, str], held: list[Held], number: Number, sign: str, random: Random
) -> None:
    lines = [_cells(h, number, sign, random) for h in held]
    if random.random() < 0.15:
        sold = {
            "symbol": "ZZZ",
            "name": "SOLD INC",
            "quantity": "0",
            "price": number(Decimal("5.00"), sign),
            "value": number(Decimal("0.00"), sign),
        }
        lines.insert(random.randint(0, len(lines)), sold)
    if random.random() < 0.15:
        delisted = {"symbol": "GONE", "name": "DELISTED INC", "quantity": "10", "price": "0.00", "value": "0.00"}
        lines.insert(random.randint(0, len(lines)), delisted)
    cash = file.cash[owner[0]]
    if cash:
        symbol, words = random.choice(CASH)
        lines.insert(random.randint(0, len(lines)), {"symbol": symbol, "name": words, "value": number(cash, sign)})
    for index, cells in enumerate(lines):
        named = {} if columns.fills_down and index else {"account": owner[0], "number": owner[1]}
        file.add(columns.row({**cells, **named, "currency": columns.currency}, _noise(random)))
    if random.random() < 0.2:
        pending = {
            "symbol": "Pending Activity",
            "value": number(Decimal("1200.00"), sign),
            "account": owner[0],
            "number": owner[1],
        }
        file.add(columns.row(pending, _noise(random)), is_aside=True)
    if random.random() < 0.3:
        total = cash + sum((h.value for h in held), Decimal())
        _total(file, columns, random.choice(("Account Total", "Total", "Totals")), total, number, sign, random)


def _plan(file: File, number: Number, sign: str, random: Random) -> None:
    """A second table with its own columns, often below transactions: the funds of a 401(k), by name and value."""
    if file.foreign is not None:
        return
    if random.random() < 0.5:
        _transactions(file, random)
    file.accounts["ACME 401K PLAN"] = [fund_by_name(random, words) for words in random.sample(FUNDS, 2)]
    file.cash["ACME 401K PLAN"] = Decimal()
    file.add(["Plan Name", "Fund Name", random.choice(("Total Value", "Balance", "Market Value", "Ending Balance"))])
    for fund in file.accounts["ACME 401K PLAN"]:
        file.add(["ACME 401K PLAN", fund.name, number(fund.value, sign)])


def _cells(held: Held, number: Number, sign: str, random: Random) -> dict[str, str]:
    cells = {"symbol": held.symbol, "name": held.name, "value": number(held.value, sign)}
    if held.quantity is None or held.price is None:
        return cells
    if held.symbol == "BRK.B":
        cells["symbol"] = random.choice(("BRK.B", "BRK/B", "BRK-B", "BRKB", "BRK B"))
    cells |= {"quantity": number(held.quantity, ""), "price": number(held.price, sign)}
    cells["cost"] = random.choice(("--", number(held.value, sign), ""))
    if random.random() < 0.05:
        del cells["price"]
    return cells


def _total(file: File, columns: Columns, label: str, total: Decimal, number: Number, sign: str, random: Random) -> None:
    if random.random() < 0.1:
        file.wrong_total = True
        total += Decimal("123.45")
    place = "symbol" if random.random() < 0.6 else "name"
    file.add(columns.row({place: label, "value": number(total, sign)}, lambda: ""), is_aside=True)


def _transactions(file: File, random: Random) -> None:
    file.add(["Account Number", "Trade Date", "Settlement Date", "Transaction Type", "Symbol", "Shares", "Net Amount"])
    for day in range(random.randint(1, 4)):
        file.add(
            [
                "X1",
                f"11/0{day + 1}/2026",
                "11/09/2026",
                random.choice(("Buy", "Sell", "Dividend")),
                "VTI",
                "1.0",
                "301.15",
            ],
            is_aside=True,
        )


def _noise(random: Random) -> Callable[[], str]:
    return lambda: random.choice(("", "--", "+1.25%", "-0.37%", "n/a"))


def _encoded(rows: list[list[str]], number: Number, random: Random) -> bytes:
    delimiters = ",;\t|" if number.__name__ != "comma" else ";\t|,"
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=random.choice(delimiters), lineterminator=random.choice(("\n", "\r\n"))).writerows(rows)
    encodings = ["utf-8", "utf-8-sig", "utf-16"]
    try:
        text.getvalue().encode("cp1252")
        encodings.append("cp1252")
    except UnicodeEncodeError:
        pass
    return text.getvalue().encode(random.choice(encodings))
