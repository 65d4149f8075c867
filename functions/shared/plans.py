"""The plans: which agents a kind of analysis runs, what each delivers and needs, and how long it is expected to take.

The planner runs them; the api function asks which kinds and sections there are. A new kind of analysis is an entry
here; a new agent is an entry here, a folder and a row in the table of functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from functions.shared.progress.estimate import Expectation
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
    expected: Expectation
    """Its usual duration, until the system's own history knows better."""
    needs: frozenset[Section] = field(default_factory=frozenset)
    is_worded: bool = False
    """Whether a model, where one is set, words its text: its durations are that model's then."""


#: How much durations scatter, as long as nothing is known: two thirds of them within 1.4 times the median.
_SIGMA = 0.35

REPORTER = Agent("reporter", Section.REPORT, Expectation(33, _SIGMA), is_worded=True)
CHARTER = Agent("charter", Section.CHARTS, Expectation(22, _SIGMA))
RETIREMENT = Agent("retirement", Section.RETIREMENT, Expectation(17, _SIGMA), is_worded=True)

#: Agents by kind of analysis, in the order in which a person sees them.
PLANS: Mapping[JobType, tuple[Agent, ...]] = {
    JobType.PORTFOLIO: (REPORTER, CHARTER, RETIREMENT),
    JobType.RETIREMENT: (RETIREMENT,),
    JobType.CHARTS: (CHARTER,),
}

#: What happens before the agents (reading, tagging, freezing the portfolio) and after them.
SETUP_EXPECTED = Expectation(7, _SIGMA)
FINALIZING_EXPECTED = Expectation(0.2, _SIGMA)


def sections(job_type: JobType) -> list[Section]:
    """The sections that make a job of this kind complete."""
    return [agent.section for agent in PLANS[job_type]]
