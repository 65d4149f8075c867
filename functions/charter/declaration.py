"""Declares the charter agent and its section, the charts."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, RootModel

from functions.charter import SECTION
from functions.shared.agent_declaration import USUAL_SIGMA, Agent, JobType
from functions.shared.analysis.wording import money
from functions.shared.durations.expectation import Expectation
from functions.shared.sections import Amount, PayloadPart, SectionPayload


class ChartPoint(PayloadPart):
    name: str
    value: Amount
    color: str = Field(pattern=r"^#[0-9A-F]{6}$")
    amount: str = ""
    """The value as the report words it: $255,170. If it is empty, format the value."""
    share: str = ""
    """The share of the whole as the report words it: 85%. Empty if there is no whole."""

    @property
    def shown(self) -> str:
        """The value for display."""
        return self.amount or money(self.value)


class Chart(SectionPayload):
    title: str
    type: Literal["pie", "donut", "bar", "horizontalBar", "line"]
    description: str
    order: int = Field(default=0, ge=0)
    """Position among the charts, because the database does not keep the order of keys."""
    data: list[ChartPoint] = Field(min_length=1)


class Charts(RootModel[Any]):
    """At most six charts by key, each with its position.

    Empty for a portfolio worth nothing; the summary's `total_value` is then 0.
    """

    model_config = ConfigDict(defer_build=True)

    # Not also the parameter of RootModel, because pydantic would build that model when this module is imported.
    root: Annotated[dict[str, Chart], Field(max_length=6)]


def _sample(_as_of: datetime, text: str) -> Charts:
    point = ChartPoint(name="Nothing", value=Decimal(1), color="#999999")
    return Charts({"stand_in": Chart(mock=True, title="A stand-in", type="pie", description=text, data=[point])})


AGENT = Agent(
    name="charter",
    section=SECTION,
    title="Charts",
    task="Draw the charts",
    doing="Drawing the charts",
    payload=Charts,
    sample=_sample,
    expected=Expectation(22, USUAL_SIGMA),
    order=20,
    analyses=frozenset({JobType.PORTFOLIO, JobType.CHARTS}),
)
