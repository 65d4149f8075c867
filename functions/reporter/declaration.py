"""Declares the reporter agent and its section, the portfolio report."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from functions.reporter import SECTION
from functions.shared.agent_declaration import USUAL_SIGMA, Agent
from functions.shared.durations.expectation import Expectation
from functions.shared.portfolio import KeptResults
from functions.shared.sections import Narration, PayloadPart, SectionPayload


class FirstFinding(PayloadPart):
    """A finding of the first page, as Markdown: a sentence, and its explanation."""

    title: str
    text: str


class Report(SectionPayload):
    content: str = Field(min_length=1)
    """Markdown."""
    headline: str | None = None
    """The verdict in one sentence, as Markdown."""
    findings: list[FirstFinding] = Field(default_factory=list)
    """The findings that matter most, at most three."""
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
    section=SECTION,
    title="Report",
    task="Write the report",
    doing="Writing the report",
    payload=Report,
    sample=_sample,
    expected=Expectation(33, USUAL_SIGMA),
    order=10,
    is_worded=True,
)
