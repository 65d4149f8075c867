"""Declares the reporter agent and its section, the portfolio report."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from functions.shared.agent_declaration import USUAL_SIGMA, Agent
from functions.shared.durations.expectation import Expectation
from functions.shared.portfolio import KeptResults
from functions.shared.sections import Narration, SectionPayload


class Report(SectionPayload):
    content: str = Field(min_length=1)
    """Markdown."""
    generated_at: datetime
    agent: Literal["reporter"] = "reporter"
    figures: dict[str, Any] = Field(default_factory=dict)
    """The figures in the text, as numbers."""
    kept: KeptResults | None = None
    """What the next analysis compares itself with; None for a portfolio worth nothing."""
    narration: Narration | None = None


def _sample(as_of: datetime, text: str) -> Report:
    return Report(mock=True, content=f"# A stand-in report\n\n{text}", generated_at=as_of)


AGENT = Agent(
    name="reporter",
    section="report",
    title="Report",
    task="Write the report",
    doing="Writing the report",
    payload=Report,
    sample=_sample,
    expected=Expectation(33, USUAL_SIGMA),
    order=10,
    is_worded=True,
)
