"""The progress model: `progress_data` at the start of an attempt, and changes to it.

The database applies a change (`apply_progress` in migrations/002), so that agents in separate processes can update one
document independently, using only its clock.
"""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from functions.shared.agent_declaration import Agent
from functions.shared.durations.expectation import Expectation
from functions.shared.durations.history import History
from functions.shared.plans import FINALIZING, FINALIZING_EXPECTED, SETUP, SETUP_EXPECTED
from functions.shared.section_names import SNAPSHOT, Section


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


class Facts(BaseModel):
    """Inputs for evaluating an agent's progress in the database; stored, never shown. Durations are log-logistic."""

    usual_alpha: float | None = None
    """The median in seconds, before this run."""
    usual_beta: float | None = None
    own_alpha: float | None = None
    """The median in seconds, after the agent's own reports."""
    own_beta: float | None = None
    reach: float | None = None
    """The share of its work (0 to 1) that the agent may have done by now: its last report plus one step."""
    cause: str | None = None
    """Why the step may be slow, as a clause."""


class AgentChange(BaseModel):
    """A change to an agent. `elapsed_s` is its running time, in case the database hasn't recorded its start."""

    status: AgentStatus | None = None
    progress_percent: int | None = Field(default=None, ge=0, le=100)
    message: str | None = Field(default=None, max_length=200)
    elapsed_s: float | None = Field(default=None, ge=0)
    facts: Facts = Facts()


class ProgressChange(BaseModel):
    """A change to a job's progress. `agents` lists the agent that changed most recently last."""

    stage: Stage | None = None
    agents: dict[str, AgentChange] = Field(default_factory=dict)

    def then(self, later: "ProgressChange") -> "ProgressChange":
        """Merge this change with a later one: the latest state of an agent wins."""
        others = {name: agent for name, agent in self.agents.items() if name not in later.agents}
        return ProgressChange(stage=later.stage or self.stage, agents=others | later.agents)


def completed(agent: str, message: str, stage: Stage | None = None, cause: str | None = None) -> ProgressChange:
    """Return the change for an agent's completion, to be committed in one statement with its result."""
    change = AgentChange(status=AgentStatus.COMPLETED, message=message, facts=Facts(cause=cause))
    return ProgressChange(stage=stage, agents={agent: change})


class AgentProgress(BaseModel):
    """One line of the checklist."""

    name: str
    status: AgentStatus = AgentStatus.WAITING
    progress_percent: int = 0
    message: str = ""
    started_at: str | None = None
    completed_at: str | None = None
    expected_seconds: float
    facts: Facts = Field(default_factory=Facts)


class ProgressData(BaseModel):
    """`progress_data` at the start of an attempt. Each write adds the rest (`apply_progress`)."""

    stage: Stage
    basis: Literal["measured", "estimated"]
    total: int
    attempt: int
    agents: list[AgentProgress]
    together: float
    """The correlation between the durations of a job's steps; stored, never shown."""
    levels: tuple[float, float]
    """The quantiles that bound the range; stored, never shown."""


def initial_progress(
    agents: tuple[Agent, ...], attempt: int, committed: frozenset[Section], history: History | None = None
) -> ProgressData:
    """Return the document that an attempt starts from. Sections committed by earlier attempts are done."""
    priors = {SNAPSHOT: SETUP_EXPECTED, **{agent.section: agent.expected for agent in agents}}
    forecast = (history or History()).forecast(priors)
    lines = [
        _line(SETUP, forecast.expected[SNAPSHOT], is_done=SNAPSHOT in committed),
        *(_line(agent.name, forecast.expected[agent.section], is_done=agent.section in committed) for agent in agents),
        _line(FINALIZING, FINALIZING_EXPECTED, is_done=False),
    ]
    return ProgressData(
        stage=Stage.RUNNING if SNAPSHOT in committed else Stage.SETUP,
        basis="measured" if {agent.section for agent in agents} <= forecast.measured else "estimated",
        total=len(lines),
        attempt=attempt,
        agents=lines,
        together=forecast.together,
        levels=forecast.levels,
    )


def _line(name: str, expected: Expectation, *, is_done: bool) -> AgentProgress:
    alpha, beta = expected.median_s, expected.beta
    facts = Facts(usual_alpha=alpha, usual_beta=beta, own_alpha=alpha, own_beta=beta)
    line = AgentProgress(name=name, expected_seconds=round(alpha, 3), facts=facts)
    done = {"status": AgentStatus.COMPLETED, "progress_percent": 100, "message": "Done by an earlier attempt"}
    return line.model_copy(update=done) if is_done else line
