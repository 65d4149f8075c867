"""The vocabulary of progress, `progress_data` as it is first written, and a change to it.

The database applies a change (`apply_progress` in migrations/002), so that agents in processes of their own write to
one document without knowing each other, and only its clock counts.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.shared.agent_declaration import Agent
from functions.shared.history import History
from functions.shared.plans import FINALIZING_EXPECTED, SETUP_EXPECTED
from functions.shared.progress.estimate import Expectation, Remaining
from functions.shared.sections import SNAPSHOT, Section

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
    """What is new about an agent. `course`: what it expects to need from now on (its first elapsed time is now)."""

    status: AgentStatus | None = None
    progress_percent: int | None = Field(default=None, ge=0, le=100)
    message: str | None = Field(default=None, max_length=200)
    course: list[Remaining] | None = None


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
    expected_seconds: float
    course: list[Remaining] = Field(default_factory=list)
    """How its remaining time is expected to go; stored, and not shown."""


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


def initial_progress(
    agents: tuple[Agent, ...], attempt: int, committed: frozenset[Section], history: History | None = None
) -> ProgressData:
    """The document that an attempt starts from: what earlier attempts committed is done."""
    known = history or History({})
    lines = [
        _line(SETUP, known.expectation(SNAPSHOT, SETUP_EXPECTED), is_done=SNAPSHOT in committed),
        *(
            _line(agent.name, known.expectation(agent.section, agent.expected), is_done=agent.section in committed)
            for agent in agents
        ),
        _line(FINALIZING, FINALIZING_EXPECTED, is_done=False),
    ]
    return ProgressData(
        stage=Stage.RUNNING if SNAPSHOT in committed else Stage.SETUP,
        basis="measured" if all(known.is_measured(agent.section) for agent in agents) else "estimated",
        total=len(lines),
        attempt=attempt,
        agents=lines,
    )


def _line(name: str, expected: Expectation, *, is_done: bool) -> AgentProgress:
    line = AgentProgress(name=name, expected_seconds=round(expected.median_s, 3), course=expected.course())
    if not is_done:
        return line
    done = {"status": AgentStatus.COMPLETED, "progress_percent": 100, "message": "Done by an earlier attempt"}
    return line.model_copy(update=done)
