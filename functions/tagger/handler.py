"""Entry point of the tagger. Lambda turns an exception into a FunctionError, which the planner interprets."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.shared.attempt_watch import AttemptWatch
from functions.shared.narration.narrator import model
from functions.shared.observability import logger
from functions.shared.runtime import LAMBDA
from functions.shared.tasks import TaggerTask
from functions.tagger.classify import classify

#: Seconds reserved for returning the result. The tagger writes nothing to the database.
_ANSWER_S = 5


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    task = TaggerTask.model_validate(event)
    logger.append_keys(job_id=str(task.job_id), attempt=task.attempt, agent="tagger")
    with AttemptWatch(task, LAMBDA) as watch:
        answer = classify(task, model(context, _ANSWER_S, watch.raise_if_over))
    known = sum(not instrument.is_unclassified for instrument in answer.instruments)
    logger.info("Classified symbols", asked=len(task.symbols), known=known)
    return answer.model_dump(mode="json")
