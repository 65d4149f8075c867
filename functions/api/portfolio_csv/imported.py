"""The content of a file that has been read."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ImportedHolding:
    """Units of an instrument, at a price in US dollars per unit if the file states one.

    `symbol` is the ticker in upper case, else a CUSIP, an ISIN, or an identifier made from the name. `price` has at
    most 12 decimals; quantity times price, rounded to the cent, is the value that the file states. `price` is None
    where the file has neither price nor value. If `is_value_only`, the file states only a value: `quantity` is that
    value and `price` is 1. `cost_basis` is in US dollars, for all units. `written` is the identifier as the file writes
    it, where it differs from `symbol`; `name` is the file's name for it.
    """

    symbol: str
    quantity: Decimal
    price: Decimal | None = None
    name: str | None = None
    is_value_only: bool = False
    cost_basis: Decimal | None = None
    written: str | None = field(default=None, compare=False)
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ImportedAccount:
    """Holdings in file order, each symbol once; cash in US dollars, to the cent."""

    name: str
    cash: Decimal
    holdings: tuple[ImportedHolding, ...]


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that is neither a holding nor cash, with its `amount` in US dollars if it carries one.

    `last_line` is set where one entry stands for a whole table. `reason` never repeats what the line holds.
    """

    line: int
    reason: str
    amount: Decimal | None = None
    last_line: int | None = None


@dataclass(frozen=True, slots=True)
class FileWarning:
    """Something to check, about a line or (None) about the file. The file was imported all the same."""

    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class ImportedPortfolio:
    """Accounts in file order, each name once; at least one account, at most 1,000 holdings.

    `priced_on` is the day that the file states for its prices.
    """

    accounts: tuple[ImportedAccount, ...]
    skipped: tuple[SkippedLine, ...] = ()
    priced_on: date | None = None
    warnings: tuple[FileWarning, ...] = field(default=(), compare=False)
