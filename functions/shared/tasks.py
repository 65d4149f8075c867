"""Messages between functions: queue messages, agent tasks, and their results."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from functions.shared.durations.delays import Delays
from functions.shared.durations.expectation import Expectation
from functions.shared.portfolio import Frozen, Instrument, Snapshot, Symbol
from functions.shared.section_names import Section
from functions.shared.sections import ModelUsage


class JobMessage(Frozen):
    """A message on the planners' queue: run this round of a job. The database has all other data of the job."""

    job_id: UUID
    round: int = Field(default=0, ge=0)


class Claim(Frozen):
    """A job owned by one attempt; every write of the attempt is fenced by it."""

    job_id: UUID
    attempt: int = Field(gt=0)


class AgentTask(Claim):
    """An agent's task. `expected` is its expected duration; without `track_progress` the agent reports nothing."""

    snapshot: Snapshot
    expected: Expectation
    track_progress: bool = False
    delays: Delays = Field(default_factory=Delays)
    """The delays before the agent started."""

    @property
    def as_of(self) -> datetime:
        """The time of the analysis, by the database's clock."""
        return self.snapshot.taken_at


class Receipt(Frozen):
    """An agent's result: the section is committed, by this call (`stored`) or by an earlier one for the same job."""

    section: Section
    stored: bool
    duration_ms: int = Field(ge=0)
    status: Literal["committed"] = "committed"


class TaggerTask(Claim):
    """Symbols missing from the reference data."""

    symbols: tuple[Symbol, ...] = Field(min_length=1)
    names: dict[Symbol, str] = Field(default_factory=dict)
    """The names in the user's own files: data, never instructions."""


class TaggerAnswer(Frozen):
    """An instrument for each requested symbol, `unclassified` if unknown."""

    instruments: tuple[Instrument, ...]
    usage: ModelUsage | None = None
