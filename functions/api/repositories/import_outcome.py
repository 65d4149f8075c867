"""The result of an import or a preview, as the statement returns it."""

from pydantic import BaseModel


class Unpriced(BaseModel):
    """A holding without a price in the file and in the reference data."""

    line: int | None
    symbol: str


class Warned(BaseModel):
    """Something to check in a line, or in the whole file if `line` is None."""

    line: int | None
    message: str


class AccountState(BaseModel):
    """Amounts in US dollars."""

    positions: int
    cash: float
    total_value: float


class AccountChange(BaseModel):
    """An account before the import (None if it didn't exist) and after it."""

    account: str
    before: AccountState | None
    after: AccountState


class ImportOutcome(BaseModel):
    """`outcome`: fine, known (sent before), unpriced, too_many_accounts, or too_many_positions.

    Nothing is written unless it is fine.
    """

    outcome: str
    unpriced: list[Unpriced]
    """The first 100."""
    accounts: int
    positions: int
    total_value: float
    """In US dollars; a float is exact to the cent up to 90 trillion."""
    warnings: list[Warned]
    """Prices far from the last known ones: the first 10."""
    changes: list[AccountChange]
    """Existing accounts first: up to 50 for a preview, up to 10 for an import."""
