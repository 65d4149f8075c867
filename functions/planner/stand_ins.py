"""The team for a quick local test (`MOCK_LAMBDAS=true`): commits stand-in sections within the planner's process."""

from functions.shared.agent import AgentRun
from functions.shared.plans import Agent
from functions.shared.portfolio import Instrument
from functions.shared.runtime import LAMBDA, Runtime
from functions.shared.stand_ins import stand_in
from functions.shared.tasks import AgentTask, Receipt, TaggerAnswer, TaggerTask


class StandInAgents:
    """Does all that the agents do except the analysis."""

    def __init__(self, runtime: Runtime = LAMBDA) -> None:
        self._runtime = runtime

    def run(self, agent: Agent, task: AgentTask) -> Receipt:
        with AgentRun(task, agent.name, self._runtime) as run:
            run.step(0.5, "Standing in")
            # a model of its own: its durations are not those of real agents
            return Receipt.model_validate(run.commit(agent.section, stand_in(agent.section, task), model="stand-in"))

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        return TaggerAnswer(instruments=tuple(Instrument.unclassified(symbol) for symbol in task.symbols))
