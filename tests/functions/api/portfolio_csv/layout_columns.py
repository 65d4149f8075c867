"""The columns and notation of an invented file."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.functions.api.portfolio_csv.layout_holdings import File

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


DOLLARS = ("USD", "USD", "US Dollar", "U.S. Dollars", "US$", "usd", "United States Dollar")


FOREIGN = (("CAD", "C$", "canadian"), ("EUR", "€", "eur"), ("GBP", "£", "british"), ("JPY", "¥", "yen"))


#: Kinds of accounts that only one country has.
ACCOUNTS_ABROAD = {"CAD": "TFSA", "EUR": "PEA", "GBP": "Stocks and Shares ISA", "JPY": "NISA"}


Number = Callable[[Decimal, str], str]


@dataclass
class Columns:
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


def invent_columns(random: Random) -> Columns:
    by_title = random.random() < 0.3
    meanings: list[str | None] = ["symbol", "name", "quantity", "price", "value"]
    if not by_title:
        meanings += random.choice((["account"], ["account", "number"]))
    meanings += [meaning for meaning in ("cost", "currency") if random.random() < 0.4]
    noise = random.sample(NOISE, random.randint(0, 3))
    meanings += [None] * len(noise)
    random.shuffle(meanings)
    names = [noise.pop() if meaning is None else random.choice(NAMES[meaning]) for meaning in meanings]
    return Columns(
        meanings, names, by_title, currency=random.choice(DOLLARS), fills_down=not by_title and random.random() < 0.15
    )


def make_foreign(file: File, columns: Columns, random: Random) -> str:
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


def invent_notation(random: Random) -> Number:
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
