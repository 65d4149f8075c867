"""A user's jobs: list, read, rename, cancel, delete."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from functions.api.errors import JobActive, JobNotCancellable, found
from functions.api.repositories.job_document import COLUMNS, JOB, STORED
from functions.shared.database import Database, Statement, Value
from functions.shared.sample_jobs import ANALYZES_SAMPLE
from functions.shared.section_names import SERVED

#: The start of the list: before the newest job.
NEWEST = ("infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff")

#: The name of a user who hasn't set one: the column's default.
_UNNAMED = "Investor"

# The version only increases; the percent and the position in the queue change between versions; the creation time
# distinguishes a job from a deleted one with the same id (same idempotency key). The tag is weak because it leaves out
# the estimated times, which change constantly.
_ETAG = """concat_ws('-', job.version, (extract(epoch FROM job.created_at) * 1000000)::bigint,
                             job.progress ->> 'progress_percent', job.queue ->> 'ahead')"""


def _with_results(more: str = "") -> str:
    """Return the SQL that reads a job with its results, and with `more` arguments of jsonb_build_object.

    If the client has this version, no document is built and the first field is NULL. OFFSET 0 keeps PostgreSQL from
    evaluating the progress again for the tag and for every row.
    """
    return f"""
    SELECT document_row, {_ETAG}, job.status IN ('pending', 'running')
      FROM (SELECT {COLUMNS}, request_payload
              FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id OFFSET 0) AS job
      LEFT JOIN LATERAL text_rows((
           SELECT ({JOB} || jsonb_build_object('request_payload', job.request_payload{more})
                         || jsonb_object_agg(served.section || '_payload', payload))::text
             FROM unnest('{{{",".join(SERVED)}}}'::text[]) AS served (section)
             LEFT JOIN job_results ON job_results.job_id = job.id AND job_results.section = served.section
            WHERE {_ETAG} <> ALL (string_to_array(:known, ',')))) AS document_row ON true
    """


READ_JOB = Statement(_with_results(), idempotent=True)

READ_REPORT = Statement(
    _with_results(f", 'reader', (SELECT nullif(display_name, '{_UNNAMED}') FROM users WHERE id = :user_id)"),
    idempotent=True,
)

LIST_JOBS = Statement(
    f"""
    SELECT text_rows(jsonb_build_object(
               'jobs', coalesce(jsonb_agg(document ORDER BY place DESC) FILTER (WHERE place > 0), '[]'),
               'next_cursor', max(cursor) FILTER (WHERE place = 1 AND there_is_more))::text)
      FROM (SELECT {JOB} || jsonb_build_object(
                       'is_sample', job.is_sample,
                       'total_value', summary.payload -> 'total_value',
                       'success_rate', summary.payload -> 'success_rate') AS document,
                   (extract(epoch FROM job.created_at) * 1000000)::bigint || '_' || job.id AS cursor,
                   :limit - row_number() OVER (ORDER BY job.created_at DESC, job.id DESC) + 1 AS place,
                   count(*) OVER () > :limit AS there_is_more
              FROM (SELECT {COLUMNS}, {ANALYZES_SAMPLE} AS is_sample FROM jobs
                     WHERE user_id = :user_id AND (created_at, id) < (:before::timestamptz, :before_id::uuid)
                       AND (:status::text IS NULL OR status = :status)
                     ORDER BY created_at DESC, id DESC LIMIT :limit + 1) AS job
              LEFT JOIN job_results AS summary ON summary.job_id = job.id AND summary.section = 'summary') AS entry
    """,
    idempotent=True,
)

RENAME_JOB = Statement(
    f"""
    WITH renamed AS (
        UPDATE jobs SET name = :name, updated_at = now(), version = version + 1
         WHERE id = :job_id::uuid AND user_id = :user_id AND name IS DISTINCT FROM :name
        RETURNING {STORED}
    )
    SELECT {JOB}
      FROM (SELECT {COLUMNS} FROM renamed
             UNION ALL
            SELECT {COLUMNS} FROM jobs
             WHERE id = :job_id::uuid AND user_id = :user_id AND NOT EXISTS (SELECT FROM renamed)) AS job
    """,
    idempotent=True,
)

# The lock lets a second cancellation see the result of the first. From here on, a running planner's writes are
# rejected.
CANCEL_JOB = Statement(
    f"""
    WITH locked AS (
        SELECT {STORED} FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id FOR UPDATE
    ), cancelled AS (
        UPDATE jobs
           SET status = 'cancelled', completed_at = now(), lease_expires_at = NULL,
               worker = NULL, progress_data = apply_progress(jobs.progress_data, '{{"stage": "cancelled"}}', now()),
               updated_at = now(), version = jobs.version + 1, event_seq = jobs.event_seq + 1
          FROM locked WHERE jobs.id = locked.id AND locked.status IN ('pending', 'running')
        RETURNING {STORED}
    ), event AS (
        INSERT INTO job_events (job_id, seq, kind, progress_percent, message)
        SELECT id, event_seq, 'cancelled', (progress_data ->> 'progress_percent')::integer,
               'The analysis was cancelled' FROM cancelled
    )
    SELECT {JOB}, job.status
      FROM (SELECT {COLUMNS} FROM cancelled
             UNION ALL
            SELECT {COLUMNS} FROM locked WHERE NOT EXISTS (SELECT FROM cancelled)) AS job
    """,
    idempotent=True,
)

# Not idempotent: a repeated statement finds no row.
DELETE_JOB = Statement(
    """
    WITH locked AS (
        SELECT id, status FROM jobs WHERE id = :job_id::uuid AND user_id = :user_id FOR UPDATE
    ), deleted AS (
        DELETE FROM jobs USING locked WHERE jobs.id = locked.id AND locked.status NOT IN ('pending', 'running')
    )
    SELECT status FROM locked
    """,
    idempotent=False,
)


class PolledJob(NamedTuple):
    """`document` is None if the client already has this version."""

    document: str | None
    etag: str
    is_active: bool


class Jobs:
    """`planners` is the number of jobs that run concurrently."""

    def __init__(self, database: Database, planners: int) -> None:
        self._database = database
        self._planners = planners

    def read(self, user_id: str, job_id: UUID, known_etags: Iterable[str]) -> PolledJob:
        """Return a job with its results. `known_etags` are the client's versions. Raises ObjectNotFound."""
        record = self._database.record(READ_JOB, **self._of(user_id, job_id, known=",".join(known_etags)))
        return PolledJob(*found(record))

    def read_report(self, user_id: str, job_id: UUID) -> PolledJob:
        """Return a job with its results, and as its `reader` the name that the user has set. Raises ObjectNotFound."""
        return PolledJob(*found(self._database.record(READ_REPORT, **self._of(user_id, job_id, known=""))))

    def page(self, user_id: str, status: str | None, limit: int, cursor: str | None) -> str:
        """Return `{"jobs": [...], "next_cursor"}`, newest first; `cursor` is the previous page's `next_cursor`."""
        before, before_id = _place(cursor) if cursor else NEWEST
        document = self._database.document(
            LIST_JOBS,
            user_id=user_id,
            planners=self._planners,
            status=status,
            limit=limit,
            before=before,
            before_id=before_id,
        )
        return document or '{"jobs": [], "next_cursor": null}'

    def rename(self, user_id: str, job_id: UUID, name: str | None) -> str:
        """Name a job, or remove its name with None, and return it. Raises ObjectNotFound."""
        return str(found(self._database.document(RENAME_JOB, **self._of(user_id, job_id, name=name))))

    def cancel(self, user_id: str, job_id: UUID) -> str:
        """Cancel a pending or running job and return it; also if it was cancelled before.

        Raises ObjectNotFound, or JobNotCancellable if the job has completed or failed.
        """
        document, status = found(self._database.record(CANCEL_JOB, **self._of(user_id, job_id)))
        if status != "cancelled":
            raise JobNotCancellable(status)
        return str(document)

    def delete(self, user_id: str, job_id: UUID) -> None:
        """Delete a job that has ended. Raises ObjectNotFound, or JobActive if it is pending or running."""
        status = found(self._database.document(DELETE_JOB, user_id=user_id, job_id=job_id))
        if status in {"pending", "running"}:
            raise JobActive(status)

    def _of(self, user_id: str, job_id: UUID, **parameters: Value) -> dict[str, Value]:
        return {"user_id": user_id, "job_id": job_id, "planners": self._planners, **parameters}


def _place(cursor: str) -> tuple[str, str]:
    """Parse a cursor. Raises ValueError if it is malformed."""
    created_us, _, job_id = cursor.partition("_")
    created = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(created_us))
    return created.isoformat(), str(UUID(job_id))
