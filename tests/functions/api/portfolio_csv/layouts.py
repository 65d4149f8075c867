"""A grammar of broker files: columns, orders, notations, blocks, totals, and noise around a known portfolio.

`build(seed)` makes a file and the facts that a reader should find in it. The same seed makes the same file.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

CENT = Decimal("0.01")

#: The possible names of each column. The reader must recognize all of them.
NAMES = {
    "account": ("Account", "Account Name", "Acct Name", "Account Nickname"),
    "number": ("Account Number", "Account #", "Acct No.", "Account ID"),
    "symbol": ("Symbol", "Ticker", "Ticker Symbol", "Symbol/CUSIP", "Security Symbol"),
    "name": ("Description", "Security Description", "Investment Name", "Fund Name", "Security Name"),
    "quantity": ("Quantity", "Qty", "Shares", "Units", "Qty #", "Share Quantity", "Number of Shares", "Shares/Units"),
    "price": ("Price", "Last Price", "Share Price", "Market Price", "Closing Price ($)", "Price/Share", "marketPrice"),
    "value": ("Value", "Current Value", "Market Value", "Mkt Val", "Total Value", "Value ($)", "Market Value (USD)"),
    "cost": ("Cost Basis", "Cost Basis Total", "Total Cost", "Book Cost"),
    "currency": ("Currency", "Ccy", "Curr.", "Market Value Currency", "Price Currency", "Currency Code"),
}
NOISE = (
    "Today's Gain/Loss $",
    "Total Gain/Loss %",
    "% of Account",
    "Change",
    "Day Change",
    "Yield",
    "Reinvest?",
    "P&L",
)
STOCKS = (
    ("AAPL", "APPLE INC"),
    ("VTI", "VANGUARD TOTAL STOCK MARKET ETF"),
    ("BND", "VANGUARD TOTAL BOND MARKET ETF"),
    ("UA", "UNDER ARMOUR INC CL C"),
    ("XYLD", "GLOBAL X S&P 500 COVERED CALL ETF"),
    ("FXE", "INVESCO CURRENCYSHARES EURO TRUST"),
    ("BRK.B", "BERKSHIRE HATHAWAY INC CLASS B"),
    ("TTE", "TOTALENERGIES SE SPON ADS"),
    ("CASH", "PATHWARD FINANCIAL INC"),
    ("NOK", "NOKIA CORP ADR"),
    ("BTC", "BITCOIN"),
    ("037833100", "SECURITY BY ITS CUSIP"),
)
FUNDS = (
    "Large Cap Index Trust CL C",
    "TOTAL INTL STOCK INDEX TRUST",
    "Stable Value Fund II",
    "Target Retirement 2045 Portfolio",
    "BTC LPATH IDX 2045 L",
)
CASH = (
    ("CASH", ""),
    ("SPAXX**", "HELD IN MONEY MARKET"),
    ("Cash & Cash Investments", ""),
    ("", "BANK DEPOSIT PROGRAM"),
)
DOLLARS = ("USD", "USD", "US Dollar", "U.S. Dollars", "US$", "usd", "United States Dollar")
FOREIGN = (("CAD", "C$", "canadian"), ("EUR", "€", "eur"), ("GBP", "£", "british"), ("JPY", "¥", "yen"))
#: Kinds of accounts that only one country has.
ACCOUNTS_ABROAD = {"CAD": "TFSA", "EUR": "PEA", "GBP": "Stocks and Shares ISA", "JPY": "NISA"}


@dataclass(frozen=True)
class Held:
    """A true holding. Without `quantity`, the file states only the value."""

    symbol: str
    name: str
    quantity: Decimal | None
    price: Decimal | None
    value: Decimal


@dataclass
class File:
    """A file and its true content: holdings and cash by account, and lines whose amounts do not count."""

    accounts: dict[str, list[Held]] = field(default_factory=dict)
    cash: dict[str, Decimal] = field(default_factory=dict)
    foreign: str | None = None
    wrong_total: bool = False
    rows: list[list[str]] = field(default_factory=list)
    asides: list[int] = field(default_factory=list)
    body: bytes = b""

    @property
    def total(self) -> Decimal:
        return sum(self.cash.values(), Decimal()) + sum(
            (h.value for held in self.accounts.values() for h in held), Decimal()
        )

    def add(self, row: list[str], *, is_aside: bool = False) -> None:
        """`is_aside`: the line has an amount that is neither a holding nor cash."""
        self.rows.append(row)
        if is_aside:
            self.asides.append(len(self.rows))


Number = Callable[[Decimal, str], str]


def build(seed: int) -> File:
    random = Random(seed)
    file = File()
    _invent(file, random)
    columns = _columns(random)
    number = _notation(random)
    if random.random() < 0.12:
        file.foreign = _make_foreign(file, columns, random)
    _write(file, columns, number, random)
    file.body = _encoded(file.rows, number, random)
    return file


def _invent(file: File, random: Random) -> None:
    for index in range(random.choice((1, 1, 2, 3))):
        name = f"{random.choice(('Individual', 'Roth IRA', 'Trust'))} {'ABC'[index]}"
        stocks = random.sample(STOCKS, random.randint(1, 5))
        file.accounts[name] = [_stock(random, symbol, words) for symbol, words in stocks]
        file.accounts[name] += [_fund(random, words) for words in random.sample(FUNDS, random.choice((0, 0, 1, 2)))]
        file.cash[name] = _amount(random, 0, 50_000) if random.random() < 0.7 else Decimal()
        if random.random() < 0.2:
            file.accounts[name].append(_bond(random))


def _stock(random: Random, symbol: str, words: str) -> Held:
    quantity = Decimal(random.choice((random.randint(1, 5_000), 0))) or Decimal(random.randint(1, 10**9)).scaleb(
        -random.choice((2, 3, 4, 8))
    )
    price = Decimal(random.randint(150, 90_000)).scaleb(-2)
    value = max((quantity * price).quantize(CENT), CENT)
    return Held(symbol, words, quantity, price, value)


def _bond(random: Random) -> Held:
    """Quoted per 100 of face value; the stated value may include accrued interest."""
    face, price = Decimal(random.randint(1, 90) * 1_000), Decimal(random.randint(9_000, 10_500)).scaleb(-2)
    accrued = random.choice((Decimal(), face * Decimal("0.004")))
    return Held(
        "912810TM0", "US TREASURY 4.000% 11/15/2042", face, price, (face * price / 100 + accrued).quantize(CENT)
    )


def _fund(random: Random, words: str) -> Held:
    return Held("", words, None, None, _amount(random, 1, 90_000))


def _amount(random: Random, low: int, high: int) -> Decimal:
    return Decimal(random.randint(low * 100 + 1, high * 100)).scaleb(-2)


@dataclass
class _Columns:
    """The columns in order, by meaning (None for noise) and name. `by_title`: account names are titles above tables."""

    meanings: list[str | None]
    names: list[str]
    by_title: bool
    currency: str = "USD"
    fills_down: bool = False
    sign: str = "$"

    def has(self, meaning: str) -> bool:
        return meaning in self.meanings

    def row(self, cells: dict[str, str], noise: Callable[[], str]) -> list[str]:
        return [noise() if meaning is None else cells.get(meaning, "") for meaning in self.meanings]


def _columns(random: Random) -> _Columns:
    by_title = random.random() < 0.3
    meanings: list[str | None] = ["symbol", "name", "quantity", "price", "value"]
    if not by_title:
        meanings += random.choice((["account"], ["account", "number"]))
    meanings += [meaning for meaning in ("cost", "currency") if random.random() < 0.4]
    noise = random.sample(NOISE, random.randint(0, 3))
    meanings += [None] * len(noise)
    random.shuffle(meanings)
    names = [noise.pop() if meaning is None else random.choice(NAMES[meaning]) for meaning in meanings]
    return _Columns(
        meanings, names, by_title, currency=random.choice(DOLLARS), fills_down=not by_title and random.random() < 0.15
    )


def _make_foreign(file: File, columns: _Columns, random: Random) -> str:
    """Put another currency into a column, the header, the cells, or the accounts' names.

    Returns a word that the error must contain.
    """
    code, sign, word = random.choice(FOREIGN)
    places = ["header", "cells", "accounts"] + (["column"] if columns.has("currency") else [])
    place = random.choice(places)
    if place == "column":
        columns.currency = code
        columns.fills_down = False
        at = columns.meanings.index("value")
        columns.names[at] = columns.names[at].replace(" (USD)", "")
    elif place == "header":
        for meaning in ("price", "value"):
            at = columns.meanings.index(meaning)
            base = columns.names[at].partition(" (")[0]
            columns.names[at] = random.choice(
                (f"{base} ({sign})", f"{base} ({code})", f"{base} {code}", f"{base} in {code}")
            )
        columns.currency = ""
    elif place == "accounts":
        for meaning in ("price", "value"):
            at = columns.meanings.index(meaning)
            columns.names[at] = columns.names[at].partition(" (")[0]
        for name in list(file.accounts):
            abroad = f"{ACCOUNTS_ABROAD[code]} {name[-1]}"
            file.accounts[abroad], file.cash[abroad] = file.accounts.pop(name), file.cash.pop(name)
        columns.sign = columns.currency = ""
    else:
        columns.sign = sign
        columns.currency = ""
    return word


def _notation(random: Random) -> Number:
    style = random.choice(("plain", "american", "american", "accounting", "swiss", "space", "comma"))

    def write(amount: Decimal, sign: str) -> str:
        text = f"{amount:f}" if style == "plain" else f"{amount:,f}"
        if style == "swiss":
            text = text.replace(",", "'")
        elif style == "space":
            text = text.replace(",", "\u202f")
        elif style == "comma":
            text = text.translate(str.maketrans(",.", ".,"))
        if style == "accounting" and sign:
            return f" {sign} {text} "
        return f"{text} {sign}".strip() if style == "comma" else f"{sign}{text}"

    write.__name__ = style
    return write


def _write(file: File, columns: _Columns, number: Number, random: Random) -> None:
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
    file: File, columns: _Columns, owner: tuple[str, str], held: list[Held], number: Number, sign: str, random: Random
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
    file.accounts["ACME 401K PLAN"] = [_fund(random, words) for words in random.sample(FUNDS, 2)]
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


def _total(
    file: File, columns: _Columns, label: str, total: Decimal, number: Number, sign: str, random: Random
) -> None:
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
