"""Valid sections that say nothing, marked `mock`: for whoever stands in for an agent."""

from decimal import Decimal

from pydantic import BaseModel

from functions.shared.sections import Chart, ChartPoint, Charts, FanYear, Report, Retirement, Section
from functions.shared.tasks import AgentTask


def stand_in(section: Section, task: AgentTask) -> BaseModel:
    """A section of the kind asked for."""
    match section:
        case Section.REPORT:
            return Report(mock=True, content="# A stand-in report\n\nNothing was analysed.", generated_at=task.as_of)
        case Section.CHARTS:
            return _charts()
        case Section.RETIREMENT:
            return _retirement(task)
        case Section.SNAPSHOT | Section.SUMMARY:
            raise ValueError(f"no agent makes the section {section}")


def _charts() -> Charts:
    point = ChartPoint(name="Nothing", value=Decimal(1), color="#999999")
    return Charts(
        {
            "stand_in": Chart(
                mock=True, title="A stand-in", type="pie", description="Nothing was analysed.", data=[point]
            )
        }
    )


def _retirement(task: AgentTask) -> Retirement:
    nothing = Decimal(0)
    return Retirement(
        mock=True,
        analysis="# A stand-in analysis\n\nNothing was simulated.",
        generated_at=task.as_of,
        fan=[FanYear(year=task.as_of.year, p5=nothing, p25=nothing, p50=nothing, p75=nothing, p95=nothing)],
        assumptions={},
        success_rate=0,
        success_rate_standard_error=0,
        wealth_at_retirement_median=nothing,
        wealth_at_retirement_p5=nothing,
        sustainable_income=nothing,
    )
