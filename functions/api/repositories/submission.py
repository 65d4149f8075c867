"""Enqueues jobs: a new submission, or another round of an existing job.

Each has a check, which writes nothing, and a write, which repeats the check. The job's message is sent between the two.
"""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from functions.api.errors import JobNotRetryable, JobRestarted, KeyReused, TooManyJobs, TooManyJobsToday
from functions.api.repositories.owner import OUTCOME, OWNER, execute
from functions.api.repositories.portfolio import IMPORTED, READ_IMPORT, WRITE_IMPORT, Existing, raise_refused_import
from functions.api.repositories.retention import DELETE_EXPIRED, EXPIRED
from functions.api.settings import ApiSettings
from functions.shared.database import Database, Statement, Value

_JOB = "coalesce((SELECT id FROM known), :job_id::uuid)"
_ACTIVE = "(SELECT count(*) FROM jobs WHERE user_id = :user_id AND status IN ('pending', 'running'))"
_USER_HASH = "encode(sha256(convert_to(:user_id, 'UTF8')), 'hex')"
_TODAY = "(now() AT TIME ZONE 'UTC')::date"
_BEGUN_TODAY = f"coalesce((SELECT rounds FROM daily_usage WHERE user_hash = {_USER_HASH} AND day = {_TODAY}), 0)"
_DAY_ENDS_IN_S = f"ceil(extract(epoch FROM {_TODAY} + 1 - (now() AT TIME ZONE 'UTC')))"
_QUOTA = f"""
                    WHEN {_ACTIVE} >= :max_active THEN 'too_many_jobs'
                    WHEN {_BEGUN_TODAY} >= :max_a_day THEN 'too_many_jobs_today'"""
# The deletion skips locked rows, so that concurrent submissions can't deadlock.
_COUNT_TODAY = f"""
    counted AS (
        INSERT INTO daily_usage (user_hash, day, rounds) SELECT {_USER_HASH}, {_TODAY}, 1 FROM owner
        ON CONFLICT (user_hash) DO UPDATE
           SET rounds = CASE WHEN daily_usage.day = EXCLUDED.day THEN daily_usage.rounds + 1 ELSE 1 END,
               day = EXCLUDED.day
    ), past_usage AS (
        DELETE FROM daily_usage USING owner
         WHERE user_hash IN (SELECT user_hash FROM daily_usage WHERE day < {_TODAY} AND user_hash <> {_USER_HASH}
                              ORDER BY day LIMIT 20 FOR UPDATE SKIP LOCKED)
    )"""

# A repeated request finds its job by the idempotency key, and a repeated statement by the job's id; the repetition
# writes nothing and has the same outcome. A portfolio that comes with it may contain no accounts.
_SUBMISSION = f"""
    WITH known AS (
        SELECT id, request_hash FROM jobs
         WHERE user_id = :user_id AND (id = :job_id::uuid OR idempotency_key = :idempotency_key::text)
    ), {READ_IMPORT}, checked AS (
        SELECT CASE WHEN EXISTS (SELECT FROM known WHERE request_hash = :request_hash) THEN 'known'
                    WHEN EXISTS (SELECT FROM known) THEN 'key_reused'
                    WHEN import_checked.outcome <> 'ok' THEN import_checked.outcome{_QUOTA}
                    ELSE 'ok' END AS outcome
          FROM import_checked
    )"""

CHECK_SUBMISSION = Statement(
    f"""
    {_SUBMISSION}
    SELECT jsonb_build_object('outcome', outcome, 'job_id', {_JOB}, 'day_ends_in_s', {_DAY_ENDS_IN_S}, {IMPORTED})
      FROM checked
    """,
    idempotent=True,
)

# The job and the portfolio are written together or not at all.
SUBMIT = Statement(
    f"""
    {_SUBMISSION}, {OWNER}, {EXPIRED}, {DELETE_EXPIRED}, {WRITE_IMPORT}, {_COUNT_TODAY}, job AS (
        INSERT INTO jobs (id, user_id, job_type, sections, request_payload, idempotency_key, request_hash, event_seq)
        SELECT :job_id::uuid, owner.id, :job_type, :sections::text[], :request_payload::jsonb, :idempotency_key,
               :request_hash, 1
          FROM owner
        RETURNING id
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, message) SELECT id, 1, 'queued', 'Waiting to start...' FROM job
    )
    SELECT jsonb_build_object('outcome', {OUTCOME}, 'job_id', {_JOB}, 'day_ends_in_s', {_DAY_ENDS_IN_S}, {IMPORTED})
      FROM checked
    """,
    idempotent=True,
)

_RETRY = f"""
    WITH found AS (
        SELECT id, status, round FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id
    ), checked AS (
        SELECT CASE WHEN status NOT IN ('failed', 'cancelled') THEN status{_QUOTA}
                    ELSE 'ok' END AS outcome
          FROM found
    )"""

CHECK_RETRY = Statement(
    f"""
    {_RETRY}
    SELECT jsonb_build_object('outcome', outcome, 'round', round, 'day_ends_in_s', {_DAY_ENDS_IN_S})
      FROM checked CROSS JOIN found
    """,
    idempotent=True,
)

#: Column changes that make a failed or cancelled job pending again.
NEXT_ROUND = """
    status = 'pending', round = round + 1, failures = 0, worker = NULL, stalled_since = NULL, error_message = NULL,
    queued_at = now(), started_at = NULL, completed_at = NULL, updated_at = now(), is_tracked = NULL,
    version = version + 1, event_seq = event_seq + 1,
    progress_data = progress_data || jsonb_build_object(
        'stage', 'retrying', 'message', 'Starting another attempt...', 'updated_at', iso8601(now()))"""

# Not idempotent: a repeated statement finds a pending job and has a different outcome.
RETRY = Statement(
    f"""
    {_RETRY}, {OWNER}, {_COUNT_TODAY}, job AS (
        UPDATE jobs
           SET {NEXT_ROUND}
          FROM owner
         WHERE jobs.id = :job_id::uuid AND jobs.user_id = owner.id AND status IN ('failed', 'cancelled')
           AND round = :round - 1
        RETURNING jobs.id, event_seq
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, message)
        SELECT id, event_seq, 'retried', 'Retry requested' FROM job
    )
    SELECT jsonb_build_object('outcome', CASE WHEN outcome <> 'ok' THEN outcome
                                              WHEN (SELECT round FROM found) <> :round - 1 THEN 'restarted'
                                              WHEN NOT EXISTS (SELECT FROM job) THEN 'again'
                                              ELSE outcome END,
                              'day_ends_in_s', {_DAY_ENDS_IN_S}) FROM checked
    """,
    idempotent=False,
)


@dataclass(frozen=True)
class Submission:
    """A job to insert. `portfolio` comes from `import_document`; None analyzes the existing portfolio."""

    job_id: UUID
    user_id: str
    job_type: str
    sections: tuple[str, ...]
    request_payload: str
    request_hash: str
    idempotency_key: str | None
    portfolio: str | None


class Submissions:
    def __init__(self, database: Database, settings: ApiSettings) -> None:
        self._database = database
        self._settings = settings
        self._quota: dict[str, Value] = {
            "max_active": settings.max_concurrent_jobs,
            "max_a_day": settings.max_jobs_a_day,
        }

    def check(self, submission: Submission) -> UUID | None:
        """Return the job that an earlier request with the same key has started; None if `submit` would start one now.

        Raises the errors of `submit`.
        """
        document = self._execute(CHECK_SUBMISSION, **self._identity(submission))
        return UUID(document["job_id"]) if document["outcome"] == "known" else None

    def submit(self, submission: Submission) -> UUID:
        """Insert the job and its portfolio, or nothing, and return the job's id. Repeating the call changes nothing.

        Raises KeyReused, TooManyJobs, TooManyJobsToday, HoldingsUnpriced, or FileOverLimit.
        """
        document = self._execute(
            SUBMIT,
            **self._identity(submission),
            kept_days=self._settings.events_kept_days,
            jobs_kept_days=self._settings.jobs_kept_days,
            job_type=submission.job_type,
            sections="{" + ",".join(submission.sections) + "}",
            request_payload=submission.request_payload,
        )
        return UUID(document["job_id"])

    def check_retry(self, user_id: str, job_id: UUID) -> int:
        """Return the number of the round that `retry` would start now. Raises the errors of `retry`."""
        current_round: int = self._execute(CHECK_RETRY, user_id=user_id, job_id=job_id)["round"]
        return current_round + 1

    def retry(self, user_id: str, job_id: UUID, next_round: int) -> None:
        """Start the job's next round.

        Raises ObjectNotFound, JobNotRetryable, JobRestarted, TooManyJobs, or TooManyJobsToday.
        """
        self._execute(RETRY, user_id=user_id, job_id=job_id, round=next_round)

    def _execute(self, statement: Statement, **parameters: Value) -> dict[str, Any]:
        document = execute(self._database, statement, **parameters, **self._quota)
        match document["outcome"]:
            case "too_many_jobs":
                raise TooManyJobs(self._settings.max_concurrent_jobs)
            case "too_many_jobs_today":
                raise TooManyJobsToday(self._settings.max_jobs_a_day, document["day_ends_in_s"])
            case "key_reused":
                raise KeyReused
            case "restarted":
                raise JobRestarted
            case "pending" | "running" | "completed" as status:
                raise JobNotRetryable(status)
        raise_refused_import(document)
        return document

    @staticmethod
    def _identity(submission: Submission) -> dict[str, Value]:
        return {
            "job_id": submission.job_id,
            "user_id": submission.user_id,
            "request_hash": submission.request_hash,
            "idempotency_key": submission.idempotency_key,
            "portfolio": submission.portfolio or "[]",
            "import_id": submission.job_id,
            "existing": Existing.REPLACE,
        }
