"""A stand-in agent of fixed duration: it waits, reports progress, and commits a sample section.

AGENT and AGENT_SECONDS set the agent and its duration, AGENT_STEPS the number of steps (10; with 1 it reports nothing
in between).
"""

import os
import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.agent import AgentRun
from functions.shared.observability import logger
from functions.shared.plans import AGENTS
from functions.shared.tasks import AgentTask

_AGENTS = {agent.name: agent for agent in AGENTS}


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = AgentTask.model_validate(event)
    agent = _AGENTS[os.environ["AGENT"]]
    steps = int(os.environ.get("AGENT_STEPS", "10"))
    with AgentRun(task, agent) as run:
        for step in range(steps):
            run.step(step / steps, f"Step {step + 1} of {steps}")
            time.sleep(float(os.environ["AGENT_SECONDS"]) / steps)
        return run.commit(agent.sample(task.as_of, "Nothing was analyzed."))
