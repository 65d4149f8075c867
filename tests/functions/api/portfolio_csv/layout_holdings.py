"""The true portfolio of an invented file."""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

CENT = Decimal("0.01")


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


def invent(file: File, random: Random) -> None:
    for index in range(random.choice((1, 1, 2, 3))):
        name = f"{random.choice(('Individual', 'Roth IRA', 'Trust'))} {'ABC'[index]}"
        stocks = random.sample(STOCKS, random.randint(1, 5))
        file.accounts[name] = [_stock(random, symbol, words) for symbol, words in stocks]
        file.accounts[name] += [
            fund_by_name(random, words) for words in random.sample(FUNDS, random.choice((0, 0, 1, 2)))
        ]
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


def fund_by_name(random: Random, words: str) -> Held:
    return Held("", words, None, None, _amount(random, 1, 90_000))


def _amount(random: Random, low: int, high: int) -> Decimal:
    return Decimal(random.randint(low * 100 + 1, high * 100)).scaleb(-2)
