"""Entry point of the rebalancer."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.agent import AgentRun
from functions.shared.observability import logger
from functions.shared.tasks import AgentTask

from .declaration import AGENT, Rebalancing, Trade


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = AgentTask.model_validate(event)
    with AgentRun(task, AGENT) as run:
        run.step(0.5, "Comparing with the targets")
        trades = [Trade(account=account.name, shares=2.5) for account in task.snapshot.accounts]
        section = Rebalancing(
            content="Two trades **suffice**.", generated_at=task.as_of, turnover=12_345.678, trades=trades
        )
        return run.commit(section)
