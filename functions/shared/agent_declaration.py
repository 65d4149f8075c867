"""The form in which an agent declares itself, in `functions/<name>/declaration.py`.

A declaration imports only `functions.shared` and pydantic: every function's zip holds all of them, without the agents'
own packages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from functions.shared.durations.expectation import Expectation
from functions.shared.sections import Section

#: Until an agent has a history: two thirds of its durations are within 1.4 times the median.
USUAL_SIGMA = 0.35
_NAME = re.compile(r"[a-z][a-z0-9_]{0,49}")


class JobType(StrEnum):
    """The kinds of analysis that a client can request with `analysis_type`."""

    PORTFOLIO = "portfolio"
    RETIREMENT = "retirement"
    CHARTS = "charts"


@dataclass(frozen=True, kw_only=True)
class Agent:
    """An agent: the function `<prefix>-<name>`, which commits `section` once all of `needs` are committed."""

    name: str
    section: Section
    title: str
    """The section's heading, such as "Report"."""
    task: str
    """The step in a list, such as "Write the report"."""
    doing: str
    """The step while it runs, such as "Writing the report"."""
    payload: type[BaseModel]
    """The section's model. A field `content` holds Markdown; the page and report.html show other fields as tables."""
    sample: Callable[[datetime, str], BaseModel]
    """Builds a valid payload as of a time, marked `mock`, that contains a given text: for runs without the agent."""
    expected: Expectation
    """Its usual duration, until there is a history of its runs."""
    order: int = 100
    """Its place among the agents, from low to high. Progress, results and report.html list them in this order."""
    analyses: frozenset[JobType] = frozenset({JobType.PORTFOLIO})
    """The kinds of analysis that run it."""
    needs: frozenset[Section] = frozenset()
    is_worded: bool = False
    """Whether a model, where one is set, words its text: its durations are that model's then."""

    def __post_init__(self) -> None:
        """Raises ValueError: names become parts of SQL, of JSON keys and of function names."""
        for name in (self.name, self.section):
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a name in lower_case")
