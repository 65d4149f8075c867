"""Commits sample sections within the planner's process, for quick local tests (`MOCK_LAMBDAS=true`)."""

from functions.planner.agents import Delayed
from functions.shared.agent import AgentRun
from functions.shared.agent_declaration import Agent
from functions.shared.portfolio import Instrument
from functions.shared.runtime import LAMBDA, Runtime
from functions.shared.tasks import AgentTask, Receipt, TaggerAnswer, TaggerTask


class StandInAgents:
    """Does the agents' work except the analysis."""

    def __init__(self, runtime: Runtime = LAMBDA) -> None:
        self._runtime = runtime

    def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:  # noqa: ARG002 - never delayed
        with AgentRun(task, agent, self._runtime) as run:
            run.step(0.5, "Standing in")
            # a separate model name keeps these durations out of the estimates for real agents
            sample = agent.sample(task.as_of, "Nothing was analyzed.")
            return Receipt.model_validate(run.commit(sample, model="stand-in"))

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        return TaggerAnswer(instruments=tuple(Instrument.unclassified(symbol) for symbol in task.symbols))
