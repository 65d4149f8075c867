"""The planner's side of a job: claim, renew, release, complete, fail. Each is one statement, safe to send again."""

from pydantic import BaseModel

from functions.shared.database import Database, Statement
from functions.shared.jobs import LeaseLost
from functions.shared.plans import JobType
from functions.shared.portfolio import Snapshot
from functions.shared.sections import Section, Summary
from functions.shared.tasks import Claim, JobMessage


class JobCancelled(Exception):
    """Its owner does not want it any more: stop, change nothing (do not retry)."""


class ClaimedJob(Claim):
    """A job as a new attempt finds it: what earlier attempts committed is not done again."""

    user_id: str
    job_type: JobType
    committed: frozenset[Section]
    snapshot: Snapshot | None


class _Outcome(BaseModel):
    """`status` is None when this attempt has no say any more."""

    status: str | None
    missing: tuple[Section, ...] = ()


# The same worker may claim again: an answer that was lost is asked for once more and names the same attempt.
_CLAIM = Statement(
    """
    WITH job AS (
        UPDATE jobs
           SET status = 'running',
               attempt = attempt + CASE WHEN status = 'running' AND worker = :worker THEN 0 ELSE 1 END,
               worker = :worker, lease_expires_at = now() + make_interval(secs => :lease_s),
               started_at = coalesce(started_at, now()), updated_at = now(),
               version = version + 1, event_seq = event_seq + 1
         WHERE id = :job_id::uuid AND deadline_at > now()
           AND (status = 'running' AND worker = :worker
                OR status = 'running' AND lease_expires_at < now() AND attempt < attempts_allowed
                OR status = 'pending' AND attempt < attempts_allowed)
        RETURNING id, attempt, user_id, job_type, event_seq
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, message, details)
        SELECT id, event_seq, 'claimed', 'planner', '', jsonb_build_object('attempt', attempt) FROM job
    )
    SELECT jsonb_build_object(
               'job_id', id, 'attempt', attempt, 'user_id', user_id, 'job_type', job_type,
               'committed', (SELECT coalesce(jsonb_agg(section), '[]') FROM job_results WHERE job_id = job.id),
               'snapshot', (SELECT payload FROM job_results WHERE job_id = job.id AND section = 'snapshot'))
      FROM job
    """,
    idempotent=True,
)

_RENEW = Statement(
    """
    WITH job AS (
        UPDATE jobs
           SET lease_expires_at = now() + make_interval(secs => :lease_s), version = version + 1
         WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running'
        RETURNING status
    )
    SELECT jsonb_build_object('status', coalesce(
               (SELECT status FROM job),
               (SELECT status FROM jobs WHERE id = :job_id::uuid AND attempt = :attempt)))
    """,
    idempotent=True,
)

_RELEASE = Statement(
    """
    UPDATE jobs SET lease_expires_at = now(), version = version + 1
     WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running'
    """,
    idempotent=True,
)

_COMPLETE = Statement(
    """
    WITH owned AS (
        SELECT id, sections FROM jobs
         WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running' FOR UPDATE
    ), missing AS (
        SELECT wanted FROM owned CROSS JOIN unnest(owned.sections) AS wanted
         WHERE NOT EXISTS (SELECT FROM job_results WHERE job_id = owned.id AND section = wanted)
    ), complete AS (
        SELECT id FROM owned WHERE NOT EXISTS (SELECT FROM missing)
    ), usage AS (
        SELECT max(used ->> 'model') AS model, sum((used ->> 'calls')::integer) AS calls,
               sum((used ->> 'throttled')::integer) AS throttled,
               sum((used ->> 'input_tokens')::integer) AS input_tokens,
               sum((used ->> 'output_tokens')::integer) AS output_tokens,
               CASE WHEN count(*) = count(used ->> 'estimated_cost_usd')
                    THEN sum((used ->> 'estimated_cost_usd')::numeric) END AS estimated_cost_usd
          FROM (SELECT coalesce(payload -> 'narration', payload -> 'tagging') AS used
                  FROM job_results WHERE job_id = :job_id::uuid) AS sections
         WHERE used ->> 'model' IS NOT NULL
    ), summary AS (
        INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)
        SELECT complete.id, 'summary', :attempt,
               :summary::jsonb || CASE WHEN usage.model IS NULL THEN '{}'
                                       ELSE jsonb_build_object('model_usage', to_jsonb(usage)) END, now(), 0
          FROM complete CROSS JOIN usage
    ), job AS (
        UPDATE jobs
           SET status = 'completed', completed_at = now(), lease_expires_at = NULL, updated_at = now(),
               version = version + 1, event_seq = event_seq + 1,
               progress_data = apply_progress(progress_data, '{"stage": "completed"}', now())
          FROM complete WHERE jobs.id = complete.id
        RETURNING jobs.id, jobs.event_seq, jobs.status
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, progress_percent, message)
        SELECT id, event_seq, 'completed', 'planner', 100, 'Analysis complete' FROM job
    )
    SELECT jsonb_build_object(
               'status', coalesce((SELECT status FROM job),
                                  (SELECT status FROM jobs WHERE id = :job_id::uuid AND attempt = :attempt)),
               'missing', (SELECT coalesce(jsonb_agg(wanted), '[]') FROM missing))
    """,
    idempotent=True,
)

_FAIL = Statement(
    """
    WITH job AS (
        UPDATE jobs
           SET status = 'failed', error_message = :reason, completed_at = now(), lease_expires_at = NULL,
               updated_at = now(), version = version + 1, event_seq = event_seq + 1,
               progress_data = apply_progress(progress_data, '{"stage": "failed"}', now())
         WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running'
        RETURNING id, event_seq, status
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, message)
        SELECT id, event_seq, 'failed', 'planner', left(:reason, 200) FROM job
    )
    SELECT jsonb_build_object('status', coalesce(
               (SELECT status FROM job),
               (SELECT status FROM jobs WHERE id = :job_id::uuid AND attempt = :attempt)))
    """,
    idempotent=True,
)


class PlannerJobs:
    """The jobs of one database, as their planner handles them."""

    def __init__(self, database: Database, lease_s: float) -> None:
        self._database = database
        self._lease_s = lease_s

    def claim(self, message: JobMessage, worker: str) -> ClaimedJob | None:
        """Takes a job that waits or whose lease ran out; None when it can't be had: somebody else looks after it.

        `worker` is unique to this delivery; the same worker asking again gets the same attempt.
        """
        document = self._database.document(_CLAIM, job_id=message.job_id, worker=worker, lease_s=self._lease_s)
        return ClaimedJob.model_validate_json(document) if document else None

    def renew(self, claim: Claim) -> None:
        """Prolongs the lease by the database's clock. Raises LeaseLost or JobCancelled when this attempt is over."""
        outcome = self._outcome(
            self._database.document(_RENEW, job_id=claim.job_id, attempt=claim.attempt, lease_s=self._lease_s)
        )
        if outcome.status == "cancelled":
            raise JobCancelled("the job was cancelled")
        if outcome.status != "running":
            raise LeaseLost(f"attempt {claim.attempt} no longer owns the job")

    def release(self, claim: Claim) -> None:
        """Gives the lease back, so that the next attempt need not wait for its end. Without it nothing is changed."""
        self._database.rows(_RELEASE, {"job_id": claim.job_id, "attempt": claim.attempt})

    def complete(self, claim: Claim, summary: Summary) -> tuple[Section, ...]:
        """Completes the job, unless sections are missing: those are the answer, and nothing is changed.

        Raises LeaseLost when this attempt no longer owns the job.
        """
        outcome = self._outcome(
            self._database.document(
                _COMPLETE, job_id=claim.job_id, attempt=claim.attempt, summary=summary.model_dump_json()
            )
        )
        if outcome.status != "completed" and not outcome.missing:
            raise LeaseLost(f"attempt {claim.attempt} no longer owns the job")
        return outcome.missing

    def fail(self, claim: Claim, reason: str) -> None:
        """Ends the job; `reason` is a sentence for the person who waits. Raises LeaseLost as `complete` does."""
        outcome = self._outcome(
            self._database.document(_FAIL, job_id=claim.job_id, attempt=claim.attempt, reason=reason)
        )
        if outcome.status != "failed":
            raise LeaseLost(f"attempt {claim.attempt} no longer owns the job")

    @staticmethod
    def _outcome(document: str | None) -> _Outcome:
        return _Outcome.model_validate_json(document or '{"status": null}')
