"""The vocabulary of progress, `progress_data` as it is first written, and a change to it.

The database applies a change (`apply_progress` in migrations/002), so that agents in processes of their own write to
one document without knowing each other, and only its clock counts.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.shared.plans import FINALIZING_EXPECTED_S, SETUP_EXPECTED_S, Agent
from functions.shared.sections import Section

SETUP = "setup"
FINALIZING = "finalizing"


class Stage(StrEnum):
    QUEUED = "queued"
    SETUP = "setup"
    RUNNING = "running"
    FINALIZING = "finalizing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRYING = "retrying"


class AgentStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class AgentChange(BaseModel):
    """What is new about an agent. `remaining_seconds` is how long it still expects to need, from now."""

    status: AgentStatus | None = None
    progress_percent: int | None = Field(default=None, ge=0, le=100)
    message: str | None = Field(default=None, max_length=200)
    remaining_seconds: float | None = Field(default=None, ge=0)


class ProgressChange(BaseModel):
    """What is new about a job's progress; the latest state of an agent wins."""

    stage: Stage | None = None
    agents: dict[str, AgentChange] = Field(default_factory=dict)

    def then(self, later: "ProgressChange") -> "ProgressChange":
        """This change and a later one as one."""
        return ProgressChange(stage=later.stage or self.stage, agents={**self.agents, **later.agents})


def completed(agent: str, message: str, stage: Stage | None = None) -> ProgressChange:
    """That an agent has done its work, to be committed in one statement with what it made."""
    return ProgressChange(stage=stage, agents={agent: AgentChange(status=AgentStatus.COMPLETED, message=message)})


class AgentProgress(BaseModel):
    """One line of the checklist."""

    name: str
    status: AgentStatus = AgentStatus.WAITING
    progress_percent: int = 0
    message: str = ""
    started_at: str | None = None
    completed_at: str | None = None
    estimated_completion: str | None = None
    expected_seconds: float


class ProgressData(BaseModel):
    """`progress_data`, version 1."""

    model_config = ConfigDict(extra="ignore")

    stage: Stage = Stage.SETUP
    current_agent: str | None = None
    progress_percent: int | None = Field(default=0, ge=0, le=100)
    message: str = ""
    estimated_completion: str | None = None
    estimated_range: tuple[str, str] | None = None
    basis: Literal["measured", "estimated", "unknown"] = "estimated"
    started_at: str | None = None
    updated_at: str | None = None
    current: int = 1
    total: int
    attempt: int
    agents: list[AgentProgress]


def initial_progress(agents: tuple[Agent, ...], attempt: int, committed: frozenset[Section]) -> ProgressData:
    """The document that an attempt starts from: what earlier attempts committed is done."""
    lines = [
        _line(SETUP, SETUP_EXPECTED_S, is_done=Section.SNAPSHOT in committed),
        *(_line(agent.name, agent.expected_s, is_done=agent.section in committed) for agent in agents),
        _line(FINALIZING, FINALIZING_EXPECTED_S, is_done=False),
    ]
    stage = Stage.RUNNING if Section.SNAPSHOT in committed else Stage.SETUP
    return ProgressData(stage=stage, total=len(lines), attempt=attempt, agents=lines)


def _line(name: str, expected_s: float, *, is_done: bool) -> AgentProgress:
    if not is_done:
        return AgentProgress(name=name, expected_seconds=expected_s)
    return AgentProgress(
        name=name,
        status=AgentStatus.COMPLETED,
        progress_percent=100,
        message="Done by an earlier attempt",
        expected_seconds=expected_s,
    )
