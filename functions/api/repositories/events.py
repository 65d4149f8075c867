"""What happened to a job: its history, what of it is news to a client that watches, and how it is forgotten."""

# ruff: noqa: S608 - what is put together are constants of this folder; what clients send are parameters

import json
from typing import NamedTuple
from uuid import UUID

from functions.api.repositories.job_document import COLUMNS, JOB
from functions.shared.database import Database, Row, Statement

#: An event is at most 1.5 KB as JSON, and the Data API answers at most 1 MiB.
MOST_EVENTS = 500

#: Below every number of an event, also that of a job which never had one.
NOTHING = -1

_CUT = "now() - make_interval(days => :kept_days::integer)"

#: Of a row of `jobs`: its events may be shown. What is expired is not, whether it is deleted already or not.
_SHOWN = f"(jobs.completed_at IS NULL OR jobs.completed_at > {_CUT})"

# Events are deleted by the statement that submits the same user's next job, so that nothing has to scan for them. The
# cost is bounded: an index has the user's ended jobs by their end, `events_forgotten_until` says where in it to go on,
# and twenty jobs a submission are more than it adds. All of a job's events go, or none; a retry of the job, which adds
# to them, touches its owner's row as this statement does, and so one of the two sees what the other one did.
#: CTEs for a statement with `owner(FORGOTTEN_UNTIL)` between them.
EXPIRED = f"""
    expired AS (
        SELECT id, completed_at FROM jobs
         WHERE user_id = :user_id AND completed_at <= {_CUT}
           AND completed_at > (SELECT events_forgotten_until FROM users WHERE id = :user_id)
         ORDER BY completed_at FETCH FIRST 20 ROWS WITH TIES
    )"""
FORGOTTEN_UNTIL = (
    "events_forgotten_until = greatest(users.events_forgotten_until, (SELECT max(completed_at) FROM expired))"
)
FORGET_EXPIRED = """
    forgotten AS (
        DELETE FROM job_events USING expired, owner WHERE job_events.job_id = expired.id
    )"""

READ_EVENTS = Statement(
    f"""
    SELECT page.events, page.last_seq, page.last_seq < jobs.event_seq, jobs.completed_at IS NULL
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

# How a job ended is told by its status, not by the kind of its last event: so the end is told where the events are
# forgotten too, and a failure after which the job was tried again is no end. A number that the job has not reached is
# that of a deleted job of the same id (same idempotency key): then everything is news.
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
    def __init__(self, database: Database, kept_days: int) -> None:
        self._database = database
        self._kept_days = kept_days

    def page(self, user_id: str, job_id: UUID, after: int, limit: int = MOST_EVENTS) -> Page | None:
        """At most `limit` events with a number above `after`; None when the user has no such job."""
        rows = self._rows(READ_EVENTS, user_id, job_id, after=after, limit=limit)
        if not rows:
            return None
        events, last_seq, has_more, is_active = rows[0]
        return Page(events, (last_seq or after) if has_more or is_active else None, not has_more)

    def news(self, user_id: str, job_id: UUID, seen: int | None) -> News | None:
        """What a client does not know that has seen the event number `seen`; None when the user has no such job."""
        rows = self._rows(READ_NEWS, user_id, job_id, seen=NOTHING if seen is None else seen)
        if not rows:
            return None
        job, events, last_seq, ended_as = rows[0]
        return News(job, [(seq, kind) for seq, kind in json.loads(events)], last_seq, ended_as)

    def _rows(self, statement: Statement, user_id: str, job_id: UUID, **parameters: int) -> list[Row]:
        return self._database.rows(
            statement, {"user_id": user_id, "job_id": job_id, "kept_days": self._kept_days, **parameters}
        )
