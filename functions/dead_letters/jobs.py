"""The only statement of the dead-letter consumer: fail a job that no planner will run again."""

# ruff: noqa: S608 - only constants of this file are interpolated

from functions.shared.database import Database, Statement
from functions.shared.jobs import FINISHED_PARTS_KEPT
from functions.shared.tasks import JobMessage

#: How many seconds ago the lease must have expired. A planner that lost its database connection renews it as soon as it
#: reconnects.
_LEASE_OVER_S = 75


class JobEnded(Exception):
    """The round has ended, or the job does not exist: acknowledge the message."""


class JobHeld(Exception):
    """A planner may still be running the job for `wait_s` seconds: return the message until then."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"held for {wait_s:.0f} s")
        self.wait_s = wait_s


# Idempotent: after a lost response or a crash, the statement finds its own event as the latest one.
_FAIL = Statement(
    f"""
    WITH seen AS (
        SELECT id, lease_expires_at + interval '{_LEASE_OVER_S} seconds' AS held_until, CASE
                   WHEN round = :round AND status = 'failed' AND EXISTS (
                        SELECT FROM job_events WHERE job_id = id AND seq = event_seq AND agent = 'dead_letters')
                   THEN 'has failed'
                   WHEN round <> :round OR status NOT IN ('pending', 'running') THEN 'ended'
                   WHEN lease_expires_at + interval '{_LEASE_OVER_S} seconds' > now() THEN 'held'
                   ELSE 'failed' END AS outcome
          FROM jobs WHERE id = :job_id::uuid FOR UPDATE
    ), job AS (
        UPDATE jobs
           SET status = 'failed', completed_at = now(), lease_expires_at = NULL, worker = NULL, updated_at = now(),
               version = version + 1, event_seq = event_seq + 1,
               error_message = 'The analysis could not be run. {FINISHED_PARTS_KEPT}',
               progress_data = apply_progress(progress_data, '{{"stage": "failed"}}', now())
          FROM seen WHERE jobs.id = seen.id AND outcome = 'failed'
        RETURNING jobs.id, event_seq, error_message
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, message)
        SELECT id, event_seq, 'failed', 'dead_letters', left(error_message, 200) FROM job
    )
    SELECT outcome, extract(epoch FROM held_until - now())::float8 FROM seen
    """,
    idempotent=True,
)


def fail_job(database: Database, message: JobMessage) -> None:
    """Fail the job. Also returns if an earlier receipt failed it, because its metric may not have been recorded.

    Raises JobEnded, JobHeld, or DatabaseError (retry later).
    """
    outcome, wait_s = database.record(_FAIL, job_id=message.job_id, round=message.round) or ("ended", 0)
    match outcome:
        case "held":
            raise JobHeld(wait_s)
        case "ended":
            raise JobEnded
