"""Checks what a file's tables of holdings say, and collects it: whole, or with every line that is wrong."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from functions.api.portfolio_csv.accounts import LONGEST_NAME
from functions.api.portfolio_csv.amounts import CASH, CASH_VALUE, PRICE, QUANTITY, VALUE, Limits, Mark, read_amount
from functions.api.portfolio_csv.cash import is_cash, is_money_market
from functions.api.portfolio_csv.checks import PRICE_STEP, agreed_price, why_no_holding, why_not_analysed
from functions.api.portfolio_csv.file import Errors, decode
from functions.api.portfolio_csv.imported import ImportedAccount, ImportedHolding, ImportedPortfolio, SkippedLine
from functions.api.portfolio_csv.layout import Entry, Layout, Note
from functions.shared.portfolio import SYMBOL_PATTERN

MAX_POSITIONS = 1_000
MAX_ACCOUNTS = 1_000
"""As many as there can be positions; without it, lines of cash alone could make an account each."""
MAX_SKIPPED = 1_000
_LONGEST_HOLDING_NAME = 200
_CENT = Decimal("0.01")

_SYMBOL = re.compile(SYMBOL_PATTERN)
_FOOTNOTE_MARKS = "*\u2020\u2021\u00b9\u00b2\u00b3 "
_SHARE_CLASS = re.compile(r"([A-Z]{2,5})[/ ]([A-Z])")
"""Brokers write BRK/B and BRK B, exchanges BRK.B."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line separators, and those that turn the direction of the text around them."""


def read_portfolio(body: bytes) -> ImportedPortfolio:
    """See `parse_portfolio_csv`."""
    errors = Errors()
    layout = Layout(decode(body, errors), errors)
    draft = _Draft(errors, layout.mark)
    for entry in layout.entries():
        draft.add(entry)
    errors.raise_if_any()
    if not draft.accounts:
        errors.refuse(
            "file", "The file has no holdings: add a line for each below the header, such as Roth IRA,VTI,10,301.15."
        )
    return draft.portfolio(layout.priced_on)


@dataclass(slots=True)
class _Holding:
    """`value` is what the lines said that the price was worked out from, None where the price was written."""

    imported: ImportedHolding
    value: Decimal | None


@dataclass(slots=True)
class _Account:
    owner: tuple[str, str]
    cash: Decimal = Decimal()
    holdings: dict[str, _Holding] = field(default_factory=dict)


@dataclass(slots=True)
class _Draft:
    """A portfolio in the making."""

    errors: Errors
    mark: Mark
    accounts: dict[str, _Account] = field(default_factory=dict)
    skipped: list[SkippedLine] = field(default_factory=list)
    positions: int = 0

    def portfolio(self, priced_on: date | None) -> ImportedPortfolio:
        return ImportedPortfolio(
            tuple(
                ImportedAccount(name, account.cash, tuple(holding.imported for holding in account.holdings.values()))
                for name, account in self.accounts.items()
            ),
            tuple(self.skipped),
            priced_on,
        )

    def add(self, entry: Entry | Note) -> None:
        if isinstance(entry, Note):
            self._skip(entry.line, entry.reason)
        elif reason := why_no_holding(entry):
            self._skip(entry.line, reason)
        elif entry.too_many_cells:
            self._error(entry, "file", "keep to the header's columns, and put numbers with commas in quotation marks")
        elif refused := why_not_analysed(entry):
            self._error(entry, *refused)
        elif is_cash(entry.symbol.upper(), entry.name):
            self._add_cash(entry)
        else:
            self._add_holding(entry)

    def _skip(self, line: int, reason: str) -> None:
        if len(self.skipped) == MAX_SKIPPED:
            self.errors.refuse("file", f"Remove the lines that are no holdings: there are over {MAX_SKIPPED:,}.", line)
        self.skipped.append(SkippedLine(line, reason))

    def _add_cash(self, entry: Entry) -> None:
        name = self._account_name(entry)
        stated = [
            self._amount(entry, column, text, limits)
            for column, text, limits in (("quantity", entry.quantity, CASH), ("value", entry.value, CASH_VALUE))
            if text or (column == "quantity" and not entry.value)
        ]
        price = self._amount(entry, "price", entry.price, PRICE) if entry.price else Decimal(1)
        if price is not None and price != 1:
            self._error(entry, "price", "leave the price of CASH empty or make it 1")
        elif None not in stated and price is not None:
            amounts = {amount.quantize(_CENT) for amount in stated if amount is not None}
            if len(amounts) > 1:
                self._error(entry, "value", "correct the amounts, which contradict each other")
            elif name is not None:
                self._keep_cash(entry, name, amounts.pop())

    def _add_value_as_cash(self, entry: Entry, name: str | None) -> None:
        amount = self._amount(entry, "value", entry.value, CASH_VALUE)
        if name is not None and amount is not None:
            self._keep_cash(entry, name, amount.quantize(_CENT))

    def _keep_cash(self, entry: Entry, name: str, amount: Decimal) -> None:
        if account := self._account(entry, name):
            account.cash += amount
            if account.cash > CASH.most:
                self._error(entry, "quantity", f"keep the cash of an account to at most {CASH.most:,}")

    def _add_holding(self, entry: Entry) -> None:
        name = self._account_name(entry)
        symbol = self._symbol(entry)
        if symbol and not entry.quantity and entry.value and is_money_market(symbol, entry.name, None):
            self._add_value_as_cash(entry, name)
            return
        quantity = self._quantity(entry)
        price = self._amount(entry, "price", entry.price, PRICE) if entry.price else None
        if name is None or symbol is None or quantity is None or (entry.price and price is None):
            return
        value = self._amount(entry, "value", entry.value, VALUE) if entry.value else None
        if entry.value and value is None:
            return
        try:
            agreed = agreed_price(quantity, price, value)
        except ValueError as error:
            self._error(entry, "value", str(error))
            return
        if is_money_market(symbol, entry.name, agreed):
            amount = quantity * (agreed or 1) if value is None else value
            self._keep_cash(entry, name, amount.quantize(_CENT))
        elif account := self._account(entry, name):
            holding = ImportedHolding(
                symbol, quantity, agreed and agreed.quantize(PRICE_STEP), _holding_name(entry.name), entry.line
            )
            self._keep(entry, account, _Holding(holding, value if price is None else None))

    def _keep(self, entry: Entry, account: _Account, new: _Holding) -> None:
        symbol = new.imported.symbol
        known = account.holdings.get(symbol)
        if known is None:
            account.holdings[symbol] = new
            self.positions += 1
            if self.positions == MAX_POSITIONS + 1:
                self._error(entry, "file", f"stop: at most {MAX_POSITIONS:,} positions can be imported")
            return
        earlier, later = known.imported, new.imported
        quantity = earlier.quantity + later.quantity
        if quantity > QUANTITY.most:
            self._error(entry, "quantity", f"keep the sum of a symbol's quantities to at most {QUANTITY.most:,}")
        price = later.price if earlier.price is None else earlier.price
        if known.value is not None and new.value is not None:
            known.value += new.value
            price = (known.value / quantity).quantize(PRICE_STEP)
        elif None not in (earlier.price, later.price) and earlier.price != later.price:
            self._error(entry, "price", "write the same price as in the account's earlier line of this symbol")
        known.imported = replace(earlier, quantity=quantity, price=price, name=earlier.name or later.name)

    def _account(self, entry: Entry, name: str) -> _Account | None:
        if name not in self.accounts and len(self.accounts) == MAX_ACCOUNTS:
            self._error(entry, "account", f"name one of the accounts above: at most {MAX_ACCOUNTS:,} can be imported")
            return None
        account = self.accounts.setdefault(name, _Account(entry.owner))
        if account.owner != entry.owner:
            self._error(
                entry, "account", "give the account a name of its own: another has it, and the same last digits"
            )
        return account

    def _account_name(self, entry: Entry) -> str | None:
        if not entry.account:
            self._error(entry, "account", "fill in the account")
        elif len(entry.account) > LONGEST_NAME:
            self._error(entry, "account", f"shorten the account's name to at most {LONGEST_NAME} characters")
        elif _UNSEEN.search(entry.account):
            self._error(entry, "account", "remove line breaks and other control characters from the account's name")
        else:
            return entry.account
        return None

    def _symbol(self, entry: Entry) -> str | None:
        symbol = _SHARE_CLASS.sub(r"\1.\2", entry.symbol.upper().rstrip(_FOOTNOTE_MARKS))
        if entry.symbol.rstrip(_FOOTNOTE_MARKS).isascii() and _SYMBOL.fullmatch(symbol):
            return symbol
        what_to_do = "write the symbol in at most 20 letters, digits, dots and hyphens, such as VTI"
        self._error(entry, "symbol", what_to_do if symbol else "fill in the symbol, or CASH for cash")
        return None

    def _quantity(self, entry: Entry) -> Decimal | None:
        """A broker's may have more decimals than can be kept: its value says what it is worth."""
        limits = QUANTITY._replace(decimals=None) if entry.value else QUANTITY
        quantity = self._amount(entry, "quantity", entry.quantity, limits)
        if quantity is None or not entry.value:
            return quantity
        kept = quantity.quantize(PRICE_STEP) if -int(quantity.as_tuple().exponent) > 6 else quantity
        if not kept:
            self._error(entry, "quantity", "write a quantity of at least 0.000001, or remove the line")
            return None
        return kept

    def _amount(self, entry: Entry, column: str, text: str, limits: Limits) -> Decimal | None:
        try:
            return read_amount(text, limits, self.mark)
        except ValueError as error:
            self._error(entry, column, str(error) if text else f"fill in the {column}")
            return None

    def _error(self, entry: Entry, column: str, what_to_do: str) -> None:
        self.errors.add(entry.line, column, what_to_do)


def _holding_name(name: str) -> str | None:
    """As the broker calls it, on one line and not too long to keep; None where it says nothing."""
    shown = " ".join(_UNSEEN.sub(" ", name).split())
    return f"{shown[: _LONGEST_HOLDING_NAME - 1]}…" if len(shown) > _LONGEST_HOLDING_NAME else shown or None
