"""Models shared by several sections, and the summary. Amounts are JSON numbers.

Each agent's declaration has the model of its own section.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

#: A Decimal serialized as a JSON number; a float is exact to the cent up to 90 trillion dollars.
Amount = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]

#: The maximum number of holdings, accounts, or symbols in a payload: the largest are listed, the rest summed or
#: counted.
MOST_LISTED = 100


class PayloadPart(BaseModel):
    """Ignores fields that later versions add."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


class SectionPayload(PayloadPart):
    mock: Literal[True] | None = Field(default=None, exclude_if=lambda mock: mock is None)
    """Set in samples, which replace an agent's work in a quick local test."""


Source = Literal["model", "repaired", "template"]
"""The author of a passage: the model, its second try, or the template."""


class ModelUsage(PayloadPart):
    """Usage of a model. `calls` excludes throttled ones; the cost is null if it is unknown."""

    model: str | None = None
    calls: int = Field(default=0, ge=0)
    throttled: int = Field(default=0, ge=0)
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    estimated_cost_usd: float | None = None


class Narration(ModelUsage):
    """The origin of each text: `passages` by key, and why templates replaced a model's passages."""

    source: Literal["model", "mixed", "template"]
    passages: dict[str, Source]
    reasons: dict[str, str] = Field(default_factory=dict)


class Summary(SectionPayload):
    """Facts about the analyzed portfolio, committed when the job completes."""

    total_value: Amount
    accounts: int = Field(ge=0)
    positions: int = Field(ge=0)
    as_of: datetime
    success_rate: float | None = None
    """The share of simulations in which the money lasts, in percent. The database adds it when the job completes."""
    model_usage: ModelUsage | None = Field(default=None, exclude_if=lambda usage: usage is None)
    """The total of all sections; absent if no model was called. The database adds it when the job completes."""
