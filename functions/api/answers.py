"""Response models for the OpenAPI document; the database builds the actual JSON.

Amounts are JSON numbers in US dollars; times are ISO 8601 in UTC.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model

from functions.api.schemas import JobStatus
from functions.shared.agent_declaration import JobType
from functions.shared.plans import AGENTS
from functions.shared.portfolio import InstrumentType
from functions.shared.sections import Section, Summary

Share = dict[str, float]


class Answered(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FieldProblem(Answered):
    field: str
    message: str


class Problem(Answered):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = Field(
        default=None, description="With status 422: what to change, field by field."
    )


class GatewayMessage(Answered):
    """An error from API Gateway itself. Use the status; the message may change."""

    message: str


class Alive(Answered):
    status: Literal["ok"]
    version: str


class AliveWithDatabase(Alive):
    database: Literal["reachable"]
    progress_tracking: bool | None = Field(default=None, description="Only where this function is told the flag.")


class User(Answered):
    display_name: str
    current_age: int
    years_until_retirement: int
    target_retirement_income: float
    annual_contribution: float
    asset_class_targets: Share
    region_targets: Share
    created_at: datetime


class SeenUser(Answered):
    user: User
    created: bool = Field(description="The profile was made by this request.")


class Account(Answered):
    id: UUID
    account_name: str
    account_purpose: str
    cash_balance: float
    cash_interest: float
    created_at: datetime
    updated_at: datetime


class Accounts(RootModel[list[Account]]):
    pass


class ListedInstrument(Answered):
    symbol: str
    name: str
    instrument_type: InstrumentType
    current_price: float | None
    price_as_of: date | None


class Instruments(RootModel[list[ListedInstrument]]):
    pass


class HeldInstrument(ListedInstrument):
    """`current_price` is the caller's own price if it is as recent as the reference price."""

    allocation_asset_class: Share
    allocation_regions: Share
    allocation_sectors: Share


class Position(Answered):
    id: UUID
    account_id: UUID
    symbol: str
    quantity: float
    value: float | None = Field(description="To the cent; null without a price.")
    is_value_only: bool = Field(
        description="The file stated only a value: `quantity` is that value, and the price is 1."
    )
    cost_basis: float | None = Field(description="In US dollars, for all units; null if the file doesn't state it.")
    instrument: HeldInstrument
    created_at: datetime
    updated_at: datetime


class Positions(Answered):
    positions: list[Position]


class Skipped(Answered):
    """A line of the file that is neither a holding nor cash."""

    line: int = Field(description="Counts from 1.")
    reason: str
    amount: float | None = Field(None, description="In US dollars, if the line carries an amount.")
    last_line: int | None = Field(None, description="Where the entry stands for a whole table.")


class Warned(Answered):
    """Something to check; the file was imported anyway."""

    line: int | None = Field(description="Null for the whole file.")
    message: str


class AccountState(Answered):
    positions: int
    cash: float
    total_value: float


class AccountChange(Answered):
    account: str
    before: AccountState | None = Field(description="Null for a new account.")
    after: AccountState


class Imported(Answered):
    accounts: int
    positions: int
    total_value: float = Field(description="Of the file, each position to the cent, at the prices that count.")
    skipped: list[Skipped]
    warnings: list[Warned]
    changes: list[AccountChange] = Field(
        description="Accounts that exist first: up to 50 of a dry run, up to 10 of an import."
    )
    import_id: UUID | None = Field(description="Null for a dry run.")


class SampleImported(Imported):
    message: str


class Message(Answered):
    message: str


class Started(Answered):
    job_id: UUID
    message: str


class AgentProgress(BaseModel):
    """The progress of one agent."""

    name: str
    status: Literal["waiting", "running", "completed", "failed", "skipped"]
    progress_percent: int
    message: str
    started_at: datetime | None
    completed_at: datetime | None
    expected_seconds: float


class Progress(BaseModel):
    """The progress of a job, if the planner tracks it."""

    stage: Literal["queued", "setup", "running", "finalizing", "completed", "failed", "cancelled", "retrying"]
    current_agent: str | None
    progress_percent: int | None
    message: str
    estimated_completion: datetime | None
    estimated_range: tuple[datetime, datetime] | None
    basis: Literal["measured", "estimated", "unknown"]
    started_at: datetime
    updated_at: datetime
    current: int
    total: int
    attempt: int
    agents: list[AgentProgress]


class QueuePlace(BaseModel):
    """The position of a waiting job in the queue."""

    ahead: int = Field(description="An estimate of how many jobs start before it, counted up to 1,000.")
    estimated_start: datetime | None = Field(description="Null while no job has completed.")


class Job(Answered):
    id: UUID
    job_type: JobType
    sections: list[Section]
    status: JobStatus
    attempt: int
    error_message: str | None
    progress_data: Progress | None
    queue: QueuePlace | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime
    version: int


class Jobs(Answered):
    jobs: list[Job]
    next_cursor: str | None


class EventKind(StrEnum):
    """`progress`: an agent started, reported, or failed. `released`: a transient error interrupted the attempt."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    PROGRESS = "progress"
    SECTION_COMMITTED = "section_committed"
    RELEASED = "released"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRIED = "retried"


class Event(Answered):
    seq: int = Field(description="Gapless within a job.")
    at: datetime
    kind: EventKind
    agent: str | None
    progress_percent: int | None
    message: str


class Events(Answered):
    events: list[Event] = Field(description="In their order; those of a job that ended long ago are not kept.")
    next_after: int | None = Field(
        description="The parameter `after` of the next page, or of the next look at a job that waits or runs; null "
        "when the job has ended and nothing is left."
    )


class AgentStats(Answered):
    agent: str
    runs: int = Field(description="How many of its results the durations are from.")
    median_seconds: float | None = Field(description="Null without runs.")
    p90_seconds: float | None = Field(description="Nine of ten runs took no longer; null without runs.")
    jobs: int = Field(description="Jobs that wanted it and completed or failed.")
    failure_rate: float | None = Field(description="The share of these, 0 to 1, for which it delivered nothing.")


class Stats(Answered):
    """Statistics of the caller's newest jobs, at most 500. Sample results (`mock`) don't count."""

    agents: list[AgentStats]


class JobAndRequest(Job):
    """Each payload is null until its agent delivers it."""

    request_payload: dict[str, Any]
    summary_payload: Summary | None


_PAYLOADS: dict[str, Any] = {f"{agent.section}_payload": (agent.payload | None, ...) for agent in AGENTS}
JobWithResults = create_model("JobWithResults", __base__=JobAndRequest, __doc__=JobAndRequest.__doc__, **_PAYLOADS)

#: Every schema that a route references, by name.
SCHEMAS: tuple[type[BaseModel], ...] = (
    Problem, GatewayMessage, Alive, AliveWithDatabase, User, SeenUser, Account, Accounts, Instruments, Position,
    Positions, Imported, SampleImported, Message, Started, Job, Jobs, JobWithResults, Events, Stats,
)  # fmt: skip
