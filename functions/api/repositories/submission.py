"""The two ways in which a job begins to wait: it is submitted, or its owner asks for another try."""

# ruff: noqa: S608 - what is put together are constants of this folder; what clients send are parameters

from dataclasses import dataclass
from uuid import UUID

from functions.api.repositories.events import EXPIRED, FORGET_EXPIRED, FORGOTTEN_UNTIL
from functions.api.repositories.owner import OUTCOME, OWNER, decide, owner
from functions.api.repositories.portfolio import IMPORTED, READ_IMPORT, WRITE_IMPORT, ImportOutcome
from functions.shared.database import Database, Statement

#: How many more attempts a retry asked for by the user grants.
_MORE_ATTEMPTS = 3

_ACTIVE = "(SELECT count(*) FROM jobs WHERE user_id = :user_id AND status IN ('pending', 'running'))"

# The id names the request: sent again it finds the job, writes nothing and answers the same. The portfolio that comes
# with it may name no account; the job is only written with the whole portfolio, and the other way round. Events of old
# jobs go by the way, see `EXPIRED`.
SUBMIT = Statement(
    f"""
    WITH known AS (
        SELECT request_hash, status FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id
    ), {READ_IMPORT}, verdict AS (
        SELECT CASE WHEN EXISTS (SELECT FROM known WHERE request_hash = :request_hash) THEN 'known'
                    WHEN EXISTS (SELECT FROM known) THEN 'other_request'
                    WHEN import_verdict.outcome <> 'fine' THEN import_verdict.outcome
                    WHEN {_ACTIVE} >= :max_active THEN 'too_many_jobs'
                    ELSE 'fine' END AS outcome
          FROM import_verdict
    ), {EXPIRED}, {owner(FORGOTTEN_UNTIL)}, {FORGET_EXPIRED}, {WRITE_IMPORT}, job AS (
        INSERT INTO jobs (id, user_id, job_type, sections, request_payload, idempotency_key, request_hash,
                          deadline_at, event_seq)
        SELECT :job_id::uuid, owner.id, :job_type, :sections::text[], :request_payload::jsonb, :idempotency_key,
               :request_hash, now() + make_interval(secs => :deadline_s), 1
          FROM owner
        RETURNING id
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, message) SELECT id, 1, 'queued', 'Waiting to start...' FROM job
    )
    SELECT jsonb_build_object('outcome', {OUTCOME},
                              'status', coalesce((SELECT status FROM known), 'pending'), {IMPORTED})
      FROM verdict
    """,
    idempotent=True,
)

STATUS = Statement("SELECT status FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id", idempotent=True)

# A second sending would find a job that waits already: not the same answer.
RETRY = Statement(
    f"""
    WITH found AS (
        SELECT id, status FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id
    ), verdict AS (
        SELECT CASE WHEN status NOT IN ('failed', 'cancelled') THEN status
                    WHEN {_ACTIVE} >= :max_active THEN 'too_many_jobs'
                    ELSE 'fine' END AS outcome
          FROM found
    ), {OWNER}, job AS (
        UPDATE jobs
           SET status = 'pending', attempts_allowed = attempts_allowed + {_MORE_ATTEMPTS}, error_message = NULL,
               completed_at = NULL, cancel_requested_at = NULL, queued_at = now(),
               deadline_at = now() + make_interval(secs => :deadline_s),
               progress_data = progress_data || jsonb_build_object(
                   'stage', 'retrying', 'message', 'Starting another attempt...', 'updated_at', iso8601(now())),
               updated_at = now(), version = version + 1, event_seq = event_seq + 1
          FROM owner WHERE jobs.id = :job_id::uuid AND jobs.user_id = owner.id AND status IN ('failed', 'cancelled')
        RETURNING jobs.id, event_seq
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, message)
        SELECT id, event_seq, 'retried', 'Another attempt was asked for' FROM job
    )
    SELECT jsonb_build_object('outcome', CASE WHEN outcome = 'fine' AND NOT EXISTS (SELECT FROM job) THEN 'again'
                                              ELSE outcome END) FROM verdict
    """,
    idempotent=False,
)


@dataclass(frozen=True)
class Submission:
    """A job to be written. `portfolio` is `import_document`'s, None to analyse what is there."""

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

    status: str
    """The job's: pending, unless it is known and has gone on."""


class Submissions:
    def __init__(self, database: Database, *, max_active: int, deadline_s: float, events_kept_days: int) -> None:
        self._database = database
        self._max_active = max_active
        self._deadline_s = deadline_s
        self._events_kept_days = events_kept_days

    def submit(self, submission: Submission) -> SubmissionOutcome:
        """Writes the job, and the portfolio that comes with it, or nothing. Sending it again changes nothing."""
        document = decide(
            self._database,
            SUBMIT,
            job_id=submission.job_id,
            user_id=submission.user_id,
            job_type=submission.job_type,
            sections="{" + ",".join(submission.sections) + "}",
            request_payload=submission.request_payload,
            request_hash=submission.request_hash,
            idempotency_key=submission.idempotency_key,
            portfolio=submission.portfolio or "[]",
            max_active=self._max_active,
            deadline_s=self._deadline_s,
            kept_days=self._events_kept_days,
        )
        return SubmissionOutcome.model_validate(document)

    def status(self, user_id: str, job_id: UUID) -> str | None:
        """None when the user has no such job."""
        return self._database.document(STATUS, user_id=user_id, job_id=job_id)

    def retry(self, user_id: str, job_id: UUID) -> str:
        """Has a failed or cancelled job wait again. Answers fine, not_found, too_many_jobs, or the status it has."""
        outcome: str = decide(
            self._database,
            RETRY,
            user_id=user_id,
            job_id=job_id,
            max_active=self._max_active,
            deadline_s=self._deadline_s,
        )["outcome"]
        return outcome
