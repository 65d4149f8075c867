"""Portfolio files and their content, read by plain code that shares nothing with the product."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import NamedTuple, TypeVar

from functions.shared.sample import SAMPLE_PORTFOLIO
from tests.portfolios import EXPORTS

K = TypeVar("K", str, tuple[str, str])


class Line(NamedTuple):
    """A holding or cash of an account, in US dollars."""

    account: str
    symbol: str
    value: float


class File(NamedTuple):
    content: bytes
    lines: list[Line]


def plain(content: bytes) -> File:
    rows = csv.DictReader(content.decode().splitlines())
    lines = [Line(row["account"], row["symbol"], float(row["quantity"]) * float(row["price"] or 1)) for row in rows]
    return File(content, lines)


def fidelity() -> File:
    content = (EXPORTS / "fidelity_export.csv").read_bytes()
    rows = takewhile(lambda row: row["Account Name"], csv.DictReader(content.decode().splitlines()))
    lines = [
        Line(row["Account Number"], "CASH" if "**" in row["Symbol"] else row["Symbol"], float(row["Current Value"][1:]))
        for row in rows
        if row["Symbol"] != "Pending Activity"
    ]
    return File(content, lines)


def vanguard() -> File:
    content = (EXPORTS / "vanguard_export.csv").read_bytes()
    table = content.decode().split("\n\n")[0].splitlines()
    lines = [
        Line(row["Account Number"], "CASH" if row["Symbol"] == "VMFXX" else row["Symbol"], float(row["Total Value"]))
        for row in csv.DictReader(table)
    ]
    return File(content, lines)


def of_1000(symbols: Iterable[str]) -> File:
    """All known instruments and some unknown ones, in three accounts."""
    held = [*symbols, *(f"ZZ{n}" for n in range(1000))][:1000]
    rows = [f"{'ABC'[n % 3]},{symbol},{1 + n * 7 % 90}.25,{3 + n * 31 % 600}.5" for n, symbol in enumerate(held)]
    return plain("\n".join(["account,symbol,quantity,price", *rows, "A,CASH,12345.67,"]).encode())


PORTFOLIOS: dict[str, Callable[[Iterable[str]], File]] = {
    "the sample": lambda _known: plain(SAMPLE_PORTFOLIO.read_bytes()),
    "Fidelity": lambda _known: fidelity(),
    "Vanguard": lambda _known: vanguard(),
    "cash": lambda _known: plain(b"account,symbol,quantity,price\nSavings,CASH,50000,\n"),
    "one stock": lambda _known: plain(b"account,symbol,quantity,price\nA,TSLA,15,341.20\n"),
    "two thirds in one stock": lambda _known: plain(
        b"account,symbol,quantity,price\nRoth IRA,NVDA,660,171.3\nRoth IRA,VTI,190,301.15\nRoth IRA,CASH,1000,\n"
    ),
    "one dollar": lambda _known: plain(b"account,symbol,quantity,price\nA,CASH,1,\n"),
    "T-bills and CDs": lambda _known: plain(
        b"account,symbol,description,quantity,price\nBrokerage,912797MS3,US TREASURY BILL,200000,0.9971\n"
        b"Brokerage,38150VXA3,GOLDMAN SACHS BANK CD 4.5% 05/14/2027,100000,1\nRoth IRA,VTI,,300,301.15\n"
    ),
    "everything in crypto": lambda _known: plain(
        b"account,symbol,quantity,price\nCoins,BTC,1.5,90000\nCoins,ETH,10,3000\n"
    ),
    "a pensioner": lambda _known: plain(
        b"account,symbol,quantity,price\nIRA,BND,2000,73.8\nIRA,VTI,300,301.15\nSavings,CASH,40000,\n"
    ),
    "three kinds of accounts": lambda _known: plain(
        b"account,symbol,quantity,price\n401k,SPY,300,612.4\nRoth IRA,VXUS,400,71.25\nRoth IRA,CASH,2000,\n"
        b"Joint brokerage,VTI,200,301.15\nJoint brokerage,BND,100,73.8\nJoint brokerage,CASH,30000,\n"
    ),
    "unknown symbols": lambda _known: plain(b"account,symbol,quantity,price\nA,ZZA,300,12.5\nA,VT,10,120\nB,CASH,7,\n"),
    "1,000 positions": of_1000,
}


#: How the rules classify holdings that the reference data lacks.
BY_RULES: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "912797MS3": {"class": {"cash": 100}, "region": {"north_america": 100}, "sector": {"cash": 100}},
    "38150VXA3": {
        "class": {"fixed_income": 100},
        "region": {"north_america": 100},
        "sector": {"government_related": 100},
    },
    **{
        coin: {"class": {"crypto": 100}, "region": {"global": 100}, "sector": {"unclassified": 100}}
        for coin in ("BTC", "ETH")
    },
}


class Holdings:
    """The content of a file, summed in the ways that a report does."""

    def __init__(self, lines: list[Line], reference: Mapping[str, Mapping[str, Mapping[str, float]]]) -> None:
        self.total = sum(line.value for line in lines)
        self.accounts = summed((line.account, line.value) for line in lines)
        self.held = summed((line.symbol, line.value) for line in lines if line.symbol != "CASH")
        self.cash = sum(line.value for line in lines if line.symbol == "CASH")
        self.by_account = summed(((line.account, line.symbol), line.value) for line in lines if line.symbol != "CASH")
        self.cash_by_account = summed((line.account, line.value) for line in lines if line.symbol == "CASH")
        self.reference = {**BY_RULES, **reference}

    def equity_regions(self) -> dict[str, float]:
        parts = []
        for symbol, value in self.held.items():
            known = self.reference.get(symbol, {})
            equity = value * float(known.get("class", {}).get("equity", 0)) / 100
            parts += [(key, equity * float(share) / 100) for key, share in known.get("region", {}).items()]
        return {key: value for key, value in summed(parts).items() if value}

    def seen_through(self, kind: str, cash: str) -> dict[str, float]:
        parts = [(cash, self.cash)]
        for symbol, value in self.held.items():
            shares = self.reference.get(symbol, {}).get(kind, {"unclassified": 100})
            parts += [(key, value * float(share) / 100) for key, share in shares.items()]
        return {key: value for key, value in summed(parts).items() if value}

    def companies(self) -> list[float]:
        """The value of each stock."""
        return [
            value for symbol, value in self.held.items() if "stock" in self.reference.get(symbol, {}).get("kind", {})
        ]


def summed(pairs: Iterable[tuple[K, float]]) -> dict[K, float]:
    sums: dict[K, float] = defaultdict(float)
    for key, value in pairs:
        sums[key] += value
    return sums
