"""Rows that tests create and read directly, without the product's statements."""

import json
from typing import Any
from uuid import UUID, uuid4

from functions.shared.agent_declaration import JobType
from functions.shared.database import Database, Statement, Value
from functions.shared.plans import sections
from tests.waiting import until


class Rows:
    """A database's rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def run(self, sql: str, **parameters: Value) -> list[list[Any]]:
        """Return the rows of a statement."""
        return self._database.rows(Statement(sql, idempotent=False), parameters)

    def user(self) -> str:
        """Create a user and return its id."""
        user_id = f"user-{uuid4()}"
        self.run("INSERT INTO users (id) VALUES (:id)", id=user_id)
        return user_id

    def job(self, user_id: str, job_type: str = JobType.PORTFOLIO, job_id: UUID | None = None) -> UUID:
        """Create a job that waits for a planner, and return its id."""
        job_id = job_id or uuid4()
        wanted = sections(JobType(job_type)) if job_type in set(JobType) else ["unknown"]
        self.run(
            "INSERT INTO jobs (id, user_id, job_type, sections)"
            " VALUES (:id::uuid, :user_id, :job_type, :sections::text[])",
            id=job_id,
            user_id=user_id,
            job_type=job_type,
            sections="{" + ",".join(wanted) + "}",
        )
        return job_id

    def start(self, job_id: UUID) -> None:
        """Start the first attempt, with a lease of a minute."""
        self.run(
            "UPDATE jobs SET status = 'running', attempt = 1, worker = 'first', started_at = now(),"
            " lease_expires_at = now() + interval '1 minute', version = version + 1 WHERE id = :id::uuid",
            id=job_id,
        )

    def in_round(self, job_id: UUID, number: int) -> None:
        """Move the waiting job to a later round, as after that many retries."""
        for _ in range(number):
            self.run(
                "UPDATE jobs SET status = 'cancelled', completed_at = now(), version = version + 1"
                " WHERE id = :id::uuid",
                id=job_id,
            )
            self.run(
                "UPDATE jobs SET status = 'pending', completed_at = NULL, round = round + 1, version = version + 1"
                " WHERE id = :id::uuid",
                id=job_id,
            )

    def the_lease_runs_out(self, job_id: UUID) -> None:
        """Expire the lease, as if the planner had been silent for a while."""
        self.run(
            "UPDATE jobs SET lease_expires_at = now() - interval '1 second', version = version + 1"
            " WHERE id = :id::uuid",
            id=job_id,
        )

    def of_job(self, job_id: UUID | str) -> dict[str, Any]:
        """Return the job's row, with JSON columns as Python values."""
        ((document,),) = self.run("SELECT to_jsonb(jobs) FROM jobs WHERE id = :id::uuid", id=job_id)
        row: dict[str, Any] = json.loads(document)
        return row

    def progress(self, job_id: UUID | str) -> Any:
        """Return the job's progress_data, None if there is none."""
        return self.of_job(job_id)["progress_data"]

    def wait_for_progress(self, job_id: UUID | str) -> None:
        """Wait until the job has progress_data, which is written in the background: a fast job may end without any."""
        until(lambda: self.progress(job_id) is not None)

    def sections(self, job_id: UUID | str) -> dict[str, int]:
        """Return the attempt that committed each section."""
        return dict(self.run("SELECT section, attempt FROM job_results WHERE job_id = :id::uuid", id=job_id))

    def events(self, job_id: UUID | str) -> list[tuple[int, str]]:
        """Return the number and kind of each event, in order."""
        rows = self.run("SELECT seq, kind FROM job_events WHERE job_id = :id::uuid ORDER BY seq", id=job_id)
        return [(seq, kind) for seq, kind in rows]
