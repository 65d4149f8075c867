"""What an operator may know of all users' jobs: states, times and counts, nothing of persons or portfolios."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from functions.shared.database import Database, Statement


class Agent(BaseModel):
    """A line of the job's progress; none with progress tracking off."""

    name: str
    status: str
    progress_percent: int
    message: str


class Event(BaseModel):
    seq: int
    at: datetime
    kind: str
    agent: str | None
    message: str


class JobOverview(BaseModel):
    id: UUID
    job_type: str
    status: str
    stage: str | None
    progress_percent: int | None
    attempt: int
    created_at: datetime
    age_s: float
    running_s: float | None
    sections: dict[str, int]
    """Milliseconds by committed section."""
    error_message: str | None
    lease_left_s: float | None
    agents: list[Agent]
    events: list[Event]


_JOBS = TypeAdapter(list[JobOverview])

_NEWEST = Statement(
    """
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'id', job.id, 'job_type', job.job_type, 'status', job.status,
               'stage', job.progress_data ->> 'stage', 'progress_percent', job.progress_data -> 'progress_percent',
               'attempt', job.attempt, 'created_at', job.created_at,
               'age_s', extract(epoch FROM now() - job.created_at),
               'running_s', extract(epoch FROM coalesce(job.completed_at, now()) - job.started_at),
               'sections', (SELECT coalesce(jsonb_object_agg(section, duration_ms), '{}')
                              FROM job_results WHERE job_id = job.id),
               'error_message', job.error_message,
               'lease_left_s', extract(epoch FROM job.lease_expires_at - now()),
               'agents', coalesce(job.progress_data -> 'agents', '[]'),
               'events', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                     'seq', seq, 'at', at, 'kind', kind, 'agent', agent, 'message', message)
                                 ORDER BY seq), '[]')
                            FROM job_events WHERE job_id = job.id)
           ) ORDER BY job.created_at DESC), '[]')
      FROM (SELECT * FROM jobs WHERE :status = '' OR status = :status ORDER BY created_at DESC LIMIT :limit) AS job
    """,
    idempotent=True,
)


_UNFINISHED = Statement(
    "SELECT id::text FROM jobs WHERE status IN ('pending', 'running') ORDER BY created_at", idempotent=True
)


def unfinished_jobs(database: Database) -> list[UUID]:
    """Those that wait or run, the oldest first. Raises DatabaseError."""
    return [UUID(job_id) for (job_id,) in database.rows(_UNFINISHED)]


def newest_jobs(database: Database, limit: int, status: str = "") -> list[JobOverview]:
    """The newest jobs first, of one status if one is given. Raises DatabaseError."""
    return _JOBS.validate_json(database.document(_NEWEST, limit=limit, status=status) or "[]")
