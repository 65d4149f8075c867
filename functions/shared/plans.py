"""The plans: which agents a kind of analysis runs, what each delivers and needs, and how long it is expected to take.

The planner runs them; the api function asks which kinds and sections there are. A new kind of analysis is an entry
here; a new agent is an entry here, a folder and a row in the table of functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from functions.shared.sections import Section


class JobType(StrEnum):
    """What may be asked for with `analysis_type`."""

    PORTFOLIO = "portfolio"
    RETIREMENT = "retirement"
    CHARTS = "charts"


@dataclass(frozen=True)
class Agent:
    """An agent: the function `<prefix>-<name>`, which commits `section` once all of `needs` are committed."""

    name: str
    section: Section
    expected_s: float
    """Its usual duration, until the system's own history knows better."""
    needs: frozenset[Section] = field(default_factory=frozenset)


REPORTER = Agent("reporter", Section.REPORT, expected_s=33)
CHARTER = Agent("charter", Section.CHARTS, expected_s=22)
RETIREMENT = Agent("retirement", Section.RETIREMENT, expected_s=17)

#: Agents by kind of analysis, in the order in which a person sees them.
PLANS: Mapping[JobType, tuple[Agent, ...]] = {
    JobType.PORTFOLIO: (REPORTER, CHARTER, RETIREMENT),
    JobType.RETIREMENT: (RETIREMENT,),
    JobType.CHARTS: (CHARTER,),
}

#: What happens before the agents (reading, tagging, freezing the portfolio) and after them, in seconds.
SETUP_EXPECTED_S = 7.0
FINALIZING_EXPECTED_S = 0.5


def sections(job_type: JobType) -> list[Section]:
    """The sections that make a job of this kind complete."""
    return [agent.section for agent in PLANS[job_type]]
