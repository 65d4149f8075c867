"""What the simulation has in place of parts of the functions that need threads or minutes."""

from collections.abc import Callable, Mapping
from typing import Any

from functions.shared.agent import AgentRun
from functions.shared.database import DatabaseError
from functions.shared.plans import PLANS, Agent, JobType
from functions.shared.progress.writer import FLUSH_S, Update
from functions.shared.stand_ins import stand_in
from functions.shared.tasks import AgentTask
from functions.tagger.handler import handler as tagger


class InlineWriter:
    """In place of the background writer: writes at once, and forgets what can't be written."""

    def __init__(self, write: Callable[[Update], None]) -> None:
        self._write = write

    def submit(self, update: Update) -> None:
        try:
            self._write(update)
        except DatabaseError:
            return

    def flush(self, timeout_s: float = FLUSH_S) -> bool:
        return True

    def close(self, timeout_s: float = FLUSH_S) -> None: ...


def _stand_in(agent: Agent) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
        task = AgentTask.model_validate(event)
        with AgentRun(task, agent.name) as run:
            run.step(0.5, "Half of it")
            return run.commit(agent.section, stand_in(agent.section, task))

    return handler


#: Agents that do what all agents do around their work, and the real tagger.
AGENTS: Mapping[str, Callable[[dict[str, Any], Any], Any]] = {
    "tagger": tagger,
    **{agent.name: _stand_in(agent) for agent in PLANS[JobType.PORTFOLIO]},
}
