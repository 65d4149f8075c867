"""The functions of a simulation, as their handlers would run them: each gets the event, the context and its runtime."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from functions.charter.charts import choose_charts
from functions.dead_letters.handler import run_messages as run_dead_letters
from functions.planner.handler import run_messages as run_planner
from functions.reporter.report import write_report
from functions.retirement.analysis import analyze_retirement
from functions.shared.agent import AgentRun
from functions.shared.agent_declaration import Agent, JobType
from functions.shared.narration.passages import TEMPLATES
from functions.shared.plans import PLANS
from functions.shared.portfolio import Snapshot
from functions.shared.runtime import Runtime
from functions.shared.tasks import AgentTask, TaggerTask
from functions.tagger.classify import classify
from tests.simulation.lambdas import Handler

AGENTS = PLANS[JobType.PORTFOLIO]
_FINGERPRINT = re.compile("snapshot [0-9a-f]{64}")
Duration = Callable[[Agent], float]
"""The duration of an agent, in seconds."""


def handlers(duration_s: Duration, *, real_agents: bool) -> Mapping[str, Handler]:
    """The handlers by function. Stand-ins do everything that agents do around their analysis."""
    make = _agent if real_agents else _stand_in
    return {
        "planner": run_planner,
        "dead_letters": run_dead_letters,
        "tagger": lambda event, context, runtime: _tag(event),
        **{agent.name: make(agent, duration_s) for agent in AGENTS},
    }


def fingerprint(snapshot: Snapshot) -> str:
    """A fingerprint of the portfolio that a section describes."""
    return "snapshot " + hashlib.sha256(snapshot.model_dump_json().encode()).hexdigest()


def fingerprint_in(payload: str) -> str | None:
    """The fingerprint in a stand-in's payload (JSON). None for an agent's own payload."""
    found = _FINGERPRINT.search(payload)
    return found[0] if found else None


def _tag(event: dict[str, Any]) -> dict[str, Any]:
    return classify(TaggerTask.model_validate(event), None).model_dump(mode="json")


def _stand_in(agent: Agent, duration_s: Duration) -> Handler:
    def handle(event: dict[str, Any], context: Any, runtime: Runtime) -> dict[str, Any]:
        task = AgentTask.model_validate(event)
        total_s = duration_s(agent)
        with AgentRun(task, agent, runtime) as run:
            for share in (0.1, 0.4, 0.8):
                runtime.sleep(total_s * 0.3)
                run.step(share, "Standing in")
            runtime.sleep(total_s * 0.1)
            return run.commit(agent.sample(task.as_of, fingerprint(task.snapshot)))

    return handle


def _agent(agent: Agent, duration_s: Duration) -> Handler:
    """The agent's own analysis, with templates for its prose. Its steps take their usual time."""

    def handle(event: dict[str, Any], context: Any, runtime: Runtime) -> dict[str, Any]:
        task = AgentTask.model_validate(event)
        total_s, done = duration_s(agent), 0.0
        with AgentRun(task, agent, runtime) as run:

            def step(fraction: float, message: str) -> None:
                nonlocal done
                runtime.sleep(total_s * max(0.0, fraction - done))
                done = max(done, fraction)
                run.step(fraction, message)

            return run.commit(_analysis(agent, task, step))

    return handle


def _analysis(agent: Agent, task: AgentTask, step: Callable[[float, str], None]) -> BaseModel:
    """The agent's analysis. An agent unknown here delivers its sample."""
    match agent.name:
        case "reporter":
            return write_report(task.snapshot, task.as_of, step, TEMPLATES)
        case "charter":
            return choose_charts(task.snapshot, step)
        case "retirement":
            return analyze_retirement(task.snapshot, task.as_of, step, TEMPLATES)
        case _:
            return agent.sample(task.as_of, fingerprint(task.snapshot))
