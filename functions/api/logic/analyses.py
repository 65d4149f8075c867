"""Starts analyses: check the request, enqueue the job's message, then insert the job.

The insert repeats the check and is authoritative. If the process dies in between, planners receive a message for a job
that doesn't exist and drop it after a while; a job never exists without its message.
"""

import hashlib
import json
from uuid import UUID, uuid4

from functions.api.logic.job_queue import JobQueue
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.repositories.portfolio import import_document
from functions.api.repositories.submission import Submission, Submissions
from functions.api.schemas.request_models import AnalysisRequest
from functions.shared.plans import sections


class Analyses:
    def __init__(self, submissions: Submissions, queue: JobQueue) -> None:
        self._submissions = submissions
        self._queue = queue

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
        self._queue.enqueue(user_id, submission.job_id, 0)
        return self._submissions.submit(submission)

    def retry(self, user_id: str, job_id: UUID) -> None:
        """Rerun the missing sections of a failed or cancelled job.

        Raises the errors of `Submissions.retry`, QueueUnavailable, or DatabaseError, and leaves the job unchanged.
        """
        next_round = self._submissions.check_retry(user_id, job_id)
        self._queue.enqueue(user_id, job_id, next_round)
        self._submissions.retry(user_id, job_id, next_round)


def _hash(request: AnalysisRequest, file: bytes | None) -> str:
    """Hash the parsed request rather than its bytes, so that formatting doesn't matter."""
    canonical = json.dumps(request.model_dump(mode="json"), sort_keys=True).encode()
    return hashlib.sha256(canonical + b"\0" + (file or b"")).hexdigest()
