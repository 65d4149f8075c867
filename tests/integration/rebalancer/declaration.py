"""The rebalancer, and its section: trades that bring a portfolio closer to its targets."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.shared.agent_declaration import USUAL_SIGMA, Agent
from functions.shared.durations.expectation import Expectation
from functions.shared.sections import SectionPayload

from . import SECTION


class Trade(BaseModel):
    model_config = ConfigDict(extra="ignore", defer_build=True)

    account: str
    shares: float


class Rebalancing(SectionPayload):
    content: str = Field(min_length=1)
    """Markdown."""
    generated_at: datetime
    agent: Literal["rebalancer"] = "rebalancer"
    turnover: float = 0
    trades: list[Trade] = Field(default_factory=list)


def _sample(as_of: datetime, text: str) -> Rebalancing:
    return Rebalancing(mock=True, content=f"# A stand-in\n\n{text}", generated_at=as_of)


AGENT = Agent(
    name="rebalancer",
    section=SECTION,
    title="Rebalancing plan",
    task="Plan the trades",
    doing="Planning the trades",
    payload=Rebalancing,
    sample=_sample,
    expected=Expectation(5, USUAL_SIGMA),
)
