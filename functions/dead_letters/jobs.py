"""The only statement of the dead-letter consumer: fail a job that no planner will run again."""

# ruff: noqa: S608 - only constants of this file are interpolated

from enum import StrEnum

from pydantic import BaseModel, Field

from functions.shared.database import Database, Statement
from functions.shared.jobs import FINISHED_PARTS_KEPT
from functions.shared.tasks import JobMessage

#: How long ago the lease must have expired. A planner that lost its database connection renews it as soon as it
#: reconnects.
_LEASE_OVER_S = 75


class Decision(StrEnum):
    FAILED = "failed"
    """By this receipt of the message or an earlier one, whose metric may not have been recorded."""
    HELD = "held"
    """A planner may still be running it."""
    ENDED = "ended"
    """The round has ended, or the job does not exist."""


class Result(BaseModel):
    decision: Decision
    wait_s: float = Field(default=0, ge=0)
    """Seconds until a held job may be failed."""


# Idempotent: after a lost response or a crash, it finds its own event as the latest one.
_GIVE_UP = Statement(
    f"""
    WITH seen AS (
        SELECT id, lease_expires_at + interval '{_LEASE_OVER_S} seconds' AS held_until, CASE
                   WHEN round = :round AND status = 'failed' AND EXISTS (
                        SELECT FROM job_events WHERE job_id = id AND seq = event_seq AND agent = 'dead_letters')
                   THEN 'has failed'
                   WHEN round <> :round OR status NOT IN ('pending', 'running') THEN 'ended'
                   WHEN lease_expires_at + interval '{_LEASE_OVER_S} seconds' > now() THEN 'held'
                   ELSE 'failed' END AS decision
          FROM jobs WHERE id = :job_id::uuid FOR UPDATE
    ), job AS (
        UPDATE jobs
           SET status = 'failed', completed_at = now(), lease_expires_at = NULL, worker = NULL, updated_at = now(),
               version = version + 1, event_seq = event_seq + 1,
               error_message = 'The analysis could not be run. {FINISHED_PARTS_KEPT}',
               progress_data = apply_progress(progress_data, '{{"stage": "failed"}}', now())
          FROM seen WHERE jobs.id = seen.id AND decision = 'failed'
        RETURNING jobs.id, event_seq, error_message
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, message)
        SELECT id, event_seq, 'failed', 'dead_letters', left(error_message, 200) FROM job
    )
    SELECT jsonb_build_object('decision', replace(decision, 'has failed', 'failed'), 'wait_s', CASE
               WHEN decision = 'held' THEN extract(epoch FROM held_until - now()) ELSE 0 END)
      FROM seen
    """,
    idempotent=True,
)


def give_up(database: Database, message: JobMessage) -> Result:
    """Fail the job unless its round has ended or its lease may be renewed. Raises DatabaseError (retry later)."""
    document = database.document(_GIVE_UP, job_id=message.job_id, round=message.round)
    return Result.model_validate_json(document) if document else Result(decision=Decision.ENDED)
