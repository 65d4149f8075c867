"""The planner's statements on a job: claim, renew, release, complete, fail. Each is a single idempotent statement.

ClaimRefused      there is nothing to run for this message
├── JobEnded      the round has ended, or a later one has started: acknowledge the message
│   └── JobExhausted  this claim has ended the round because too many planners died: count the failure
├── JobUnknown    no such job or round, not yet or no longer: look again, and eventually drop the message
└── JobHeld       another planner holds the job for `seconds` more: return the message until then
JobCancelled      the owner cancelled the job while it ran: stop, change nothing (do not retry)
"""

# ruff: noqa: S608 - only constants of this file are interpolated

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel

from functions.planner.round_limits import FAILURES_ALLOWED, STALLED_MINUTES
from functions.shared.database import Database, DatabaseError, Statement
from functions.shared.jobs import FINISHED_PARTS_KEPT, LeaseLost
from functions.shared.sample_jobs import ANALYZES_SAMPLE
from functions.shared.section_names import Section
from functions.shared.sections import Summary
from functions.shared.tasks import Claim, JobMessage


class ClaimRefused(Exception):
    """There is nothing to run for this message."""


class JobEnded(ClaimRefused):
    """The round has ended, or a later one has started."""


class JobExhausted(JobEnded):
    """This claim has ended the round because too many planners died in it."""


class JobUnknown(ClaimRefused):
    """The job or its round does not exist."""


class JobHeld(ClaimRefused):
    """Another planner holds the job."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"held for {seconds:.0f} s")
        self.seconds = seconds


class JobCancelled(Exception):
    """The owner cancelled the job."""


class ClaimedJob(Claim):
    """A job as claimed by a new attempt. The sections that earlier attempts committed are skipped."""

    user_id: str
    job_type: str
    """As submitted, possibly by a newer version, so it may have no plan here."""
    committed: frozenset[Section]
    is_sample: bool = False
    """The job analyzes the sample portfolio instead of the user's accounts."""
    waited_s: float | None = None
    """Seconds that the round waited in the queue; None if it was claimed before."""


class _ClaimResult(BaseModel):
    outcome: Literal["claimed", "ended", "exhausted", "unknown", "held"]
    held_s: float | None = None
    job: ClaimedJob | None = None


class _Status(BaseModel):
    """`status` is None if this attempt no longer owns the job."""

    status: str | None
    missing: tuple[Section, ...] = ()


# A planner that died leaves its lease and its name (`worker`); one that released the job does not. A worker that
# claims a job again has lost the response, and gets the same attempt.
_CLAIM = Statement(
    f"""
    WITH seen AS (
        SELECT id, CASE
                   WHEN round < :round THEN 'unknown'
                   WHEN round = :round AND status = 'failed' AND worker = :worker THEN 'was exhausted'
                   WHEN round > :round OR status NOT IN ('pending', 'running') THEN 'ended'
                   WHEN status = 'running' AND worker = :worker THEN 'claimed'
                   WHEN lease_expires_at > now() THEN 'held'
                   WHEN worker IS NOT NULL AND failures + 1 >= {FAILURES_ALLOWED} THEN 'exhausted'
                   ELSE 'claimed' END AS outcome,
               extract(epoch FROM lease_expires_at - now()) AS held_s,
               (status = 'running' AND worker = :worker) IS TRUE AS is_resent,
               (worker IS NOT NULL AND worker <> :worker) AS has_died,
               CASE WHEN started_at IS NULL THEN extract(epoch FROM now() - queued_at) END AS waited_s
          FROM jobs WHERE id = :job_id::uuid FOR UPDATE
    ), job AS (
        UPDATE jobs
           SET status = 'running', worker = :worker, lease_expires_at = now() + make_interval(secs => :lease_s),
               attempt = attempt + (NOT is_resent)::integer, failures = failures + has_died::integer,
               started_at = coalesce(started_at, now()), updated_at = now(),
               version = version + 1, event_seq = event_seq + 1, is_tracked = :is_tracked::boolean,
               progress_data = CASE WHEN :is_tracked::boolean THEN progress_data END
          FROM seen WHERE jobs.id = seen.id AND outcome = 'claimed'
        RETURNING jobs.id, attempt, user_id, job_type, event_seq, waited_s,
                  {ANALYZES_SAMPLE} AS is_sample
    ), exhausted AS (
        UPDATE jobs
           SET status = 'failed', completed_at = now(), lease_expires_at = NULL, worker = :worker, updated_at = now(),
               failures = failures + 1, version = version + 1, event_seq = event_seq + 1,
               error_message = 'The analysis stopped unexpectedly {FAILURES_ALLOWED} times. {FINISHED_PARTS_KEPT}',
               progress_data = apply_progress(progress_data, '{{"stage": "failed"}}', now())
          FROM seen WHERE jobs.id = seen.id AND outcome = 'exhausted'
        RETURNING jobs.id, event_seq, error_message
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, message, details)
        SELECT id, event_seq, 'claimed', 'planner', '', jsonb_build_object('attempt', attempt) FROM job
         UNION ALL
        SELECT id, event_seq, 'failed', 'planner', left(error_message, 200), NULL FROM exhausted
    )
    SELECT jsonb_build_object(
               'outcome', CASE WHEN outcome = 'was exhausted' THEN 'exhausted' ELSE outcome END, 'held_s', held_s,
               'job', (SELECT jsonb_build_object(
                                  'job_id', job.id, 'attempt', attempt, 'user_id', user_id, 'job_type', job_type,
                                  'waited_s', waited_s, 'is_sample', is_sample,
                                  'committed', (SELECT coalesce(jsonb_agg(section), '[]')
                                                  FROM job_results WHERE job_id = job.id))
                         FROM job))
      FROM seen
    """,
    idempotent=True,
)

_RENEW = Statement(
    """
    WITH job AS (
        UPDATE jobs
           SET lease_expires_at = now() + make_interval(secs => :lease_s), version = version + 1
         WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running' AND worker IS NOT NULL
        RETURNING status
    )
    SELECT jsonb_build_object('status', coalesce(
               (SELECT status FROM job),
               (SELECT status FROM jobs WHERE id = :job_id::uuid AND attempt = :attempt)))
    """,
    idempotent=True,
)

# Without a worker the lease is free, and the next claim counts no failure. Sent again, the statement finds no worker
# and changes nothing.
_RELEASE = Statement(
    f"""
    WITH held AS (
        SELECT id, coalesce(stalled_since, now()) AS since,
               stalled_since <= now() - interval '{STALLED_MINUTES} minutes' AS has_stalled
          FROM jobs
         WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running' AND worker IS NOT NULL FOR UPDATE
    ), released AS (
        UPDATE jobs
           SET worker = NULL, lease_expires_at = now(), stalled_since = since, updated_at = now(),
               version = version + 1, event_seq = event_seq + 1,
               progress_data = apply_progress(progress_data, '{{"stage": "retrying"}}', now())
          FROM held WHERE jobs.id = held.id AND has_stalled IS NOT TRUE
        RETURNING jobs.id, event_seq, status
    ), failed AS (
        UPDATE jobs
           SET status = 'failed', completed_at = now(), lease_expires_at = NULL, worker = NULL, updated_at = now(),
               version = version + 1, event_seq = event_seq + 1,
               error_message = 'The analysis could not go on for {STALLED_MINUTES} minutes because a service it needs'
                   || ' was unavailable. {FINISHED_PARTS_KEPT}',
               progress_data = apply_progress(progress_data, '{{"stage": "failed"}}', now())
          FROM held WHERE jobs.id = held.id AND has_stalled
        RETURNING jobs.id, event_seq, status, error_message
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, message)
        SELECT id, event_seq, 'released', 'planner', :reason FROM released
         UNION ALL
        SELECT id, event_seq, 'failed', 'planner', left(error_message, 200) FROM failed
    )
    SELECT jsonb_build_object('status', coalesce(
               (SELECT status FROM released), (SELECT status FROM failed),
               (SELECT status FROM jobs WHERE id = :job_id::uuid AND attempt = :attempt)))
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
    ), outcome AS (
        SELECT max((payload ->> 'success_rate')::float8) AS success_rate
          FROM job_results WHERE job_id = :job_id::uuid AND payload ? 'success_rate'
    ), summary AS (
        INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)
        SELECT complete.id, 'summary', :attempt,
               :summary::jsonb || to_jsonb(outcome)
                               || CASE WHEN usage.model IS NULL THEN '{}'
                                       ELSE jsonb_build_object('model_usage', to_jsonb(usage)) END, now(), 0
          FROM complete CROSS JOIN usage CROSS JOIN outcome
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
    """The planner's statements on the jobs of one database."""

    def __init__(self, database: Database, lease_s: float) -> None:
        self._database = database
        self._lease_s = lease_s

    def claim(self, message: JobMessage, worker: str, *, is_tracked: bool = True) -> ClaimedJob:
        """Claim a pending job, or one whose lease has expired, for `lease_s` seconds.

        Raises ClaimRefused. `worker` is unique to this delivery; a repeated claim by the same worker returns the same
        attempt. An attempt that is not tracked discards the progress of earlier ones.
        """
        document = self._database.document(
            _CLAIM,
            job_id=message.job_id,
            round=message.round,
            worker=worker,
            lease_s=self._lease_s,
            is_tracked=is_tracked,
        )
        result = _ClaimResult.model_validate_json(document) if document else _ClaimResult(outcome="unknown")
        if result.job is not None:
            return result.job
        match result.outcome:
            case "held":
                raise JobHeld(result.held_s or 0)
            case "unknown":
                raise JobUnknown
            case "exhausted":
                raise JobExhausted
            case _:
                raise JobEnded

    def renew(self, claim: Claim) -> None:
        """Extend the lease by the database's clock, even an expired one if no other planner has claimed the job.

        Raises LeaseLost or JobCancelled when this attempt is over.
        """
        status = self._status(_RENEW, claim, lease_s=self._lease_s)
        if status.status == "cancelled":
            raise JobCancelled("the job was cancelled")
        if status.status != "running":
            raise _lease_lost(claim)

    def is_cancelled(self, claim: Claim) -> bool:
        """Return whether the job was cancelled during this attempt. Also False if the database is unavailable."""
        try:
            self.renew(claim)
        except JobCancelled:
            return True
        except (LeaseLost, DatabaseError):
            return False
        return False

    def release(self, claim: Claim, reason: str) -> bool:
        """Release the job for the next attempt after a transient error. Returns False if that has ended the round.

        The round ends once transient errors have kept the job from committing anything for STALLED_MINUTES. `reason`
        is recorded in the job's history. Raises LeaseLost if this attempt no longer owns the job.
        """
        status = self._status(_RELEASE, claim, reason=reason).status
        if status not in {"running", "failed"}:
            raise _lease_lost(claim)
        return status == "running"

    def complete(self, claim: Claim, summary: Summary) -> tuple[Section, ...]:
        """Complete the job. Returns the missing sections, if any; in that case nothing has changed.

        Raises LeaseLost if this attempt no longer owns the job.
        """
        status = self._status(_COMPLETE, claim, summary=summary.model_dump_json())
        if status.status != "completed" and not status.missing:
            raise _lease_lost(claim)
        return status.missing

    def fail(self, claim: Claim, reasons: Iterable[str]) -> None:
        """End the round. `reasons` are sentences that users see. Raises LeaseLost."""
        if self._status(_FAIL, claim, reason=" ".join([*reasons, FINISHED_PARTS_KEPT])).status != "failed":
            raise _lease_lost(claim)

    def _status(self, statement: Statement, claim: Claim, **parameters: str | float) -> _Status:
        document = self._database.document(statement, job_id=claim.job_id, attempt=claim.attempt, **parameters)
        return _Status.model_validate_json(document or '{"status": null}')


def _lease_lost(claim: Claim) -> LeaseLost:
    return LeaseLost(f"attempt {claim.attempt} no longer owns the job")
