"""The queues of a new job. The one that looks after it is told before the job is written, the planners' afterwards."""

from uuid import UUID

from functions.api.problems import Unavailable
from functions.api.settings import ApiSettings
from functions.shared.observability import logger
from functions.shared.queues import send
from functions.shared.tasks import JobMessage


class Queues:
    def __init__(self, settings: ApiSettings) -> None:
        self._settings = settings

    def look_after(self, job_id: UUID) -> None:
        """Has the watchdog look at the job before long, whether it will be there or not. Raises Unavailable."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - boto3 is loaded with the first send

        try:
            send(self._settings.watchdog_queue_url, JobMessage(job_id=job_id), self._settings.watchdog_delay_s)
        except (BotoCoreError, ClientError) as error:
            logger.warning("The watchdog's queue does not take messages", reason=type(error).__name__)
            raise Unavailable from error

    def hand_over(self, job_id: UUID) -> None:
        """Hands a job that was written to the planners. When that fails the watchdog will do it, a little later."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            send(self._settings.analysis_jobs_queue_url, JobMessage(job_id=job_id))
        except (BotoCoreError, ClientError) as error:
            logger.warning("The planners' queue does not take messages", reason=type(error).__name__)
