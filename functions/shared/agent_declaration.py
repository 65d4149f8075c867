"""The format of an agent's declaration in `functions/<name>/declaration.py`.

A declaration may import only its section's name, `functions.shared` and pydantic: every function's zip contains all
declarations, without the agents' own packages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from functions.shared.durations.expectation import Expectation
from functions.shared.section_names import Section

#: Used for agents without a history: two thirds of their durations are within a factor of 1.4 of the median.
USUAL_SIGMA = 0.35
_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")


class JobType(StrEnum):
    """The kinds of analysis that a client can request with `analysis_type`."""

    PORTFOLIO = "portfolio"
    RETIREMENT = "retirement"
    CHARTS = "charts"


@dataclass(frozen=True, kw_only=True)
class Agent:
    """An agent: the function `<prefix>-<name>`, which commits `section` after all sections in `needs` are committed."""

    name: str
    section: Section
    title: str
    """The section's heading, such as "Report"."""
    task: str
    """The step in a checklist, such as "Write the report"."""
    doing: str
    """The step while it runs, such as "Writing the report"."""
    payload: type[BaseModel]
    """The section's model. Markdown belongs in a field `content`; the page and report.html tabulate other fields."""
    sample: Callable[[datetime, str], BaseModel]
    """Builds a valid payload for a given time, marked `mock` and with a given text, for runs without the agent."""
    expected: Expectation
    """The usual duration, used until there is a history of runs."""
    order: int = 100
    """The sort key among agents, ascending. Progress, results, and report.html list agents in this order."""
    analyses: frozenset[JobType] = frozenset({JobType.PORTFOLIO})
    """The job types that run this agent."""
    needs: frozenset[Section] = frozenset()
    is_worded: bool = False
    """Whether a model writes its text, if one is configured. Its durations then depend on that model."""

    def __post_init__(self) -> None:
        """Raises ValueError for an invalid name: names become parts of SQL, JSON keys, and function names."""
        for name in (self.name, self.section):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a name in lower_case")
