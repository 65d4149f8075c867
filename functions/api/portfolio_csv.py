"""Reads a portfolio from a CSV file: a header `account,symbol,quantity,price`, a line a holding, and CASH for cash.

Three steps: `csv_file` makes records of bytes, `csv_layout` says which cells mean what, and here they are checked and
collected. A file is read whole or refused whole, with every line that is wrong.
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from functions.api.csv_amounts import CASH, PRICE, QUANTITY, Limits, read_amount
from functions.api.csv_file import Errors, LineError, UnreadableCsv, decode, records
from functions.api.csv_layout import Entry, layout_of
from functions.shared.portfolio import SYMBOL_PATTERN

__all__ = [
    "ImportedAccount",
    "ImportedHolding",
    "ImportedPortfolio",
    "LineError",
    "SkippedLine",
    "UnreadableCsv",
    "parse_portfolio_csv",
]

MAX_POSITIONS = 1_000
MAX_ACCOUNTS = 1_000
"""As many as there can be positions; without it, lines of cash alone could make an account each."""
MAX_SKIPPED = 1_000
MAX_ACCOUNT_NAME = 100

_SYMBOL = re.compile(SYMBOL_PATTERN)
_TOTAL = re.compile(r"(grand |sub-?)?totals?\b", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line separators, and those that turn the direction of the text around them."""


@dataclass(frozen=True, slots=True)
class ImportedHolding:
    """So many units of a symbol (upper case), at a price in US dollars a unit if the file says one; first in `line`."""

    symbol: str
    quantity: Decimal
    price: Decimal | None = None
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ImportedAccount:
    """Holdings in file order, each symbol once; cash in US dollars, to the cent."""

    name: str
    cash: Decimal
    holdings: tuple[ImportedHolding, ...]


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that is no holding; `reason` never repeats what it holds."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportedPortfolio:
    """What a file holds: accounts in file order, each name once; at least one account, at most 1,000 holdings."""

    accounts: tuple[ImportedAccount, ...]
    skipped: tuple[SkippedLine, ...] = ()


def parse_portfolio_csv(body: bytes) -> ImportedPortfolio:
    """The portfolio in a CSV file in UTF-8.

    Columns come in any order and case, and `price` may be missing. CASH adds to the account's cash, and a symbol that
    comes again in an account adds to the holding. Blank lines are passed over; headings, totals and notes are skipped
    and told.

    Raises UnreadableCsv with every line that can't be read. Takes time in proportion to the file.
    """
    errors = Errors()
    lines = records(decode(body, errors), errors)
    header = next(lines, None)
    errors.raise_if_any()
    if header is None:
        errors.refuse("file", "The file is empty: begin it with a header of the columns account,symbol,quantity,price.")
    entry_of = layout_of(header, errors)

    draft = _Draft(errors)
    for record in lines:
        draft.add(entry_of(record))
    errors.raise_if_any()
    if not draft.accounts:
        errors.refuse(
            "file", "The file has no holdings: add a line for each below the header, such as Roth IRA,VTI,10,301.15."
        )
    return draft.portfolio()


@dataclass(slots=True)
class _Account:
    cash: Decimal = Decimal()
    holdings: dict[str, ImportedHolding] = field(default_factory=dict)


@dataclass(slots=True)
class _Draft:
    """A portfolio in the making."""

    errors: Errors
    accounts: dict[str, _Account] = field(default_factory=dict)
    skipped: list[SkippedLine] = field(default_factory=list)
    positions: int = 0

    def portfolio(self) -> ImportedPortfolio:
        return ImportedPortfolio(
            tuple(ImportedAccount(name, a.cash, tuple(a.holdings.values())) for name, a in self.accounts.items()),
            tuple(self.skipped),
        )

    def add(self, entry: Entry) -> None:
        if reason := _why_no_holding(entry):
            self._skip(entry.line, reason)
        elif entry.too_many_cells:
            self._error(entry, "file", "keep to the header's columns, and put numbers with commas in quotation marks")
        elif entry.symbol.upper() == "CASH":
            self._add_cash(entry)
        else:
            self._add_holding(entry)

    def _skip(self, line: int, reason: str) -> None:
        if len(self.skipped) == MAX_SKIPPED:
            self.errors.refuse("file", f"Remove the lines that are no holdings: there are over {MAX_SKIPPED:,}.", line)
        self.skipped.append(SkippedLine(line, reason))

    def _add_cash(self, entry: Entry) -> None:
        name = self._account_name(entry)
        amount = self._amount(entry, "quantity", CASH)
        price = self._amount(entry, "price", PRICE) if entry.price else Decimal(1)
        if price is not None and price != 1:
            self._error(entry, "price", "leave the price of CASH empty or make it 1")
        elif name is not None and amount is not None and price is not None and (account := self._account(entry, name)):
            total = account.cash + amount
            if total > CASH.most:
                self._error(entry, "quantity", f"keep the cash of an account to at most {CASH.most:,}")
            account.cash = total

    def _add_holding(self, entry: Entry) -> None:
        name = self._account_name(entry)
        symbol = self._symbol(entry)
        quantity = self._amount(entry, "quantity", QUANTITY)
        price = self._amount(entry, "price", PRICE) if entry.price else None
        if name is None or symbol is None or quantity is None:
            return
        if account := self._account(entry, name):
            holding = ImportedHolding(symbol, quantity, price, entry.line)
            account.holdings[symbol] = self._merged(entry, account.holdings.get(symbol), holding)

    def _merged(self, entry: Entry, earlier: ImportedHolding | None, holding: ImportedHolding) -> ImportedHolding:
        if earlier is None:
            self.positions += 1
            if self.positions == MAX_POSITIONS + 1:
                self._error(entry, "file", f"stop: at most {MAX_POSITIONS:,} positions can be imported")
            return holding
        quantity = earlier.quantity + holding.quantity
        if quantity > QUANTITY.most:
            self._error(entry, "quantity", f"keep the sum of a symbol's quantities to at most {QUANTITY.most:,}")
        if None not in (earlier.price, holding.price) and earlier.price != holding.price:
            self._error(entry, "price", "write the same price as in the account's earlier line of this symbol")
        return replace(earlier, quantity=quantity, price=holding.price if earlier.price is None else earlier.price)

    def _account(self, entry: Entry, name: str) -> _Account | None:
        if name not in self.accounts and len(self.accounts) == MAX_ACCOUNTS:
            self._error(entry, "account", f"name one of the accounts above: at most {MAX_ACCOUNTS:,} can be imported")
            return None
        return self.accounts.setdefault(name, _Account())

    def _account_name(self, entry: Entry) -> str | None:
        if not entry.account:
            self._error(entry, "account", "fill in the account")
        elif len(entry.account) > MAX_ACCOUNT_NAME:
            self._error(entry, "account", f"shorten the account's name to at most {MAX_ACCOUNT_NAME} characters")
        elif _UNSEEN.search(entry.account):
            self._error(entry, "account", "remove line breaks and other control characters from the account's name")
        else:
            return entry.account
        return None

    def _symbol(self, entry: Entry) -> str | None:
        symbol = entry.symbol.upper()
        if entry.symbol.isascii() and _SYMBOL.fullmatch(symbol):
            return symbol
        what_to_do = "write the symbol in at most 20 letters, digits, dots and hyphens, such as VTI"
        self._error(entry, "symbol", what_to_do if symbol else "fill in the symbol, or CASH for cash")
        return None

    def _amount(self, entry: Entry, column: Literal["quantity", "price"], limits: Limits) -> Decimal | None:
        text = entry.quantity if column == "quantity" else entry.price
        try:
            return read_amount(text, limits)
        except ValueError as error:
            self._error(entry, column, str(error) if text else f"fill in the {column}")
            return None

    def _error(self, entry: Entry, column: str, what_to_do: str) -> None:
        self.errors.add(entry.line, column, what_to_do)


def _why_no_holding(entry: Entry) -> str | None:
    """None for a holding, well written or not: what has a symbol or a quantity of its own is never just skipped."""
    if entry.symbol.lower() == "symbol" and entry.quantity.lower() == "quantity":
        return "The header comes again."
    if _TOTAL.fullmatch(entry.symbol) or (not entry.symbol and _TOTAL.match(entry.account)):
        return "A total, not a holding."
    is_no_symbol = not entry.symbol or " " in entry.symbol
    if is_no_symbol and not entry.quantity:
        return "A heading or a note: there is no symbol and no quantity."
    if entry.filled == 1 and " " in entry.quantity:
        return "A heading or a note: only one field is filled."
    return None
