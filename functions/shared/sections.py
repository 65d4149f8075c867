"""The sections of an analysis: what each agent commits and `GET /api/jobs/{id}` serves. Amounts are JSON numbers."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, RootModel

#: A Decimal that is a number in JSON; a float keeps cents exactly up to 90 trillion dollars.
Amount = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class Section(StrEnum):
    """The key of a committed result. The snapshot comes first, the summary with the completion."""

    SNAPSHOT = "snapshot"
    REPORT = "report"
    CHARTS = "charts"
    RETIREMENT = "retirement"
    SUMMARY = "summary"


#: What clients read, each in the job's document as `<section>_payload`; the snapshot is for the agents.
SERVED = tuple(section for section in Section if section is not Section.SNAPSHOT)

#: Bytes of a payload within a response of the Data API, which is at most 1 MiB. Together a job's payloads have at most
#: 600 KB, so that a poll is one statement for every portfolio.
MAX_PAYLOAD_BYTES = 600_000 // len(SERVED)
#: A payload lists at most so many holdings, accounts or symbols, the largest ones; the others are summed or counted.
MOST_LISTED = 100


class SectionPayload(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)

    mock: Literal[True] | None = Field(default=None, exclude_if=lambda mock: mock is None)
    """Present when a stand-in made this section, for a quick local test."""


Source = Literal["model", "repaired", "template"]
"""Whose words a passage has: the model's, those of its second try, or the template's."""


class ModelUsage(BaseModel):
    """What a model was asked for. `calls` without those that were throttled; the cost is null when nobody knows it."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    model: str | None = None
    calls: int = Field(default=0, ge=0)
    throttled: int = Field(default=0, ge=0)
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    estimated_cost_usd: float | None = None


class Narration(ModelUsage):
    """Which text came from where: `passages` by key, and why a template has those that a model was asked for."""

    source: Literal["model", "mixed", "template"]
    passages: dict[str, Source]
    reasons: dict[str, str] = Field(default_factory=dict)


class Report(SectionPayload):
    content: str = Field(min_length=1)
    """Markdown."""
    generated_at: datetime
    agent: Literal["reporter"] = "reporter"
    figures: dict[str, Any] = Field(default_factory=dict)
    """The figures that the text speaks of, as numbers."""
    narration: Narration | None = None


class ChartPoint(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)

    name: str
    value: Amount
    color: str = Field(pattern=r"^#[0-9A-F]{6}$")


class Chart(SectionPayload):
    title: str
    type: Literal["pie", "donut", "bar", "horizontalBar", "line"]
    description: str
    order: int = Field(default=0, ge=0)
    """Its place among the charts: the database does not keep the order of keys."""
    data: list[ChartPoint] = Field(min_length=1)


class Charts(RootModel[dict[str, Chart]]):
    """At most six charts by key, each with its place. An empty portfolio has none."""

    model_config = ConfigDict(defer_build=True)

    root: Annotated[dict[str, Chart], Field(max_length=6)]


class FanYear(BaseModel):
    """Percentiles of the portfolio's value at the end of a year, in today's dollars."""

    model_config = ConfigDict(extra="ignore", defer_build=True)

    year: int
    p5: Amount
    p25: Amount
    p50: Amount
    p75: Amount
    p95: Amount


class Retirement(SectionPayload):
    analysis: str = Field(min_length=1)
    """Markdown."""
    generated_at: datetime
    agent: Literal["retirement"] = "retirement"
    narration: Narration | None = None
    fan: list[FanYear] = Field(min_length=1)
    assumptions: dict[str, Any]
    """All that is needed to simulate it again."""
    success_rate: float = Field(ge=0, le=100)
    """Percent of the simulated lives in which the money lasted."""
    success_rate_standard_error: float = Field(ge=0)
    wealth_at_retirement_median: Amount
    wealth_at_retirement_p5: Amount
    sustainable_income: Amount
    """Yearly income in today's dollars that lasts in 90 % of the simulated lives."""
    required_contribution: Amount | None = None
    """Yearly contribution with which the target income lasts in 90 % of the lives; null when already retired."""
    sensitivities: dict[str, float] = Field(default_factory=dict)
    """Change of the success rate in percentage points, by what is changed."""


class Summary(SectionPayload):
    """What the analysis was of, committed with the job's completion."""

    total_value: Amount
    accounts: int = Field(ge=0)
    positions: int = Field(ge=0)
    as_of: datetime
    model_usage: ModelUsage | None = Field(default=None, exclude_if=lambda usage: usage is None)
    """Of all sections together; absent when no model was asked. The database adds it with the completion."""
