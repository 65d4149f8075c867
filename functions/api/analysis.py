"""Starts analyses: the watchdog is told first, then the job is written, then the planners are told.

Whichever step is the last that happens, the job is looked after, or it is not there at all.
"""

import hashlib
import json
from uuid import UUID, uuid4, uuid5

from functions.api.imports import refuse_unless_fine
from functions.api.portfolio_csv import parse_portfolio_csv
from functions.api.problems import Conflict, Invalid, NotFound, TooManyJobs
from functions.api.queues import Queues
from functions.api.repositories.portfolio import import_document
from functions.api.repositories.submission import Submission, Submissions
from functions.api.schemas import AnalysisRequest
from functions.shared.plans import sections

#: Any UUID will do; it keeps ids made of keys apart from all others.
_NAMESPACE = UUID("6d2f7c1e-3b0a-5d57-9a5b-0f4a1c8e2d31")


class Analyses:
    def __init__(self, submissions: Submissions, queues: Queues, max_active: int) -> None:
        self._submissions = submissions
        self._queues = queues
        self._max_active = max_active

    def start(self, user_id: str, request: AnalysisRequest, key: str | None, file: bytes | None = None) -> UUID:
        """Starts an analysis, of the portfolio in `file` if there is one, and answers the job's id.

        With a key the id follows from user and key, so that the same request sent again, after whatever went wrong,
        names the same job. Raises UnreadableCsv, Invalid, TooManyJobs, Unavailable: no job then, and nothing imported.
        """
        portfolio = None if file is None else import_document(parse_portfolio_csv(file))
        payload = request.model_dump_json()
        job_id = uuid4() if key is None else uuid5(_NAMESPACE, json.dumps([user_id, key]))
        submission = Submission(
            job_id=job_id,
            user_id=user_id,
            job_type=request.analysis_type,
            sections=tuple(sections(request.analysis_type)),
            request_payload=payload,
            request_hash=_hash(request, file),
            idempotency_key=key,
            portfolio=portfolio,
        )
        self._queues.look_after(job_id)
        outcome = self._submissions.submit(submission)
        match outcome.outcome:
            case "other_request":
                raise Invalid.of("idempotency-key", "This key was used for another request: choose a new one.")
            case "too_many_jobs":
                raise TooManyJobs(self._max_active)
            case "known" | "fine":
                if outcome.status == "pending":
                    self._queues.hand_over(job_id)
            case _:
                refuse_unless_fine(outcome)
        return job_id

    def retry(self, user_id: str, job_id: UUID) -> None:
        """Has a failed or cancelled job done again, as far as it is missing.

        Raises NotFound, Conflict, TooManyJobs or Unavailable, with the job as it was.
        """
        outcome = self._submissions.status(user_id, job_id) or "not_found"
        if outcome in {"failed", "cancelled"}:
            self._queues.look_after(job_id)
            outcome = self._submissions.retry(user_id, job_id)
        match outcome:
            case "fine":
                self._queues.hand_over(job_id)
            case "not_found":
                raise NotFound
            case "too_many_jobs":
                raise TooManyJobs(self._max_active)
            case status:
                raise Conflict(f"The analysis is {status}: only one that failed or was cancelled can be tried again.")


def _hash(request: AnalysisRequest, file: bytes | None) -> str:
    """Of what was asked for, not of how it was written."""
    canonical = json.dumps(request.model_dump(mode="json"), sort_keys=True).encode()
    return hashlib.sha256(canonical + b"\0" + (file or b"")).hexdigest()
