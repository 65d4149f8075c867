"""An agent that works until another attempt has claimed its job, and only then commits its section."""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.reporter.declaration import AGENT as REPORTER
from functions.shared.agent import AgentRun
from functions.shared.database import Statement
from functions.shared.runtime import LAMBDA
from functions.shared.tasks import AgentTask

ATTEMPT = Statement("SELECT attempt FROM jobs WHERE id = :id::uuid", idempotent=True)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = AgentTask.model_validate(event)
    database = LAMBDA.database(retry_budget_s=5)
    with AgentRun(task, REPORTER) as run:
        while database.rows(ATTEMPT, {"id": task.job_id}) == [[task.attempt]]:
            time.sleep(0.05)
        return run.commit(REPORTER.sample(task.as_of, "Nothing was analyzed."))
