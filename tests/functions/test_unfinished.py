"""The unfinished jobs, whose messages operators send again, read a page at a time."""

from functions.shared.database import Database
from scripts.unfinished import given_up, unfinished
from tests.functions.largest import pending_jobs
from tests.rows import Rows

MORE_THAN_TWO_PAGES = 450


def test_each_unfinished_job_is_listed_once(owner: Database, rows: Rows) -> None:
    user_id = rows.user()
    pending_jobs(rows, user_id, MORE_THAN_TWO_PAGES)
    pending = [job_id for (job_id,) in rows.run("SELECT id FROM jobs WHERE user_id = :user_id", user_id=user_id)]

    listed = [str(job.id) for job in unfinished(owner) if job.user_id == user_id]

    assert listed == sorted(pending)
    assert len(listed) == MORE_THAN_TWO_PAGES


def test_running_job_is_unfinished_once_its_lease_has_expired(owner: Database, rows: Rows) -> None:
    user_id = rows.user()
    job_id = rows.job(user_id)
    rows.start(job_id)
    held = [job.id for job in unfinished(owner) if job.user_id == user_id]
    rows.the_lease_runs_out(job_id)

    assert held == []
    assert [job.id for job in unfinished(owner) if job.user_id == user_id] == [job_id]


def test_unfinished_job_is_not_listed_as_given_up(owner: Database, rows: Rows) -> None:
    user_id = rows.user()
    rows.job(user_id)

    assert [job for job in given_up(owner) if job.user_id == user_id] == []
