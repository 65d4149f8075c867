"""The two ways in which a job begins to wait: its owner submits it, or asks for another round.

Each is a check, which writes nothing, and a write that repeats the check: in between, the job's message is sent.
"""

# ruff: noqa: S608 - only constants of this folder are interpolated; what clients send are parameters

from dataclasses import dataclass
from uuid import UUID

from functions.api.repositories.events import DELETE_EXPIRED, EXPIRED
from functions.api.repositories.owner import OUTCOME, OWNER, decide
from functions.api.repositories.portfolio import IMPORTED, READ_IMPORT, WRITE_IMPORT, Existing, ImportOutcome
from functions.shared.database import Database, Statement, Value

_JOB = "coalesce((SELECT id FROM known), :job_id::uuid)"
_ACTIVE = "(SELECT count(*) FROM jobs WHERE user_id = :user_id AND status IN ('pending', 'running'))"

# A request that is sent again finds its job, by its key, and a statement that is sent again by the job's id: it writes
# nothing and has the same outcome. A portfolio that comes with it may name no account.
_SUBMISSION = f"""
    WITH known AS (
        SELECT id, request_hash FROM jobs
         WHERE user_id = :user_id AND (id = :job_id::uuid OR idempotency_key = :idempotency_key::text)
    ), {READ_IMPORT}, verdict AS (
        SELECT CASE WHEN EXISTS (SELECT FROM known WHERE request_hash = :request_hash) THEN 'known'
                    WHEN EXISTS (SELECT FROM known) THEN 'other_request'
                    WHEN import_verdict.outcome <> 'fine' THEN import_verdict.outcome
                    WHEN {_ACTIVE} >= :max_active THEN 'too_many_jobs'
                    ELSE 'fine' END AS outcome
          FROM import_verdict
    )"""

CHECK_SUBMISSION = Statement(
    f"""
    {_SUBMISSION}
    SELECT jsonb_build_object('outcome', outcome, 'job_id', {_JOB}, {IMPORTED}) FROM verdict
    """,
    idempotent=True,
)

# The job is written only with the whole portfolio, and the other way round.
SUBMIT = Statement(
    f"""
    {_SUBMISSION}, {OWNER}, {EXPIRED}, {DELETE_EXPIRED}, {WRITE_IMPORT}, job AS (
        INSERT INTO jobs (id, user_id, job_type, sections, request_payload, idempotency_key, request_hash, event_seq)
        SELECT :job_id::uuid, owner.id, :job_type, :sections::text[], :request_payload::jsonb, :idempotency_key,
               :request_hash, 1
          FROM owner
        RETURNING id
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, message) SELECT id, 1, 'queued', 'Waiting to start...' FROM job
    )
    SELECT jsonb_build_object('outcome', {OUTCOME}, 'job_id', {_JOB}, {IMPORTED}) FROM verdict
    """,
    idempotent=True,
)

_RETRY = f"""
    WITH found AS (
        SELECT id, status, round FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id
    ), verdict AS (
        SELECT CASE WHEN status NOT IN ('failed', 'cancelled') THEN status
                    WHEN {_ACTIVE} >= :max_active THEN 'too_many_jobs'
                    ELSE 'fine' END AS outcome
          FROM found
    )"""

CHECK_RETRY = Statement(
    f"{_RETRY} SELECT jsonb_build_object('outcome', outcome, 'round', round) FROM verdict CROSS JOIN found",
    idempotent=True,
)

#: The changes by which a failed or cancelled job waits again.
NEXT_ROUND = """
    status = 'pending', round = round + 1, failures = 0, worker = NULL, stalled_since = NULL, error_message = NULL,
    queued_at = now(), started_at = NULL, completed_at = NULL, updated_at = now(),
    version = version + 1, event_seq = event_seq + 1,
    progress_data = progress_data || jsonb_build_object(
        'stage', 'retrying', 'message', 'Starting another attempt...', 'updated_at', iso8601(now()))"""

# A second sending would find a job that waits already: not the same outcome.
RETRY = Statement(
    f"""
    {_RETRY}, {OWNER}, job AS (
        UPDATE jobs
           SET {NEXT_ROUND}
          FROM owner
         WHERE jobs.id = :job_id::uuid AND jobs.user_id = owner.id AND status IN ('failed', 'cancelled')
           AND round = :round - 1
        RETURNING jobs.id, event_seq
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, message)
        SELECT id, event_seq, 'retried', 'Another attempt was asked for' FROM job
    )
    SELECT jsonb_build_object('outcome', CASE WHEN outcome <> 'fine' THEN outcome
                                              WHEN (SELECT round FROM found) <> :round - 1 THEN 'other_round'
                                              WHEN NOT EXISTS (SELECT FROM job) THEN 'again'
                                              ELSE outcome END) FROM verdict
    """,
    idempotent=False,
)


@dataclass(frozen=True)
class Submission:
    """A job to be written. `portfolio` is `import_document`'s, None to analyze what is there."""

    job_id: UUID
    user_id: str
    job_type: str
    sections: tuple[str, ...]
    request_payload: str
    request_hash: str
    idempotency_key: str | None
    portfolio: str | None


class SubmissionOutcome(ImportOutcome):
    """`outcome`: fine, known (sent before), other_request (of the same key), too_many_jobs, or an import's."""

    job_id: UUID
    """The job that the request started, perhaps when it was sent before."""


class Submissions:
    def __init__(self, database: Database, *, max_active: int, events_kept_days: int, jobs_kept_days: int) -> None:
        self._database = database
        self._max_active = max_active
        self._kept: dict[str, Value] = {"kept_days": events_kept_days, "jobs_kept_days": jobs_kept_days}

    def check(self, submission: Submission) -> SubmissionOutcome:
        """What `submit` would do at this moment."""
        document = self._database.document(CHECK_SUBMISSION, **self._identity(submission))
        return SubmissionOutcome.model_validate_json(document or "{}")

    def submit(self, submission: Submission) -> SubmissionOutcome:
        """Write the job, and the portfolio that comes with it, or nothing. Sending it again changes nothing."""
        document = decide(
            self._database,
            SUBMIT,
            **self._identity(submission),
            **self._kept,
            job_type=submission.job_type,
            sections="{" + ",".join(submission.sections) + "}",
            request_payload=submission.request_payload,
        )
        return SubmissionOutcome.model_validate(document)

    def check_retry(self, user_id: str, job_id: UUID) -> tuple[str, int]:
        """The outcome that `retry` would have at this moment, and the job's round."""
        document = decide(self._database, CHECK_RETRY, user_id=user_id, job_id=job_id, max_active=self._max_active)
        return document["outcome"], document.get("round", 0)

    def retry(self, user_id: str, job_id: UUID, next_round: int) -> str:
        """Begin the job's next round. Returns fine, not_found, too_many_jobs, other_round, or the status it has."""
        outcome: str = decide(
            self._database, RETRY, user_id=user_id, job_id=job_id, max_active=self._max_active, round=next_round
        )["outcome"]
        return outcome

    def _identity(self, submission: Submission) -> dict[str, Value]:
        return {
            "job_id": submission.job_id,
            "user_id": submission.user_id,
            "request_hash": submission.request_hash,
            "idempotency_key": submission.idempotency_key,
            "portfolio": submission.portfolio or "[]",
            "import_id": submission.job_id,
            "existing": Existing.REPLACE,
            "max_active": self._max_active,
        }
