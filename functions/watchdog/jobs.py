"""The watchdog's one statement: look at a job, and do in the same moment what the look calls for."""

from enum import StrEnum

from pydantic import BaseModel, Field

from functions.shared.database import Database, Statement
from functions.shared.tasks import JobMessage


class Finding(StrEnum):
    """What a job looks like, by the database's clock."""

    ENDED = "ended"
    """Completed, failed, cancelled or deleted: nothing to do, ever."""
    HEALTHY = "healthy"
    """It waits or works as it should: look again later."""
    UNDELIVERED = "undelivered"
    """No planner took it: its message is sent again."""
    ABANDONED = "abandoned"
    """Its planner's lease ran out: another attempt is asked for."""
    EXHAUSTED = "exhausted"
    """Abandoned, with no attempt left: it was failed."""
    OVERDUE = "overdue"
    """Past its deadline: it was failed."""


class Look(BaseModel):
    finding: Finding
    look_again_s: float = Field(ge=0)
    """When the job will be worth another look, from now."""

    @property
    def needs_a_planner(self) -> bool:
        return self.finding in (Finding.UNDELIVERED, Finding.ABANDONED)


# Sent twice, the second look finds what the first one made: ended, or a job that was just asked for again (healthy or
# abandoned still). A second message to the planners' queue does no harm: the claim decides.
_LOOK = Statement(
    """
    WITH seen AS (
        SELECT id, lease_expires_at, queued_at, CASE
                   WHEN status NOT IN ('pending', 'running') THEN 'ended'
                   WHEN deadline_at <= now() THEN 'overdue'
                   WHEN status = 'pending' AND queued_at > now() - make_interval(secs => :undelivered_after_s)
                       THEN 'healthy'
                   WHEN status = 'pending' THEN 'undelivered'
                   WHEN lease_expires_at > now() THEN 'healthy'
                   WHEN attempt < attempts_allowed THEN 'abandoned'
                   ELSE 'exhausted' END AS finding
          FROM jobs WHERE id = :job_id::uuid FOR UPDATE
    ), failed AS (
        UPDATE jobs
           SET status = 'failed', completed_at = now(), lease_expires_at = NULL, updated_at = now(),
               error_message = CASE finding
                   WHEN 'overdue' THEN 'The analysis took too long and was stopped.'
                   ELSE 'The analysis stopped unexpectedly, and several attempts to resume it failed.' END
                   || ' What is finished can be read; a retry runs only what is missing.',
               version = version + 1, event_seq = event_seq + 1,
               progress_data = apply_progress(progress_data, '{"stage": "failed"}', now())
          FROM seen WHERE jobs.id = seen.id AND finding IN ('overdue', 'exhausted')
        RETURNING jobs.id, event_seq, 'failed' AS kind, left(error_message, 200) AS message
    ), asked_again AS (
        UPDATE jobs
           SET queued_at = now(), updated_at = now(), version = version + 1, event_seq = event_seq + 1,
               progress_data = apply_progress(progress_data, '{"stage": "retrying"}', now())
          FROM seen WHERE jobs.id = seen.id AND finding IN ('undelivered', 'abandoned')
        RETURNING jobs.id, event_seq, 'redispatched' AS kind, finding AS message
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, message)
        SELECT id, event_seq, kind, 'watchdog', message FROM failed
         UNION ALL
        SELECT id, event_seq, kind, 'watchdog', message FROM asked_again
    )
    SELECT jsonb_build_object('finding', finding, 'look_again_s', CASE
               WHEN finding = 'healthy' AND lease_expires_at IS NOT NULL
                   THEN extract(epoch FROM lease_expires_at - now())
               WHEN finding = 'healthy'
                   THEN extract(epoch FROM queued_at + make_interval(secs => :undelivered_after_s) - now())
               ELSE :undelivered_after_s END)
      FROM seen
    """,
    idempotent=True,
)


def look(database: Database, message: JobMessage, undelivered_after_s: float) -> Look:
    """Looks at a job. Raises DatabaseError: the message comes back, and with it another look."""
    document = database.document(_LOOK, job_id=message.job_id, undelivered_after_s=undelivered_after_s)
    return Look.model_validate_json(document) if document else Look(finding=Finding.ENDED, look_again_s=0)
