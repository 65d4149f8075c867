"""Declares the retirement agent and its section: how long the money lasts."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.shared.agent_declaration import USUAL_SIGMA, Agent, JobType
from functions.shared.durations.expectation import Expectation
from functions.shared.sections import Amount, Narration, SectionPayload


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
    missing_goals: list[str] = Field(default_factory=list)
    """Names of the profile's fields to set first. While there are any, every figure below is null or empty."""
    goals_are_examples: bool = False
    fan: list[FanYear] = Field(default_factory=list)
    assumptions: dict[str, Any] = Field(default_factory=dict)
    """Everything needed to reproduce the simulation."""
    success_rate: float | None = Field(default=None, ge=0, le=100)
    """Percentage of simulations in which the money lasts."""
    success_rate_standard_error: float | None = Field(default=None, ge=0)
    wealth_at_retirement_median: Amount | None = None
    wealth_at_retirement_p5: Amount | None = None
    sustainable_income: Amount | None = None
    """Yearly income in today's dollars that lasts in 90% of simulations."""
    required_contribution: Amount | None = None
    """Yearly contribution with which the target income lasts in 90% of simulations; null if already retired."""
    sensitivities: dict[str, float] = Field(default_factory=dict)
    """Change in the success rate in percentage points, by change to the plan."""


def _sample(as_of: datetime, text: str) -> Retirement:
    nothing = Decimal(0)
    return Retirement(
        mock=True,
        analysis=f"# A stand-in analysis\n\n{text}",
        generated_at=as_of,
        fan=[FanYear(year=as_of.year, p5=nothing, p25=nothing, p50=nothing, p75=nothing, p95=nothing)],
        assumptions={},
        success_rate=0,
        success_rate_standard_error=0,
        wealth_at_retirement_median=nothing,
        wealth_at_retirement_p5=nothing,
        sustainable_income=nothing,
    )


AGENT = Agent(
    name="retirement",
    section="retirement",
    title="Retirement outlook",
    task="Simulate retirement",
    doing="Simulating retirement",
    payload=Retirement,
    sample=_sample,
    expected=Expectation(17, USUAL_SIGMA),
    order=30,
    analyses=frozenset({JobType.PORTFOLIO, JobType.RETIREMENT}),
    is_worded=True,
)
