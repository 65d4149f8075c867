"""An agent of known length, in place of a real one: it waits, reports, and commits a stand-in section.

The variables AGENT and AGENT_SECONDS say which agent it plays and for how long it works.
"""

import os
import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.agent import AgentRun
from functions.shared.observability import logger
from functions.shared.plans import CHARTER, REPORTER, RETIREMENT
from functions.shared.stand_ins import stand_in
from functions.shared.tasks import AgentTask

_SECTIONS = {agent.name: agent.section for agent in (REPORTER, CHARTER, RETIREMENT)}
_STEPS = 10


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = AgentTask.model_validate(event)
    agent = os.environ["AGENT"]
    with AgentRun(task, agent) as run:
        for step in range(_STEPS):
            run.step(step / _STEPS, f"Step {step + 1} of {_STEPS}")
            time.sleep(float(os.environ["AGENT_SECONDS"]) / _STEPS)
        return run.commit(_SECTIONS[agent], stand_in(_SECTIONS[agent], task))
