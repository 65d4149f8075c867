"""The queue that triggers planners."""

from uuid import UUID

from functions.api.errors import QueueUnavailable
from functions.shared.observability import logger
from functions.shared.queues import send
from functions.shared.runtime import Runtime
from functions.shared.tasks import JobMessage


class JobQueue:
    def __init__(self, runtime: Runtime, url: str) -> None:
        self._runtime = runtime
        self._url = url

    def enqueue(self, user_id: str, job_id: UUID, job_round: int) -> None:
        """Enqueue a job's message. Raises QueueUnavailable, although the message may still have been sent."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - loaded when first needed

        try:
            send(self._runtime.sqs(), self._url, JobMessage(job_id=job_id, round=job_round), user_id)
        except (BotoCoreError, ClientError) as error:
            logger.warning("SQS did not accept the job's message", reason=type(error).__name__)
            raise QueueUnavailable from error
