"""Entry point of the charter. Lambda turns an exception into a FunctionError, which the planner interprets."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.charter.charts import choose_charts
from functions.charter.declaration import AGENT
from functions.shared.agent import AgentRun
from functions.shared.observability import logger
from functions.shared.tasks import AgentTask


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = AgentTask.model_validate(event)
    with AgentRun(task, AGENT) as run:
        return run.commit(choose_charts(task.snapshot, run.step))
