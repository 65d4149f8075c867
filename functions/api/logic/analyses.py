"""Starts analyses: check the request, enqueue the job's message, then insert the job.

The insert repeats the check and is authoritative. If the process dies in between, planners receive a message for a job
that doesn't exist and drop it after a while; a job never exists without its message.
"""

import hashlib
import json
from uuid import UUID, uuid4

from functions.api.errors import QueueUnavailable
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.repositories.portfolio import import_document
from functions.api.repositories.submission import Submission, Submissions
from functions.api.schemas.request_models import AnalysisRequest
from functions.shared.observability import logger
from functions.shared.plans import sections
from functions.shared.queues import send
from functions.shared.runtime import Runtime
from functions.shared.tasks import JobMessage


class Analyses:
    def __init__(self, submissions: Submissions, runtime: Runtime, queue_url: str) -> None:
        self._submissions = submissions
        self._runtime = runtime
        self._queue_url = queue_url

    def start(self, user_id: str, request: AnalysisRequest, key: str | None, file: bytes | None = None) -> UUID:
        """Start an analysis, of the portfolio in `file` if given, and return the job's id.

        Repeating a request with the same key returns the same job, whatever happened before. Ids are never reused, so
        that work still in flight for a deleted job can't find another one. Raises UnreadableCsv, the errors of
        `Submissions.submit`, QueueUnavailable, or DatabaseError; then no job is created and nothing is imported.
        """
        portfolio = None if file is None else import_document(parse_portfolio_csv(file))
        submission = Submission(
            job_id=uuid4(),
            user_id=user_id,
            job_type=request.analysis_type,
            sections=tuple(sections(request.analysis_type)),
            request_payload=request.model_dump_json(),
            request_hash=_hash(request, file),
            idempotency_key=key,
            portfolio=portfolio,
        )
        known = self._submissions.check(submission)
        if known is not None:
            return known
        self._enqueue(user_id, submission.job_id, 0)
        return self._submissions.submit(submission)

    def retry(self, user_id: str, job_id: UUID) -> None:
        """Rerun the missing sections of a failed or cancelled job.

        Raises the errors of `Submissions.retry`, QueueUnavailable, or DatabaseError, and leaves the job unchanged.
        """
        next_round = self._submissions.check_retry(user_id, job_id)
        self._enqueue(user_id, job_id, next_round)
        self._submissions.retry(user_id, job_id, next_round)

    def _enqueue(self, user_id: str, job_id: UUID, job_round: int) -> None:
        """Send the job's message. Raises QueueUnavailable, although the message may still have been sent."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - loaded when first needed

        try:
            send(self._runtime.sqs(), self._queue_url, JobMessage(job_id=job_id, round=job_round), user_id)
        except (BotoCoreError, ClientError) as error:
            logger.warning("SQS did not accept the job's message", reason=type(error).__name__)
            raise QueueUnavailable from error


def _hash(request: AnalysisRequest, file: bytes | None) -> str:
    """Hash the parsed request rather than its bytes, so that formatting doesn't matter."""
    canonical = json.dumps(request.model_dump(mode="json"), sort_keys=True).encode()
    return hashlib.sha256(canonical + b"\0" + (file or b"")).hexdigest()
