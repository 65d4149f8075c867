"""What happened to a job: its history, the news for a client that watches, and the deletion of what is old."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

import json
from typing import NamedTuple
from uuid import UUID

from functions.api.repositories.job_document import COLUMNS, JOB
from functions.shared.database import Database, Row, Statement

#: An event is at most 1.5 KB as JSON, and the Data API returns at most 1 MiB.
MOST_EVENTS = 500

#: Below every number of an event, also that of a job which never had one.
NOTHING = -1

_CUT = "now() - make_interval(days => :kept_days::integer)"

#: Of a row of `jobs`: its events may be shown. What is expired is not, whether it is deleted already or not.
_SHOWN = f"(jobs.completed_at IS NULL OR jobs.completed_at > {_CUT})"

# The statement that submits a job also deletes what is old, for whichever user, so that nothing has to scan for it: the
# events of up to 20 jobs and up to 20 whole jobs, more than it adds. A job loses all its events or none. One that is
# locked is being retried: it is left alone.
#: CTEs for a statement that has `owner`.
EXPIRED = f"""
    expired AS (
        SELECT jobs.id FROM job_events AS ending JOIN jobs ON jobs.id = ending.job_id
         WHERE ending.kind IN ('completed', 'failed', 'cancelled')
           AND ending.at <= {_CUT} AND jobs.completed_at <= {_CUT}
         ORDER BY ending.at LIMIT 20 FOR UPDATE OF jobs SKIP LOCKED
    ), expired_jobs AS (
        SELECT id FROM jobs WHERE completed_at <= now() - make_interval(days => :jobs_kept_days::integer)
         ORDER BY completed_at LIMIT 20 FOR UPDATE SKIP LOCKED
    )"""
DELETE_EXPIRED = """
    deleted_events AS (
        DELETE FROM job_events USING expired, owner WHERE job_events.job_id = expired.id
    ), deleted_jobs AS (
        DELETE FROM jobs USING expired_jobs, owner WHERE jobs.id = expired_jobs.id
    )"""

READ_EVENTS = Statement(
    f"""
    SELECT text_rows(page.events::text), page.last_seq, page.last_seq < jobs.event_seq, jobs.completed_at IS NULL
      FROM jobs
     CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg(jsonb_build_object(
                      'seq', seq, 'at', iso8601(at), 'kind', kind, 'agent', agent,
                      'progress_percent', progress_percent, 'message', message) ORDER BY seq), '[]') AS events,
                  max(seq) AS last_seq
             FROM (SELECT * FROM job_events
                    WHERE job_id = jobs.id AND seq > :after AND {_SHOWN}
                    ORDER BY seq LIMIT :limit) AS event) AS page
     WHERE jobs.id = :job_id::uuid AND jobs.user_id = :user_id
    """,
    idempotent=True,
)

# The end comes from the job's status, not from its last event: the events may be deleted already, and a job that
# failed may have been retried. If the client has seen a number that the job has not reached, that was an event of a
# deleted job of the same id (same idempotency key): then everything is news.
READ_NEWS = Statement(
    f"""
    SELECT CASE WHEN NOT job.has_ended OR job.seen < job.event_seq THEN {JOB} END, news.events, job.event_seq,
           CASE WHEN job.has_ended THEN job.status END
      FROM (SELECT {COLUMNS}, jobs.completed_at IS NOT NULL AS has_ended, {_SHOWN} AS is_shown,
                   CASE WHEN :seen <= jobs.event_seq THEN :seen ELSE {NOTHING} END AS seen
              FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id) AS job
     CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg(jsonb_build_array(seq, kind) ORDER BY seq), '[]') AS events
             FROM (SELECT seq, kind FROM job_events
                    WHERE job_id = job.id AND seq > job.seen AND job.is_shown
                    ORDER BY seq LIMIT {MOST_EVENTS}) AS event) AS news
    """,
    idempotent=True,
)


class Page(NamedTuple):
    """Events in their order, as a JSON array. `next_after`: where to go on; None when nothing is to come any more."""

    events: str
    next_after: int | None
    is_last: bool
    """There are no others yet."""


class News(NamedTuple):
    """`job` without results, None for a client that has seen how it ended."""

    job: str | None
    events: list[tuple[int, str]]
    """Number and kind of those that the client has not seen, in their order."""
    last_seq: int
    """The number of the job's newest event."""
    ended_as: str | None
    """The job's status if it has ended."""


class JobEvents:
    def __init__(self, database: Database, kept_days: int, planners: int) -> None:
        """`planners`: how many jobs run at a time."""
        self._database = database
        self._kept_days = kept_days
        self._planners = planners

    def page(self, user_id: str, job_id: UUID, after: int, limit: int = MOST_EVENTS) -> Page | None:
        """At most `limit` events with a number above `after`; None if the user has no such job."""
        record = self._record(READ_EVENTS, user_id, job_id, after=after, limit=limit)
        if record is None:
            return None
        events, last_seq, has_more, is_active = record
        return Page(events, (last_seq or after) if has_more or is_active else None, not has_more)

    def news(self, user_id: str, job_id: UUID, seen: int | None) -> News | None:
        """The news since event number `seen`, all of it if that is None; None if the user has no such job."""
        record = self._record(
            READ_NEWS, user_id, job_id, seen=NOTHING if seen is None else seen, planners=self._planners
        )
        if record is None:
            return None
        job, events, last_seq, ended_as = record
        return News(job, [(seq, kind) for seq, kind in json.loads(events)], last_seq, ended_as)

    def _record(self, statement: Statement, user_id: str, job_id: UUID, **parameters: int) -> Row | None:
        return self._database.record(statement, user_id=user_id, job_id=job_id, kept_days=self._kept_days, **parameters)
