"""Entry point of the retirement agent. Lambda turns an exception into a FunctionError, which the planner interprets."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.retirement.analysis import analyze_retirement
from functions.retirement.declaration import AGENT
from functions.shared.agent import AgentRun
from functions.shared.narration.narrator import narrator
from functions.shared.observability import logger
from functions.shared.tasks import AgentTask


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = AgentTask.model_validate(event)
    with AgentRun(task, AGENT) as run:
        writer = narrator(context, run.check, run.delays)
        section = analyze_retirement(task.snapshot, task.as_of, run.step, writer)
        return run.commit(section, model=writer.model)
