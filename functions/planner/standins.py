"""Stand-in agents for a quick local test (`MOCK_LAMBDAS=true`): valid sections, marked as mock, within this process."""

from decimal import Decimal
from typing import Protocol

from pydantic import BaseModel

from functions.shared.agent import AgentRun
from functions.shared.plans import Agent
from functions.shared.portfolio import Instrument
from functions.shared.sections import Chart, ChartPoint, Charts, FanYear, Report, Retirement, Section
from functions.shared.tasks import AgentTask, Receipt, TaggerAnswer, TaggerTask


class _MakesSection(Protocol):
    def __call__(self, task: AgentTask) -> BaseModel: ...


class StandInAgents:
    """Does what the agents do, but for the analysis."""

    def run(self, agent: Agent, task: AgentTask) -> Receipt:
        with AgentRun(task, agent.name) as run:
            run.step(0.5, "Standing in")
            return Receipt.model_validate(run.commit(agent.section, _SECTIONS[agent.section](task)))

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        return TaggerAnswer(instruments=tuple(Instrument.unclassified(symbol) for symbol in task.symbols))


def _report(task: AgentTask) -> Report:
    return Report(mock=True, content="# A stand-in report\n\nNothing was analysed.", generated_at=task.as_of)


def _charts(task: AgentTask) -> Charts:  # noqa: ARG001 - all makers take the task
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


_SECTIONS: dict[Section, _MakesSection] = {
    Section.REPORT: _report,
    Section.CHARTS: _charts,
    Section.RETIREMENT: _retirement,
}
