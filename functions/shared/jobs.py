"""The write that several functions share: committing a section of a job.

Every write is fenced by the attempt: a worker that lost its lease changes nothing.
"""

from pydantic import BaseModel, Field

from functions.shared.database import Database, Statement
from functions.shared.durations.delays import Delays
from functions.shared.observability import logger
from functions.shared.progress.model import ProgressChange
from functions.shared.section_names import Section
from functions.shared.tasks import Claim

#: The end of each message for a user whose job failed. It is also written into SQL, so it has no apostrophe.
FINISHED_PARTS_KEPT = "Finished parts are kept, and a retry runs only the missing ones."


class LeaseLost(Exception):
    """Another attempt owns the job, or it has ended. Stop without changes; do not retry."""


class Commit(BaseModel):
    owned: bool
    stored: bool = Field(description="False when the section was there already.")


# A repeated statement finds the section and neither increments counters nor writes an event, so `seq` stays gapless.
COMMIT_SECTION = Statement(
    """
    WITH owned AS (
        SELECT id FROM jobs WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running' FOR UPDATE
    ), result AS (
        INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms, model, delays)
        SELECT id, :section, :attempt, :payload::jsonb,
               now() - :duration_ms * interval '1 millisecond', :duration_ms, :model, :delays::jsonb
          FROM owned
        ON CONFLICT (job_id, section) DO NOTHING
        RETURNING job_id
    ), job AS (
        UPDATE jobs
           SET version = version + 1, event_seq = event_seq + 1, updated_at = now(), stalled_since = NULL,
               progress_data = apply_progress(progress_data, :change::jsonb, clock_timestamp())
          FROM result WHERE jobs.id = result.job_id
        RETURNING jobs.id, jobs.event_seq, jobs.progress_data
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, agent, progress_percent, message)
        SELECT id, event_seq, 'section_committed', :agent, (progress_data ->> 'progress_percent')::integer, :section
          FROM job
    )
    SELECT jsonb_build_object('owned', EXISTS (SELECT FROM owned), 'stored', EXISTS (SELECT FROM result))
    """,
    idempotent=True,
)

OWNS_JOB = Statement(
    "SELECT 'owned' FROM jobs WHERE id = :job_id::uuid AND attempt = :attempt AND status = 'running'", idempotent=True
)


class Jobs:
    """The jobs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def commit_section(
        self,
        claim: Claim,
        section: Section,
        payload: BaseModel,
        *,
        duration_ms: int,
        change: ProgressChange,
        agent: str,
        model: str | None = None,
        delays: Delays | None = None,
    ) -> Commit:
        """Store a section once, with its progress, if this attempt still owns the job.

        Raises LeaseLost if it doesn't (do not retry). Idempotent: safe to repeat after a lost response.
        """
        document = self._database.document(
            COMMIT_SECTION,
            job_id=claim.job_id,
            attempt=claim.attempt,
            section=section,
            payload=payload.model_dump_json(),
            duration_ms=duration_ms,
            change=change.model_dump_json(exclude_defaults=True),
            agent=agent,
            model=model,
            delays=(delays or Delays()).model_dump_json(exclude_defaults=True),
        )
        commit = Commit.model_validate_json(document or '{"owned": false, "stored": false}')
        if not commit.owned:
            raise LeaseLost(f"attempt {claim.attempt} no longer owns the job")
        logger.info("Committed a section", section=section, stored=commit.stored, duration_ms=duration_ms)
        return commit

    def owns(self, claim: Claim) -> bool:
        """Return whether the attempt may still write. Raises DatabaseError."""
        return self._database.document(OWNS_JOB, job_id=claim.job_id, attempt=claim.attempt) is not None
