"""The registry of agents, and the plans derived from it: the agents that each job type runs.

Every sibling folder with a declaration is an agent.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from functions.shared.agent_declaration import USUAL_SIGMA, Agent, JobType
from functions.shared.durations.expectation import Expectation
from functions.shared.section_names import SERVED, Section


def _declared() -> Iterator[Agent]:
    for file in Path(__file__).parents[1].glob("*/declaration.py"):
        yield import_module(f"functions.{file.parent.name}.declaration").AGENT


#: Every agent, in display order.
AGENTS: tuple[Agent, ...] = tuple(sorted(_declared(), key=lambda agent: (agent.order, agent.name)))

#: Agents by job type.
PLANS: Mapping[JobType, tuple[Agent, ...]] = {
    job_type: tuple(agent for agent in AGENTS if job_type in agent.analyses) for job_type in JobType
}

#: The maximum size of a payload in a Data API response, in bytes. A response is at most 1 MiB; a job's payloads total
#: at most 600 KB, so that every poll takes one statement.
MAX_PAYLOAD_BYTES = 600_000 // len(SERVED)


class StepName(NamedTuple):
    """The display names of a step: in a list, and while it runs."""

    task: str
    doing: str


#: The steps before the agents (reading, tagging, and freezing the portfolio) and after them, in `progress_data`.
SETUP, FINALIZING = "setup", "finalizing"

#: The names of every step of an analysis, by agent.
STEP_NAMES: Mapping[str, StepName] = {
    SETUP: StepName("Read the portfolio", "Reading the portfolio"),
    **{agent.name: StepName(agent.task, agent.doing) for agent in AGENTS},
    FINALIZING: StepName("Put it together", "Putting it together"),
}

SETUP_EXPECTED = Expectation(7, USUAL_SIGMA)
FINALIZING_EXPECTED = Expectation(0.2, USUAL_SIGMA)


def sections(job_type: JobType) -> list[Section]:
    """Return the sections that complete a job of this type."""
    return [agent.section for agent in PLANS[job_type]]
