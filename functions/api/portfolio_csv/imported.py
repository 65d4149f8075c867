"""The parsed content of a portfolio file."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ImportedHolding:
    """Units of an instrument, with a price per unit in US dollars if the file states one.

    `symbol` is the ticker in upper case, else a CUSIP, an ISIN, or an identifier derived from the name. `price` has at
    most 12 decimals; quantity times price, rounded to the cent, equals the value in the file. `price` is None if the
    file has neither price nor value. If `is_value_only`, the file states only a value: `quantity` is that value and
    `price` is 1. `cost_basis` is in US dollars, for all units. `written` is the identifier as the file writes it, if it
    differs from `symbol`; `name` is the file's name for the instrument.
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
    """Holdings in file order, one per symbol; cash in US dollars, to the cent. Files state no purpose."""

    name: str
    cash: Decimal
    holdings: tuple[ImportedHolding, ...]
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class SkippedLine:
    """A line that is neither a holding nor cash, with its `amount` in US dollars if it has one.

    `last_line` is set if the entry represents a whole table. `reason` never repeats the line's content.
    """

    line: int
    reason: str
    amount: Decimal | None = None
    last_line: int | None = None


@dataclass(frozen=True, slots=True)
class FileWarning:
    """Something to check in a line, or in the whole file if `line` is None. The file was imported anyway."""

    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class ImportedPortfolio:
    """Accounts in file order with unique names; at least one account, at most 1,000 holdings.

    `priced_on` is the pricing date stated in the file.
    """

    accounts: tuple[ImportedAccount, ...]
    skipped: tuple[SkippedLine, ...] = ()
    priced_on: date | None = None
    warnings: tuple[FileWarning, ...] = field(default=(), compare=False)
