"""The team for a quick local test (`MOCK_LAMBDAS=true`): commits stand-in sections within the planner's process."""

from functions.shared.agent import AgentRun
from functions.shared.plans import Agent
from functions.shared.portfolio import Instrument
from functions.shared.stand_ins import stand_in
from functions.shared.tasks import AgentTask, Receipt, TaggerAnswer, TaggerTask


class StandInAgents:
    """Does what the agents do, but for the analysis."""

    def run(self, agent: Agent, task: AgentTask) -> Receipt:
        with AgentRun(task, agent.name) as run:
            run.step(0.5, "Standing in")
            # a model of its own: its durations are not those of real agents
            return Receipt.model_validate(run.commit(agent.section, stand_in(agent.section, task), model="stand-in"))

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        return TaggerAnswer(instruments=tuple(Instrument.unclassified(symbol) for symbol in task.symbols))
