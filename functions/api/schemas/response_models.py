"""Response models for the OpenAPI document, except those of jobs. The repositories' statements build the actual JSON.

Amounts are JSON numbers in US dollars; times are ISO 8601 in UTC.
"""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, RootModel

from functions.shared.portfolio import InstrumentType

Share = dict[str, float]


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FieldProblem(Document):
    field: str
    message: str


class Problem(Document):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = Field(
        default=None, description="With status 422: what to change in each field."
    )


class GatewayMessage(Document):
    """An error from API Gateway itself. Use the status; the message may change."""

    message: str


class Alive(Document):
    status: Literal["ok"]
    version: str


class AliveWithDatabase(Alive):
    database: Literal["reachable"]
    progress_tracking: bool | None = Field(
        default=None, description="Present only if the flag is set for this function."
    )


class IncomeStream(Document):
    name: str
    annual_amount: float
    start_age: int
    end_age: int | None


class User(Document):
    """A goal is null until you set it."""

    display_name: str
    birth_year: int | None
    current_age: int | None = Field(description="The age reached this year.")
    years_until_retirement: int | None
    target_retirement_income: float | None
    annual_contribution: float | None
    income_streams: list[IncomeStream] | None
    asset_class_targets: Share | None
    region_targets: Share | None
    created_at: datetime


class SeenUser(Document):
    user: User
    created: bool = Field(description="Whether this request created the profile.")


class Account(Document):
    id: UUID
    account_name: str
    account_purpose: str
    cash_balance: float
    cash_interest: float
    total_value: float = Field(description="Cash and priced positions, in US dollars.")
    created_at: datetime
    updated_at: datetime


class Accounts(RootModel[list[Account]]):
    pass


class ListedInstrument(Document):
    symbol: str
    name: str
    instrument_type: InstrumentType
    current_price: float | None
    price_as_of: date | None


class Instruments(RootModel[list[ListedInstrument]]):
    pass


class HeldInstrument(ListedInstrument):
    """`current_price` is the caller's own price if it is as recent as the reference price."""

    classified_by: Literal["user", "rules"] | None = Field(
        description="Whose the type and the allocations are: `user` for the caller's own, `rules` if they follow from "
        "the symbol and the name, null for reference data or if nothing is known."
    )
    allocation_asset_class: Share
    allocation_regions: Share
    allocation_sectors: Share


class Position(Document):
    id: UUID
    account_id: UUID
    symbol: str
    quantity: float
    current_price: float | None = Field(description="In US dollars per unit, as in `instrument`; null if unknown.")
    instrument_name: str
    instrument_type: InstrumentType
    value: float | None = Field(description="To the cent; null without a price.")
    is_value_only: bool = Field(
        description="The file stated only a value: `quantity` is that value, and the price is 1."
    )
    cost_basis: float | None = Field(description="In US dollars, for all units; null if the file doesn't state it.")
    instrument: HeldInstrument
    created_at: datetime
    updated_at: datetime


class Positions(Document):
    positions: list[Position]


class Skipped(Document):
    """A line of the file that is neither a holding nor cash."""

    line: int = Field(description="Starts at 1.")
    reason: str
    amount: float | None = Field(None, description="In US dollars, if the line contains an amount.")
    last_line: int | None = Field(None, description="For an entry that covers a whole table: its last line.")


class Warned(Document):
    """Something to check; the file was imported anyway."""

    line: int | None = Field(description="Null for the whole file.")
    message: str


class AccountState(Document):
    positions: int
    cash: float
    total_value: float


class AccountChange(Document):
    account: str
    before: AccountState | None = Field(description="Null for a new account.")
    after: AccountState


class Imported(Document):
    accounts: int
    positions: int
    total_value: float = Field(
        description="In US dollars, with each position at the price that applies, rounded to the cent."
    )
    skipped: list[Skipped]
    warnings: list[Warned]
    changes: list[AccountChange] = Field(
        description="Existing accounts first; up to 50 for a dry run, up to 10 for an import."
    )
    import_id: UUID | None = Field(description="Null for a dry run.")


class SampleImported(Imported):
    message: str


class Message(Document):
    message: str


#: Every schema that a route references, by name.
SCHEMAS: tuple[type[BaseModel], ...] = (
    Problem, GatewayMessage, Alive, AliveWithDatabase, User, SeenUser, Account, Accounts, Instruments, Position,
    Positions, Imported, SampleImported, Message,
)  # fmt: skip
