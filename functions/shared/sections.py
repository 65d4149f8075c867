"""The models that several sections share, and the summary. Amounts are JSON numbers.

Each agent's declaration has the model of its own section.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

#: A Decimal that is a number in JSON; a float keeps cents exactly up to 90 trillion dollars.
Amount = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


#: The key of a committed result: a string that an agent's declaration names, or one of the two below.
Section = str
#: The portfolio as every agent sees it, committed before they run.
SNAPSHOT: Section = "snapshot"
#: Committed with the completion.
SUMMARY: Section = "summary"

#: The most holdings, accounts or symbols that a payload lists, the largest ones; the others are summed or counted.
MOST_LISTED = 100


class SectionPayload(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)

    mock: Literal[True] | None = Field(default=None, exclude_if=lambda mock: mock is None)
    """Present in samples, which stand in for an agent's work in a quick local test."""


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


class Summary(SectionPayload):
    """What the analysis was of, committed with the job's completion."""

    total_value: Amount
    accounts: int = Field(ge=0)
    positions: int = Field(ge=0)
    as_of: datetime
    model_usage: ModelUsage | None = Field(default=None, exclude_if=lambda usage: usage is None)
    """Of all sections together; absent when no model was asked. The database adds it with the completion."""
