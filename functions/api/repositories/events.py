"""A job's events: its history, and news for clients that follow it."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

import json
from typing import Any, NamedTuple
from uuid import UUID

from functions.api.errors import found
from functions.api.repositories.job_document import COLUMNS, JOB
from functions.api.repositories.retention import EVENTS_ARE_KEPT
from functions.shared.database import Database, Row, Statement

#: An event is at most 1.5 KB as JSON, and the Data API returns at most 1 MiB.
MAX_EVENTS = 500

#: Less than every event number, including that of a job without events.
NOTHING = -1

_EVENT = """jsonb_build_object('seq', seq, 'at', iso8601(at), 'kind', kind, 'agent', agent,
                      'progress_percent', progress_percent, 'message', message)"""

READ_EVENTS = Statement(
    f"""
    SELECT text_rows(page.events::text), page.last_seq, page.last_seq < jobs.event_seq, jobs.completed_at IS NULL
      FROM jobs
     CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg({_EVENT} ORDER BY seq), '[]') AS events,
                  max(seq) AS last_seq
             FROM (SELECT seq, at, kind, agent, progress_percent, message FROM job_events
                    WHERE job_id = jobs.id AND seq > :after AND {EVENTS_ARE_KEPT}
                    ORDER BY seq LIMIT :limit) AS event) AS page
     WHERE jobs.id = :job_id::uuid AND jobs.user_id = :user_id
    """,
    idempotent=True,
)

# The end is read from the job's status, not from its last event: the events may be deleted, and a failed job may have
# been retried. If the client has seen a number above the job's, it saw a deleted job with the same id (same idempotency
# key), and every event is new.
READ_NEWS = Statement(
    f"""
    SELECT text_rows(news.events::text), CASE WHEN NOT job.has_ended OR job.seen < job.event_seq THEN {JOB} END,
           job.event_seq, CASE WHEN job.has_ended THEN job.status END
      FROM (SELECT {COLUMNS}, jobs.completed_at IS NOT NULL AS has_ended, {EVENTS_ARE_KEPT} AS is_shown,
                   CASE WHEN :seen <= jobs.event_seq THEN :seen ELSE {NOTHING} END AS seen
              FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id) AS job
     CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg({_EVENT} ORDER BY seq), '[]') AS events
             FROM (SELECT seq, at, kind, agent, progress_percent, message FROM job_events
                    WHERE job_id = job.id AND seq > job.seen AND job.is_shown
                    ORDER BY seq LIMIT {MAX_EVENTS}) AS event) AS news
    """,
    idempotent=True,
)


class Page(NamedTuple):
    """Events in order, as a JSON array. `next_after` is the next page's `after`; None if no more events can follow."""

    events: str
    next_after: int | None
    is_last: bool
    """Whether there are no further events yet."""


class News(NamedTuple):
    """`job` has no results; it is None for a client that has seen the job's end."""

    job: str | None
    events: list[dict[str, Any]]
    """The events that the client hasn't seen, in order."""
    last_seq: int
    """The number of the job's latest event."""
    ended_as: str | None
    """The job's status if it has ended."""


class JobEvents:
    def __init__(self, database: Database, kept_days: int, planners: int) -> None:
        """`planners` is the number of jobs that run concurrently."""
        self._database = database
        self._kept_days = kept_days
        self._planners = planners

    def page(self, user_id: str, job_id: UUID, after: int, limit: int = MAX_EVENTS) -> Page:
        """Return at most `limit` events numbered above `after`. Raises ObjectNotFound."""
        events, last_seq, has_more, is_active = self._record(READ_EVENTS, user_id, job_id, after=after, limit=limit)
        return Page(events, (last_seq or after) if has_more or is_active else None, not has_more)

    def news(self, user_id: str, job_id: UUID, seen: int | None) -> News:
        """Return the news after event number `seen` (None: everything). Raises ObjectNotFound."""
        events, job, last_seq, ended_as = self._record(
            READ_NEWS, user_id, job_id, seen=NOTHING if seen is None else seen, planners=self._planners
        )
        return News(job, json.loads(events), last_seq, ended_as)

    def _record(self, statement: Statement, user_id: str, job_id: UUID, **parameters: int) -> Row:
        return found(
            self._database.record(statement, user_id=user_id, job_id=job_id, kept_days=self._kept_days, **parameters)
        )
