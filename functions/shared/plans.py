"""The registry of agents, and the plans derived from it: the agents that each job type runs.

Every sibling folder with a declaration is an agent.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from functions.shared.agent_declaration import USUAL_SIGMA, Agent, JobType
from functions.shared.durations.expectation import Expectation
from functions.shared.sections import SUMMARY, Section


def _declared() -> Iterator[Agent]:
    for file in Path(__file__).parents[1].glob("*/declaration.py"):
        yield import_module(f"functions.{file.parent.name}.declaration").AGENT


#: Every agent, in display order.
AGENTS: tuple[Agent, ...] = tuple(sorted(_declared(), key=lambda agent: (agent.order, agent.name)))

#: Agents by job type.
PLANS: Mapping[JobType, tuple[Agent, ...]] = {
    job_type: tuple(agent for agent in AGENTS if job_type in agent.analyses) for job_type in JobType
}

#: The sections that clients read, each in the job's document as `<section>_payload`. The snapshot is for agents only.
SERVED: tuple[Section, ...] = (*(agent.section for agent in AGENTS), SUMMARY)

#: The maximum size of a payload in a Data API response, in bytes. A response is at most 1 MiB; a job's payloads total
#: at most 600 KB, so that every poll takes one statement.
MAX_PAYLOAD_BYTES = 600_000 // len(SERVED)

#: The steps before the agents (reading, tagging, and freezing the portfolio) and after them.
SETUP_EXPECTED = Expectation(7, USUAL_SIGMA)
FINALIZING_EXPECTED = Expectation(0.2, USUAL_SIGMA)


def sections(job_type: JobType) -> list[Section]:
    """Return the sections that complete a job of this type."""
    return [agent.section for agent in PLANS[job_type]]
