"""Response models for the OpenAPI document. The repositories' statements build the actual JSON.

Amounts are JSON numbers in US dollars; times are ISO 8601 in UTC.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, RootModel, create_model

from functions.api.schemas.request_models import JobStatus
from functions.shared.agent_declaration import JobType
from functions.shared.plans import AGENTS
from functions.shared.portfolio import InstrumentType
from functions.shared.section_names import Section
from functions.shared.sections import Summary

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


class Started(Document):
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
    slow_reason: str | None = Field(
        description="A sentence if the step takes longer than nine in ten of its earlier runs; otherwise null."
    )


class Progress(BaseModel):
    """The progress of a job, if the planner tracks it."""

    stage: Literal["queued", "setup", "running", "finalizing", "completed", "failed", "cancelled", "retrying"]
    current_agent: str | None
    progress_percent: int | None
    percent_in_4s: float | None = Field(
        description="The percent 4 s after the response if there is no news until then; null unless the job runs."
    )
    message: str
    estimated_completion: datetime | None
    estimated_range: tuple[datetime, datetime] | None
    basis: Literal["measured", "estimated"]
    started_at: datetime
    updated_at: datetime
    current: int
    total: int
    attempt: int
    agents: list[AgentProgress]


class QueuePlace(BaseModel):
    """The position of a pending job in the queue."""

    ahead: int = Field(description="The estimated number of jobs that start before this one, at most 1,000.")
    estimated_start: datetime | None = Field(description="Null while no job has completed.")


class Job(Document):
    id: UUID
    name: str | None = Field(description="Chosen by the user.")
    job_type: JobType
    sections: list[Section]
    status: JobStatus
    attempt: int
    error_message: str | None
    is_tracked: bool | None = Field(description="Whether progress is reported; null until the job has started.")
    progress_data: Progress | None
    queue: QueuePlace | None
    created_at: datetime
    queued_at: datetime = Field(description="When the job was submitted, or its latest retry was requested.")
    started_at: datetime | None
    completed_at: datetime | None
    updated_at: datetime
    version: int


class ListedJob(Job):
    total_value: float | None = Field(description="In US dollars; null unless the job has completed.")
    success_rate: float | None = Field(
        description="The share of simulations in which the money lasts, in percent; null if there is no such result."
    )


class Jobs(Document):
    jobs: list[ListedJob]
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


class Event(Document):
    seq: int = Field(description="Consecutive within a job, without gaps.")
    at: datetime
    kind: EventKind
    agent: str | None
    progress_percent: int | None
    message: str


class StreamedEvent(Document):
    """The `data` of an event in a job's stream. A heartbeat has no number and describes the progress as of now."""

    seq: int | None
    at: datetime | None
    kind: EventKind | Literal["heartbeat"]
    agent: str | None
    progress_percent: int | None
    message: str
    job: Job | None = Field(description="The job as of now, in the last event of a response.")


class Events(Document):
    events: list[Event] = Field(description="In order. Events of jobs that ended long ago have been deleted.")
    next_after: int | None = Field(
        description="The `after` parameter of the next page, or of the next poll while the job is pending or "
        "running; null if the job has ended and there are no more events."
    )


class AgentStats(Document):
    agent: str
    runs: int = Field(description="The number of results that the durations are based on.")
    median_seconds: float | None = Field(description="Null if there are no runs.")
    p90_seconds: float | None = Field(description="Nine in ten runs took at most this long. Null if there are no runs.")
    jobs: int = Field(description="Completed and failed jobs that include this agent.")
    failure_rate: float | None = Field(
        description="The share of these jobs, 0 to 1, in which the agent produced no result."
    )


class Stats(Document):
    """Statistics of the caller's newest jobs, at most 500. Sample results (`mock`) don't count."""

    agents: list[AgentStats]


class JobAndRequest(Job):
    """Each payload is null until its agent has finished."""

    request_payload: dict[str, Any]
    summary_payload: Summary | None


_PAYLOADS: dict[str, Any] = {f"{agent.section}_payload": (agent.payload | None, ...) for agent in AGENTS}
JobWithResults = create_model("JobWithResults", __base__=JobAndRequest, __doc__=JobAndRequest.__doc__, **_PAYLOADS)

#: Every schema that a route references, by name.
SCHEMAS: tuple[type[BaseModel], ...] = (
    Problem, GatewayMessage, Alive, AliveWithDatabase, User, SeenUser, Account, Accounts, Instruments, Position,
    Positions, Imported, SampleImported, Message, Started, Job, Jobs, JobWithResults, Events, StreamedEvent, Stats,
)  # fmt: skip
