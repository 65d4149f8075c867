"""Lists all users' jobs for operators: states, times and counts, no personal data, no portfolios."""

# ruff: noqa: S608 - only constants are interpolated

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from functions.shared.database import Database, Statement
from functions.shared.durations.delays import Delays


class Agent(BaseModel):
    """One agent in the job's progress. An untracked job has none."""

    name: str
    status: str
    progress_percent: int
    message: str
    slow_reason: str | None = None


class Event(BaseModel):
    seq: int
    at: datetime
    kind: str
    agent: str | None
    message: str


class Run(BaseModel):
    duration_ms: int
    delays: Delays


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
    sections: dict[str, Run]
    """By committed section."""
    error_message: str | None
    lease_left_s: float | None
    agents: list[Agent]
    events: list[Event] = []


JOBS = TypeAdapter(list[JobOverview])

#: Jobs per page, each at most 6 KB as JSON without its events; the Data API returns at most 1 MiB.
_PAGE = 150
#: Latest events shown per job: 600 KB at most.
_MOST_EVENTS = 500

_OVERVIEW = """
    jsonb_build_object(
        'id', job.id, 'job_type', job.job_type, 'status', job.status,
        'stage', job.progress_data ->> 'stage', 'progress_percent', job.progress_data -> 'progress_percent',
        'attempt', job.attempt, 'created_at', job.created_at,
        'age_s', extract(epoch FROM now() - job.created_at),
        'running_s', extract(epoch FROM coalesce(job.completed_at, now()) - job.started_at),
        'sections', (SELECT coalesce(jsonb_object_agg(section, jsonb_build_object(
                                'duration_ms', duration_ms, 'delays', delays)), '{}')
                       FROM job_results WHERE job_id = job.id),
        'error_message', job.error_message,
        'lease_left_s', extract(epoch FROM job.lease_expires_at - now()),
        'agents', coalesce(progress_view(job.progress_data, job.status, now()) -> 'agents', '[]'))"""

# Pages are offsets into the list, so a job submitted between two pages makes another appear twice.
_NEWEST = Statement(
    f"""
    SELECT text_rows(coalesce(jsonb_agg({_OVERVIEW} ORDER BY job.created_at DESC, job.id DESC), '[]')::text),
           CASE WHEN count(*) = {_PAGE} AND :after::integer + {_PAGE} < :limit
                THEN (:after::integer + {_PAGE})::text END
      FROM (SELECT * FROM jobs WHERE :status = '' OR status = :status
             ORDER BY created_at DESC, id DESC
             LIMIT least({_PAGE}, :limit - :after::integer) OFFSET :after::integer) AS job
    """,
    idempotent=True,
)

_LATEST = Statement(
    f"""
    SELECT text_rows(({_OVERVIEW} || jsonb_build_object('events', (
               SELECT coalesce(jsonb_agg(jsonb_build_object(
                          'seq', seq, 'at', at, 'kind', kind, 'agent', agent, 'message', message) ORDER BY seq), '[]')
                 FROM (SELECT * FROM job_events WHERE job_id = job.id ORDER BY seq DESC LIMIT {_MOST_EVENTS}) AS event
               )))::text)
      FROM (SELECT * FROM jobs ORDER BY created_at DESC, id DESC LIMIT 1) AS job
    """,
    idempotent=True,
)


def newest_jobs(database: Database, limit: int, status: str = "") -> list[JobOverview]:
    """Return the latest jobs, newest first, without their events, optionally of one status. Raises DatabaseError."""
    pages = database.pages(_NEWEST, after="0", limit=limit, status=status)
    return [job for page in pages for job in JOBS.validate_json(page)]


def latest_job(database: Database) -> JobOverview | None:
    """Return the latest job with its 500 latest events, or None if there are no jobs. Raises DatabaseError."""
    document = database.document(_LATEST)
    return JobOverview.model_validate_json(document) if document else None
