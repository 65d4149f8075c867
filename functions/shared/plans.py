"""The registry of agents, and the plans that follow from it: which agents a kind of analysis runs.

The agents are those of the folders beside this one that have a declaration.
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


#: Every agent, in the order in which people see them.
AGENTS: tuple[Agent, ...] = tuple(sorted(_declared(), key=lambda agent: (agent.order, agent.name)))

#: Agents by kind of analysis.
PLANS: Mapping[JobType, tuple[Agent, ...]] = {
    job_type: tuple(agent for agent in AGENTS if job_type in agent.analyses) for job_type in JobType
}

#: The sections that clients read, each in the job's document as `<section>_payload`. The snapshot is for the agents.
SERVED: tuple[Section, ...] = (*(agent.section for agent in AGENTS), SUMMARY)

#: Bytes of a payload within a response of the Data API, which is at most 1 MiB. Together a job's payloads have at most
#: 600 KB, so that a poll is one statement for every portfolio.
MAX_PAYLOAD_BYTES = 600_000 // len(SERVED)

#: What happens before the agents (reading, tagging, freezing the portfolio) and after them.
SETUP_EXPECTED = Expectation(7, USUAL_SIGMA)
FINALIZING_EXPECTED = Expectation(0.2, USUAL_SIGMA)


def sections(job_type: JobType) -> list[Section]:
    """The sections that make a job of this kind complete."""
    return [agent.section for agent in PLANS[job_type]]
