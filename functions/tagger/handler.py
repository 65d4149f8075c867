"""Entry point of the tagger. What goes wrong becomes a FunctionError, which the planner knows how to read."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.observability import logger
from functions.shared.tasks import TaggerAnswer, TaggerTask
from functions.tagger.classify import classify


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = TaggerTask.model_validate(event)
    logger.append_keys(job_id=str(task.job_id), attempt=task.attempt, agent="tagger")
    answer = TaggerAnswer(instruments=tuple(classify(symbol) for symbol in task.symbols))
    logger.info("Classified symbols", asked=len(task.symbols))
    return answer.model_dump(mode="json")
