"""What passes between the functions: messages on the queues, an agent's task and its answer."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from functions.shared.durations.expectation import Expectation
from functions.shared.portfolio import Instrument, Snapshot, Symbol
from functions.shared.sections import ModelUsage, Section


class Message(BaseModel):
    """Fields that a later version adds are ignored, so that two versions may talk during a deployment.

    Errors tell the place, never the content: they end in logs.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class JobMessage(Message):
    """On the planners' queue: run this round of a job. Everything else about the job is in the database."""

    job_id: UUID
    round: int = Field(default=0, ge=0)


class Claim(Message):
    """A job in the hands of one attempt; every write of the attempt is fenced by it."""

    job_id: UUID
    attempt: int = Field(gt=0)


class AgentTask(Claim):
    """An agent's work. `expected` is how long it is expected to take; without tracking it reports nothing."""

    snapshot: Snapshot
    expected: Expectation
    track_progress: bool = False

    @property
    def as_of(self) -> datetime:
        """The moment of the analysis, by the database's clock."""
        return self.snapshot.taken_at


class Receipt(Message):
    """An agent's answer: the section is committed, by this call (`stored`) or by an earlier one of the same job."""

    section: Section
    stored: bool
    duration_ms: int = Field(ge=0)
    status: Literal["committed"] = "committed"


class TaggerTask(Claim):
    """Symbols that the reference data does not know."""

    symbols: tuple[Symbol, ...] = Field(min_length=1)
    names: dict[Symbol, str] = Field(default_factory=dict)
    """What the user's own files call them: data, never instructions."""


class TaggerAnswer(Message):
    """An instrument for each symbol asked for, `unclassified` where nobody knows."""

    instruments: tuple[Instrument, ...]
    usage: ModelUsage | None = None
