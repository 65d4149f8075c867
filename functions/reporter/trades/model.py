"""The trades, and the goal that they serve. Amounts are US dollars to the cent."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from functions.shared.portfolio import AssetClass, Region

#: The most trades worth listing.
MOST_TRADES = 12


class Action(StrEnum):
    BUY = "buy"
    SELL = "sell"
    MATURE = "mature"
    """Wait for a bond or certificate of deposit to be repaid; selling one early costs money."""


class Tax(StrEnum):
    """The tax on a sale."""

    FREE = "free"
    """The account is tax-advantaged, or nothing is sold."""
    LOSS = "loss"
    """Sold at its cost or below."""
    GAIN = "gain"
    UNKNOWN = "unknown"
    """The file has no cost basis."""


@dataclass(frozen=True)
class Trade:
    """`amount` is positive. `shares` is None for funds that trade in amounts, such as mutual funds.

    `account` is None for the contributions of the coming year.
    """

    account: str | None
    action: Action
    symbol: str
    amount: Decimal
    shares: Decimal | None = None
    tax: Tax = Tax.FREE
    gain: Decimal | None = None
    """What a sale realizes, in a taxable account; negative for a loss, None if unknown."""
    is_suggestion: bool = False
    """The fund is an example of its kind: no account holds it yet."""


class Reason(StrEnum):
    """Why a target is not reached."""

    TAXED = "taxed"
    """Only sales that are taxed, or may be, would help."""
    SMALL = "small"
    """The trades would be too small, or too many."""
    AT_BANK = "at_bank"
    """The money is in a bank account, which cannot hold funds."""
    NO_FUND = "no_fund"
    """No fund of this kind is held, and none is common enough to suggest."""


@dataclass(frozen=True)
class Left:
    """A target that stays more than TOLERANCE points away. `of_equity` targets are shares of the equity part."""

    key: AssetClass | Region
    points: Decimal
    of_equity: bool
    reason: Reason


@dataclass(frozen=True)
class Shares:
    """Percentages: classes of the classified portfolio, regions of its equity."""

    classes: Mapping[AssetClass, Decimal]
    regions: Mapping[Region, Decimal]


@dataclass(frozen=True)
class TradePlan:
    """Trades in the order in which they should be made: sales first within an account.

    `cash_used` is what the purchases take from the cash in accounts, net of the sales' proceeds left in cash;
    `new_money` is the part of a year's contributions that they take. Purchases = sales + cash_used + new_money.
    """

    trades: tuple[Trade, ...] = ()
    cash_used: Decimal = Decimal()
    new_money: Decimal = Decimal()
    before: Shares | None = None
    after: Shares | None = None
    left: tuple[Left, ...] = ()

    @property
    def bought(self) -> Decimal:
        return sum((trade.amount for trade in self.trades if trade.action is Action.BUY), Decimal())

    @property
    def sold(self) -> Decimal:
        return sum((trade.amount for trade in self.trades if trade.action is not Action.BUY), Decimal())
