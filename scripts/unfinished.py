"""Finds jobs that need a message: those that have not ended, and those that the dead-letter consumer failed."""

# ruff: noqa: S608 - only constants are interpolated

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

from functions.api.repositories.submission import NEXT_ROUND
from functions.shared.database import Database, Statement
from functions.shared.queues import send
from functions.shared.tasks import JobMessage

_PAGE = 200


class Waiting(BaseModel):
    """A job and the round of its message."""

    id: UUID
    round: int
    user_id: str


_WAITING = TypeAdapter(list[Waiting])


def _page(condition: str, job_round: str) -> Statement:
    return Statement(
        f"""
        SELECT text_rows(coalesce(jsonb_agg(
                   jsonb_build_object('id', id, 'round', {job_round}, 'user_id', user_id) ORDER BY id), '[]')::text)
          FROM (SELECT id, round, user_id FROM jobs
                 WHERE ({condition}) AND id > :after::uuid ORDER BY id LIMIT {_PAGE}) AS job
        """,
        idempotent=True,
    )


#: A live planner renews its lease. This finds every other job that has not ended.
_UNFINISHED = _page("status = 'pending' OR status = 'running' AND lease_expires_at < now()", "round")
_GIVEN_UP = _page(
    "status = 'failed' AND 'dead_letters' = (SELECT agent FROM job_events WHERE job_id = id AND seq = event_seq)",
    "round + 1",
)
_REOPEN = Statement(
    f"""
    WITH job AS (
        UPDATE jobs SET {NEXT_ROUND}
         WHERE id = :job_id::uuid AND status = 'failed' AND round = :round - 1
        RETURNING id, event_seq
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, message)
        SELECT id, event_seq, 'retried', 'The operator requested another attempt' FROM job
    )
    SELECT id FROM job
    """,
    idempotent=False,
)


def unfinished(database: Database) -> Iterator[Waiting]:
    """Return the pending jobs, and running ones whose lease has expired. Raises DatabaseError."""
    return _jobs(database, _UNFINISHED)


def given_up(database: Database) -> Iterator[Waiting]:
    """Return the jobs that the dead-letter consumer failed, with the round in which to reopen them. Raises
    DatabaseError.
    """
    return _jobs(database, _GIVEN_UP)


def resend(database: Database, client: Any, queue_url: str) -> int:
    """Send a message for each unfinished job; duplicates are harmless. Returns their number.

    Raises DatabaseError and botocore's errors (retry is safe).
    """
    count = 0
    for job in unfinished(database):
        send(client, queue_url, JobMessage(job_id=job.id, round=job.round), job.user_id)
        count += 1
    return count


def reopen(database: Database, client: Any, queue_url: str, job: Waiting) -> bool:
    """Start the job's next round, sending the message first as the API does. Returns False if the owner has already
    done so.

    Raises DatabaseError and botocore's errors (retry is safe).
    """
    send(client, queue_url, JobMessage(job_id=job.id, round=job.round), job.user_id)
    return bool(database.rows(_REOPEN, {"job_id": job.id, "round": job.round}))


def _jobs(database: Database, statement: Statement) -> Iterator[Waiting]:
    after = UUID(int=0)
    while page := _WAITING.validate_json(database.document(statement, after=after) or "[]"):
        yield from page
        after = page[-1].id
