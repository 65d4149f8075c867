"""Starts analyses: check the request, enqueue the job's message, then insert the job.

The insert repeats the check and is authoritative. If the process dies in between, planners receive a message for a job
that doesn't exist and drop it after a while; a job never exists without its message.
"""

import hashlib
import json
from uuid import UUID, uuid4

from functions.api.imports import refuse_unless_fine
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.problems import Conflict, Invalid, NotFound, TooManyJobs
from functions.api.queues import JobQueue
from functions.api.repositories.portfolio import import_document
from functions.api.repositories.submission import RetryOutcome, Submission, SubmissionOutcome, Submissions
from functions.api.schemas import AnalysisRequest
from functions.api.settings import ApiSettings
from functions.shared.plans import sections


class Analyses:
    def __init__(self, submissions: Submissions, queue: JobQueue, settings: ApiSettings) -> None:
        self._submissions = submissions
        self._queue = queue
        self._settings = settings

    def start(self, user_id: str, request: AnalysisRequest, key: str | None, file: bytes | None = None) -> UUID:
        """Start an analysis, of the portfolio in `file` if given, and return the job's id.

        Repeating a request with the same key returns the same job, whatever happened before. Ids are never reused, so
        that work still in flight for a deleted job can't find another one. Raises UnreadableCsv, Invalid, TooManyJobs,
        or Unavailable; then no job is created and nothing is imported.
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
        outcome = self._submissions.check(submission)
        if self._is_new(outcome):
            self._queue.enqueue(user_id, submission.job_id, 0)
            outcome = self._submissions.submit(submission)
            self._is_new(outcome)
        return outcome.job_id

    def retry(self, user_id: str, job_id: UUID) -> None:
        """Rerun the missing sections of a failed or cancelled job.

        Raises NotFound, Conflict, TooManyJobs, or Unavailable, and leaves the job unchanged.
        """
        found = self._submissions.check_retry(user_id, job_id)
        self._refuse_retry(found)
        self._queue.enqueue(user_id, job_id, found.round + 1)
        self._refuse_retry(self._submissions.retry(user_id, job_id, found.round + 1))

    def _is_new(self, outcome: SubmissionOutcome) -> bool:
        """Return False for a repeated request. Raises the same errors as `start` for a rejected one."""
        self._refuse_beyond_quota(outcome)
        match outcome.outcome:
            case "other_request":
                raise Invalid.of("idempotency-key", "This key was used for another request: choose a new one.")
            case "known":
                return False
            case _:
                refuse_unless_fine(outcome)
        return True

    def _refuse_retry(self, outcome: RetryOutcome) -> None:
        self._refuse_beyond_quota(outcome)
        match outcome.outcome:
            case "fine":
                return
            case "not_found":
                raise NotFound
            case "other_round":
                raise Conflict("The analysis was just started again.")
            case status:
                raise Conflict(f"The analysis is {status}. Only one that failed or was cancelled can be tried again.")

    def _refuse_beyond_quota(self, found: SubmissionOutcome | RetryOutcome) -> None:
        match found.outcome:
            case "too_many_jobs":
                raise TooManyJobs.running(self._settings.max_concurrent_jobs)
            case "too_many_today":
                raise TooManyJobs.today(self._settings.max_jobs_a_day, found.day_ends_in_s)


def _hash(request: AnalysisRequest, file: bytes | None) -> str:
    """Hash the parsed request rather than its bytes, so that formatting doesn't matter."""
    canonical = json.dumps(request.model_dump(mode="json"), sort_keys=True).encode()
    return hashlib.sha256(canonical + b"\0" + (file or b"")).hexdigest()
