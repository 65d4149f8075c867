"""Holdings of one account under construction; lines of the same symbol are added up."""

from dataclasses import dataclass
from decimal import Decimal

from functions.api.portfolio_csv.imported import ImportedHolding
from functions.api.portfolio_csv.numbers import QUANTITY
from functions.api.portfolio_csv.prices import Stated, price_of_unit
from functions.api.portfolio_csv.row import NotAnalyzed
from functions.shared.analysis.money import to_cent

_PRICES_DIFFER_AT_MOST = Decimal("0.05")
"""Between two lines of the same symbol in an account, such as lots priced a moment apart."""
_HALF_CENT = Decimal("0.005")


@dataclass(slots=True)
class Holding:
    """`worth` is the stated value, or quantity times price; None if no line has either."""

    line: int
    symbol: str
    name: str | None
    written: str | None
    quantity: Decimal
    price: Decimal | None
    worth: Decimal | None
    cost: Decimal | None
    is_value_only: bool

    def add(self, other: "Holding") -> None:
        """Add another line of the same symbol. Raises NotAnalyzed if the lines contradict each other."""
        if self.is_value_only != other.is_value_only:
            self._keep_only_value()
            other._keep_only_value()
        if not self.is_value_only and _differ(self.price, other.price):
            raise NotAnalyzed(
                "price", "An earlier line of this account has another price for the same symbol. Correct one of them."
            )
        self.worth = self._worth_with(other)
        self.quantity += other.quantity
        if self.quantity > QUANTITY.most:
            raise NotAnalyzed("quantity", f"Keep the sum of a symbol's quantities to at most {QUANTITY.most:,}.")
        self.cost = None if self.cost is None or other.cost is None else self.cost + other.cost
        self.name = self.name or other.name
        self.price = other.price if self.price is None else self.price

    def imported(self) -> ImportedHolding:
        """Return the holding with a price such that quantity times price, to the cent, equals the stated value."""
        price = self.price
        is_off = price is None or self.worth is None or abs(self.quantity * price - self.worth) >= _HALF_CENT
        if is_off and self.worth is not None and not self.is_value_only:
            price = price_of_unit(Stated(self.quantity, None, self.worth, None, "", ""))
        return ImportedHolding(
            self.symbol, self.quantity, price, self.name, self.is_value_only, self.cost, self.written, self.line
        )

    def _keep_only_value(self) -> None:
        if self.worth is not None:
            self.quantity, self.price, self.is_value_only = to_cent(self.worth), Decimal(1), True

    def _worth_with(self, other: "Holding") -> Decimal | None:
        """Return the value of both lines; a line without a price uses the other line's."""
        price = self.price if self.price is not None else other.price
        if price is None:
            return None
        return sum(
            (holding.quantity * price if holding.worth is None else holding.worth for holding in (self, other)),
            Decimal(),
        )


def _differ(first: Decimal | None, second: Decimal | None) -> bool:
    if first is None or second is None:
        return False
    low, high = sorted((first, second))
    return high > low * (1 + _PRICES_DIFFER_AT_MOST)
