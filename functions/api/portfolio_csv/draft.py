"""Builds the portfolio: checks each holding and line of cash, and adds it to its account."""

from dataclasses import dataclass, field
from decimal import Decimal

from functions.api.limits import MAX_ACCOUNTS, MAX_SKIPPED
from functions.api.portfolio_csv.accounts import LONGEST_NAME, labels
from functions.api.portfolio_csv.errors import Errors, quoted
from functions.api.portfolio_csv.holdings import Holding
from functions.api.portfolio_csv.identity import identity_of_name, looks_like_ticker
from functions.api.portfolio_csv.imported import ImportedAccount, SkippedLine
from functions.api.portfolio_csv.numbers import CASH, PRICE, QUANTITY, VALUE, Amount, Limits, bounded
from functions.api.portfolio_csv.prices import Stated, price_of_unit
from functions.api.portfolio_csv.row import Kind, NotAnalyzed, Row
from functions.api.portfolio_csv.row_currency import states_cost_in_dollars
from functions.api.portfolio_csv.tables import Owner
from functions.api.portfolio_csv.totals import Line
from functions.api.portfolio_csv.vocabulary.columns import Meaning
from functions.api.portfolio_csv.vocabulary.rows import LONGEST
from functions.api.schemas.visible_text import visible, with_spaces_for_hidden
from functions.shared.analysis.money import CENT, to_cent

_LONGEST_HOLDING_NAME = 200
_ROOM_FOR_NUMBER = 12
_FACE_VALUE = 100


@dataclass(slots=True)
class _Account:
    cash: Decimal = Decimal()
    holdings: dict[str, Holding] = field(default_factory=dict)


class Draft:
    """Accounts in file order. Problems are added to `errors`, and the rest of the file is still checked."""

    def __init__(self, errors: Errors) -> None:
        self._errors = errors
        self._accounts: dict[Owner, _Account] = {}
        self.skipped: list[SkippedLine] = []

    @property
    def is_empty(self) -> bool:
        return not self._accounts

    @property
    def has_prices(self) -> bool:
        return any(h.price is not None for account in self._accounts.values() for h in account.holdings.values())

    def accounts(self, *, typed_by_hand: bool) -> tuple[ImportedAccount, ...]:
        names = labels(self._accounts, typed_by_hand=typed_by_hand)
        return tuple(
            ImportedAccount(names[owner], account.cash, tuple(h.imported() for h in account.holdings.values()))
            for owner, account in self._accounts.items()
        )

    def add(self, line: Line) -> None:
        """Add a line whose kind is final."""
        row = line.row
        if line.kind in {Kind.SKIPPED, Kind.TOTAL, Kind.LOT}:
            self.skip(SkippedLine(row.line, line.reason, line.worth))
        elif len(row.cells) > row.columns.width:
            self._error(
                row, "file", "It has more cells than the header. Put numbers that contain commas in quotation marks."
            )
        elif self._repeated_columns_agree(row):
            if line.kind is Kind.CASH:
                self._add_cash(row)
            else:
                self._add_holding(row)

    def skip(self, skipped: SkippedLine) -> None:
        if len(self.skipped) == MAX_SKIPPED:
            self._errors.refuse_skipped(skipped.line)
        self.skipped.append(skipped)

    def _add_cash(self, row: Row) -> None:
        stated = self._amount(row, Meaning.VALUE, row.value, CASH)
        units = self._amount(row, Meaning.QUANTITY, row.quantity, CASH)
        if _failed(stated, row.value) or _failed(units, row.quantity) or row.wrong:
            return
        product = None if units is None else units * (row.price.value if row.price else 1)
        amount = product if stated is None else stated
        if amount is None:
            self._error(
                row, "quantity", "The cash has no amount. Fill in the quantity or the value, or remove the line."
            )
        elif product is not None and abs(product - amount) > max(Decimal(1), amount / 100):
            self._error(
                row, "value", "The quantity and the value of this cash contradict each other. Correct one of them."
            )
        elif (account := self._account(row)) is not None:
            account.cash += to_cent(amount)
            if account.cash > CASH.most:
                self._error(row, "quantity", f"Keep the cash of an account to at most {CASH.most:,}.")

    def _add_holding(self, row: Row) -> None:
        quantity = self._amount(row, Meaning.QUANTITY, row.quantity, QUANTITY)
        price = self._price(row)
        is_counted = not _failed(quantity, row.quantity)  # a short position's value is also below zero
        value = self._amount(row, Meaning.VALUE, row.value, VALUE) if is_counted else None
        symbol, account = self._symbol(row), self._account(row)
        is_readable = is_counted and not (row.wrong or _failed(value, row.value))
        if (
            symbol is None
            or account is None
            or not is_readable
            or (_failed(price, row.price) and not _is_unpriced(row))
        ):
            return
        try:
            holding = _holding(row, symbol, quantity, price, value)
            if holding.symbol in account.holdings:
                account.holdings[holding.symbol].add(holding)
            else:
                account.holdings[holding.symbol] = holding
        except NotAnalyzed as error:
            self._error(row, error.field, str(error))

    def _account(self, row: Row) -> _Account | None:
        if row.owner not in self._accounts:
            if problem := self._account_problem(row):
                self._error(row, "account", problem)
                return None
            self._accounts[row.owner] = _Account()
        return self._accounts[row.owner]

    def _account_problem(self, row: Row) -> str | None:
        name, number = row.owner
        if len(self._accounts) == MAX_ACCOUNTS:
            return f"At most {MAX_ACCOUNTS:,} accounts can be imported."
        if not name and not number and row.columns.have_accounts and row.columns.are_typed_by_hand:
            return "The account is empty. Fill it in."
        if len(name) > LONGEST_NAME - (_ROOM_FOR_NUMBER if number else 0):
            return f"Shorten the account's name to at most {LONGEST_NAME - _ROOM_FOR_NUMBER} characters."
        try:
            visible(name)
        except ValueError:
            return "Remove line breaks and invisible characters from the account's name."
        return None

    def _symbol(self, row: Row) -> str | None:
        """Return the identifier; without a ticker or number, one derived from the name."""
        if row.identity is not None:
            return row.identity.symbol
        code = row.text(Meaning.IDENTIFIER)
        letters = sum(map(str.isalpha, row.symbol))
        is_words = " " in row.symbol and (not row.columns.are_typed_by_hand or letters > 5)
        words = row.name or (row.symbol if is_words else "")
        made = identity_of_name(f"{words} {code}") if words or code else None
        if made is not None:
            return made
        if row.symbol:
            what_to_do = "Write the symbol in at most 20 letters, digits, dots, and hyphens, such as VTI."
        else:
            what_to_do = "The symbol is empty. Fill in a ticker, a CUSIP, or a description, or CASH for cash."
        self._error(row, "symbol", what_to_do)
        return None

    def _price(self, row: Row) -> Decimal | None:
        return None if _is_unpriced(row) else self._amount(row, Meaning.PRICE, row.price, PRICE)

    def _amount(self, row: Row, meaning: Meaning, amount: Amount | None, limits: Limits) -> Decimal | None:
        """Return the amount if it is readable and within its limits; otherwise report it and return None."""
        if meaning in row.wrong:
            self._error(row, meaning.value, _not_a_number(row.wrong[meaning], limits))
        elif amount is not None and amount.currency is not None and limits is QUANTITY:
            self._error(row, meaning.value, "Write the quantity as a number of units, without a currency.")
        elif amount is not None:
            try:
                return bounded(amount.value, limits)
            except ValueError as error:
                self._error(row, meaning.value, str(error))
        return None

    def _repeated_columns_agree(self, row: Row) -> bool:
        """Check that columns of the same name contain equal amounts."""
        for meaning, others in row.columns.repeated.items():
            positions = [row.columns.at[meaning].position, *(column.position for column in others)]
            cells = {row.cells[position] if position < len(row.cells) else "" for position in positions}
            if len(cells) > 1 and meaning in {Meaning.SYMBOL, Meaning.QUANTITY, Meaning.PRICE, Meaning.VALUE}:
                names = " and ".join(quoted(column.written) for column in (row.columns.at[meaning], *others))
                message = f"The columns {names} mean the same but differ here. Keep one of them."
                self._error(row, meaning.value, message)
                return False
        return True

    def _error(self, row: Row, field_name: str, message: str) -> None:
        self._errors.add(row.line, field_name, message)


def _holding(row: Row, symbol: str, quantity: Decimal | None, price: Decimal | None, value: Decimal | None) -> Holding:
    """Raises NotAnalyzed if the amounts contradict each other or are incomplete."""
    holding = Holding(
        row.line, symbol, _name(row), _written(row, symbol), Decimal(), None, None, None, quantity is None
    )
    if quantity is None:
        if value is None:
            raise NotAnalyzed(
                "quantity",
                "The quantity is empty. Fill in the quantity or the value in US dollars, or remove the line.",
            )
        holding.quantity, holding.price = max(to_cent(value), CENT), Decimal(1)
        holding.worth = holding.quantity
    else:
        accrued = row.amount(Meaning.ACCRUED)
        holding.quantity = quantity
        try:
            holding.price = price_of_unit(stated(row, quantity, price, value, accrued.value if accrued else None))
        except ValueError as error:
            raise NotAnalyzed("value", str(error)) from error
        if value is not None:
            holding.worth = to_cent(value)
        elif holding.price is not None:
            holding.worth = quantity * holding.price
    if holding.price is not None:
        holding.cost = _cost(row, holding.quantity, holding.price)
    return holding


def stated(
    row: Row, quantity: Decimal, price: Decimal | None, value: Decimal | None, accrued: Decimal | None = None
) -> Stated:
    words = f"{row.identity.symbol if row.identity else row.symbol} {row.name}"[:LONGEST]
    is_ticker = row.identity is not None and row.identity.is_ticker and looks_like_ticker(row.identity.symbol)
    return Stated(quantity, price, value, accrued, row.kind, words, is_ticker)


def _cost(row: Row, quantity: Decimal, unit: Decimal) -> Decimal | None:
    """Return the cost of all units, if stated in US dollars. A bond's purchase price may be per 100."""
    per_face = _FACE_VALUE if row.price is not None and row.price.value > 50 * unit else 1
    for meaning, units in ((Meaning.COST, Decimal(1)), (Meaning.UNIT_COST, quantity / per_face)):
        amount = row.amount(meaning)
        if amount is None or abs(amount.value) > VALUE.most or not states_cost_in_dollars(row, meaning, amount):
            continue
        cost = to_cent(amount.value * units)
        if 0 < cost <= VALUE.most:
            return cost
    return None


def _failed(read: Decimal | None, written: Amount | None) -> bool:
    return read is None and written is not None


def _is_unpriced(row: Row) -> bool:
    """Return whether the price is zero but the value isn't: the broker has no price."""
    return row.price is not None and not row.price.value and row.value is not None and row.value.value > 0


def _name(row: Row) -> str | None:
    """Return the name as the file writes it, on one line and truncated; None if it is empty."""
    name = " ".join(with_spaces_for_hidden(row.name or ("" if row.identity else row.symbol)).split())
    return f"{name[: _LONGEST_HOLDING_NAME - 1]}…" if len(name) > _LONGEST_HOLDING_NAME else name or None


def _written(row: Row, symbol: str) -> str | None:
    return row.symbol if row.symbol and row.symbol != symbol else None


def _not_a_number(problem: str, limits: Limits) -> str:
    """Return the message for a cell without a number, or with an ambiguous one."""
    if problem == "Write a plain number":
        return f"Write the {limits.what} as a plain number, such as {limits.example}."
    return f"The {limits.what} {problem}."
