"""Writes progress to a job's row, with an event. Fenced by the attempt: a worker without its lease changes nothing."""

from pydantic import BaseModel

from functions.shared.database import Database, Statement
from functions.shared.progress.model import ProgressChange
from functions.shared.tasks import Claim

NOTE_PROGRESS = Statement(
    """
    WITH job AS (
        UPDATE jobs
           SET version = version + 1, event_seq = event_seq + 1, updated_at = now(),
               progress_data = apply_progress(
                   CASE WHEN (progress_data ->> 'attempt')::integer = attempt THEN progress_data
                        ELSE :initial::jsonb || jsonb_build_object('started_at', iso8601(now())) END,
                   :change::jsonb, clock_timestamp())
         WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running'
           AND (:initial::jsonb IS NOT NULL OR (progress_data ->> 'attempt')::integer = attempt)
        RETURNING id, event_seq, (progress_data ->> 'progress_percent')::integer AS percent,
                  progress_data ->> 'message' AS message
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, progress_percent, message)
        SELECT id, event_seq, 'progress', :agent, percent,
               coalesce(:message, CASE WHEN :agent <> 'setup' THEN 'Running ' || initcap(:agent) || '...' END, message)
          FROM job
    )
    SELECT jsonb_build_object('percent', percent, 'message', message) FROM job
    """,
    idempotent=False,
)


class NotedProgress(BaseModel):
    """The job's progress after a write."""

    percent: int
    message: str


class ProgressRepository:
    """The progress of the jobs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, claim: Claim, change: ProgressChange, initial: str | None = None) -> NotedProgress | None:
        """Apply a change to the job's progress and write an event for the last agent in it.

        Returns None if this attempt no longer owns the job, or has no document yet. `initial` is the document that a
        new attempt starts from; repeating it changes nothing. A lost response isn't retried, because that would
        duplicate the event.
        """
        agent, changed = list(change.agents.items())[-1]
        document = self._database.document(
            NOTE_PROGRESS,
            job_id=claim.job_id,
            attempt=claim.attempt,
            change=change.model_dump_json(exclude_defaults=True),
            agent=agent,
            message=changed.message,
            initial=initial,
        )
        return NotedProgress.model_validate_json(document) if document else None
