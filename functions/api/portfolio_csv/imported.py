"""What a file holds, once it is read."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ImportedHolding:
    """So many units of a symbol (upper case), at a price in US dollars a unit if the file says one; first in `line`.

    `name` is what the file calls it.
    """

    symbol: str
    quantity: Decimal
    price: Decimal | None = None
    name: str | None = None
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
    """What a file holds: accounts in file order, each name once; at least one account, at most 1,000 holdings.

    `priced_on` is the day that the file says its prices are of.
    """

    accounts: tuple[ImportedAccount, ...]
    skipped: tuple[SkippedLine, ...] = ()
    priced_on: date | None = None
