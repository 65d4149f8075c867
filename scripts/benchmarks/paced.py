"""Stand-in agents of fixed duration, for a stack: `paced_agent/` in place of each agent's code."""

from collections.abc import Callable, Mapping

from functions.shared.agent_declaration import Agent
from functions.shared.plans import AGENTS
from scripts.manifest import ROOT

CODE = dict.fromkeys((agent.name for agent in AGENTS), ROOT / "scripts" / "benchmarks" / "paced_agent")


def pace(seconds: Callable[[Agent], float], **variables: str) -> Mapping[str, dict[str, str]]:
    """Return the environment of each agent, in which it takes so many seconds. See `paced_agent/handler.py`."""
    return {agent.name: {"AGENT": agent.name, "AGENT_SECONDS": str(seconds(agent)), **variables} for agent in AGENTS}
