"""Which column of a table means what, by its name: every broker has its own, and an order of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum


class Meaning(Enum):
    ACCOUNT = "account"
    ACCOUNT_NUMBER = "account number"
    SYMBOL = "symbol"
    NAME = "description"
    QUANTITY = "quantity"
    PRICE = "price"
    VALUE = "value"
    CURRENCY = "currency"
    MULTIPLIER = "multiplier"


#: The names of each meaning, in lower case and without punctuation; of several in one table the first counts.
_NAMES: dict[Meaning, tuple[str, ...]] = {
    Meaning.ACCOUNT: (
        "account name", "account", "account nickname", "account title", "account description", "account registration",
        "account name number", "acct name", "acct", "portfolio",
    ),
    Meaning.ACCOUNT_NUMBER: (
        "account number", "account no", "account id", "account num", "acct number", "acct no", "acct id", "acct num",
    ),
    Meaning.SYMBOL: (
        "symbol", "ticker", "ticker symbol", "stock symbol", "fund symbol", "security symbol", "symbol cusip",
        "symbol cusip number", "stock", "instrument", "security id", "cusip", "cusip number",
    ),
    Meaning.NAME: (
        "description", "security description", "investment name", "fund name", "security name", "company name",
        "holding name", "asset name", "name", "investment", "security", "holding", "fund", "asset", "company",
    ),
    Meaning.QUANTITY: (
        "quantity", "qty", "shares", "units", "share quantity", "shares units", "units shares", "quantity shares",
        "shares quantity", "total quantity", "total shares", "number of shares", "no of shares", "share count",
        "shares held", "shares owned", "current shares", "current quantity", "current units",
    ),
    Meaning.PRICE: (
        "price", "last price", "share price", "current price", "market price", "close price", "closing price",
        "price share", "price per share", "unit price", "price per unit", "mark price", "last", "nav", "latest price",
        "recent price", "last trade price", "price usd",
    ),
    Meaning.VALUE: (
        "value", "current value", "market value", "total value", "mkt val", "mkt value", "market val", "equity",
        "total market value", "current market value", "position value", "holding value", "ending value",
        "ending market value", "value usd", "market value usd", "current balance", "balance",
    ),
    Meaning.CURRENCY: ("currency", "ccy", "currency code", "position currency", "trading currency", "currencyprimary"),
    Meaning.MULTIPLIER: ("mult", "multiplier"),
}  # fmt: skip
_MEANINGS = {name: meaning for meaning, names in _NAMES.items() for name in names}

#: Columns of lists of transactions: two of them, and a table is no list of holdings, whatever else is in it.
_OF_TRANSACTIONS = frozenset(
    (
        "date", "trade date", "settlement date", "settle date", "transaction date", "transaction type", "process date",
        "transaction description", "activity date", "activity trade date", "activity type", "run date", "action",
        "trans code", "date time", "proceeds", "net amount", "principal amount",
    )
)  # fmt: skip
_BEGINS_AMOUNT, _ENDS_AMOUNT = frozenset("0123456789$-+(."), frozenset("0123456789)")
_LONGEST_NAME = 60
_UNITS = frozenset({"", "usd", "us"})


def normalized(cell: str) -> str:
    """A column's name without case and punctuation: "Qty #" is "qty", "Account #" "account number"."""
    if len(cell) > _LONGEST_NAME:
        return ""
    text = cell.casefold()
    if text.startswith(("account", "acct", "cusip", "symbol")):
        text = text.replace("#", "number")
    # A percent sign stays: the share of an account is no account, and a change in percent no price.
    return " ".join("".join(c if c.isalnum() or c == "%" else " " for c in text).split())


def meaning_of(cell: str) -> Meaning | None:
    """In parentheses there may be a unit, or the same again: "Value ($)" and "Qty (Quantity)"."""
    before, opening, inside = cell.rstrip(" )").partition("(")
    if not opening:
        return _MEANINGS.get(normalized(cell))
    meaning = _MEANINGS.get(normalized(before))
    if normalized(inside) in _UNITS or _MEANINGS.get(normalized(inside)) is meaning:
        return meaning
    return None


def may_be_header(cells: Sequence[str]) -> bool:
    """False where an amount stands in a cell, as in every holding: a quick look, for each record of a long file."""
    return len(cells) >= 2 and not any(cell[0] in _BEGINS_AMOUNT and cell[-1] in _ENDS_AMOUNT for cell in cells if cell)


def lists_transactions(cells: Iterable[str]) -> bool:
    return len({normalized(cell) for cell in cells} & _OF_TRANSACTIONS) >= 2


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each meaning stands in a table's records. `unknown` are the names that mean nothing here."""

    positions: dict[Meaning, int]
    repeated: tuple[str, ...]
    unknown: tuple[tuple[int, str], ...]
    width: int

    def __contains__(self, meaning: Meaning) -> bool:
        return meaning in self.positions

    def cell(self, meaning: Meaning, cells: Sequence[str]) -> str:
        """An empty string where the table or the record has none."""
        position = self.positions.get(meaning, self.width)
        return cells[position] if position < len(cells) else ""

    @property
    def list_holdings(self) -> bool:
        return Meaning.SYMBOL in self and (Meaning.QUANTITY in self or Meaning.VALUE in self)

    @property
    def are_typed_by_hand(self) -> bool:
        """Whether the words in it are its owner's own: a broker's table tells names, numbers of accounts or values."""
        return not {Meaning.NAME, Meaning.ACCOUNT_NUMBER, Meaning.VALUE} & self.positions.keys()


def columns_of(cells: Sequence[str]) -> Columns:
    """What a record would mean if it were a header."""
    found: dict[Meaning, list[tuple[int, int, str]]] = {}
    unknown = []
    for position, cell in enumerate(cells):
        meaning = meaning_of(cell)
        if meaning is None:
            unknown.append((position, cell))
        else:
            found.setdefault(meaning, []).append((_rank(meaning, cell), position, cell))
    return Columns(
        positions={meaning: min(named)[1] for meaning, named in found.items()},
        repeated=tuple(meaning.value for meaning, named in found.items() if _best_is_repeated(named)),
        unknown=tuple(unknown),
        width=len(cells),
    )


def _rank(meaning: Meaning, cell: str) -> int:
    name = normalized(cell.partition("(")[0])
    return _NAMES[meaning].index(name)


def _best_is_repeated(named: list[tuple[int, int, str]]) -> bool:
    best = min(named)[0]
    return sum(rank == best for rank, _, _ in named) > 1
