"""Entry point of the dead-letter consumer. Returns a message to the queue while a planner may still run its job."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.dead_letters.jobs import JobEnded, JobHeld, fail_job
from functions.shared import metrics
from functions.shared.database import DatabaseError
from functions.shared.deliveries import Delivery, Redeliver, process
from functions.shared.observability import logger
from functions.shared.runtime import LAMBDA, Runtime

#: Less than the function's timeout. If the database takes longer to resume, the next delivery succeeds.
_RETRY_BUDGET_S = 15
_READ_TIMEOUT_S = 10
#: Delay before redelivery while the database is unavailable.
_DATABASE_AWAY_S = 60


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Fail the job of each message. Returns the messages to deliver again."""
    return run_messages(event, context, LAMBDA)


def run_messages(event: dict[str, Any], context: LambdaContext, runtime: Runtime) -> dict[str, Any]:
    def handle(delivery: Delivery) -> None:
        message = delivery.message()
        logger.append_keys(job_id=str(message.job_id))
        database = runtime.database(retry_budget_s=_RETRY_BUDGET_S, read_timeout_s=_READ_TIMEOUT_S)
        try:
            fail_job(database, message)
        except JobEnded:
            logger.info("The job has ended, nothing to do")
        except JobHeld as held:
            raise Redeliver(held.wait_s) from held
        except DatabaseError as error:
            logger.warning("The database is not available", reason=str(error), kind=type(error).__name__)
            raise Redeliver(_DATABASE_AWAY_S) from error
        else:
            logger.error("The job failed: its message could not be processed")
            metrics.job_given_up()

    return process(event, context, runtime, handle, keep_poison=False)
