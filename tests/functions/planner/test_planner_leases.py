"""Claim, renewal and release, each one statement over a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from functions.planner.jobs import ClaimedJob, JobCancelled, JobEnded, JobHeld, JobUnknown, PlannerJobs
from functions.shared.database import Database
from functions.shared.jobs import LeaseLost
from functions.shared.tasks import JobMessage
from tests.functions.planner.committing import commit
from tests.rows import Rows


def test_pending_job_is_claimed_once(jobs: PlannerJobs, a_waiting_job: JobMessage) -> None:
    first = jobs.claim(a_waiting_job, worker="first")

    with pytest.raises(JobHeld) as held:
        jobs.claim(a_waiting_job, worker="second")

    assert (first.attempt, first.committed) == (1, frozenset())
    assert 55 < held.value.seconds <= 60


def test_worker_that_claims_again_gets_same_attempt(jobs: PlannerJobs, rows: Rows, a_waiting_job: JobMessage) -> None:
    first = jobs.claim(a_waiting_job, worker="same")
    again = jobs.claim(a_waiting_job, worker="same")

    assert again.attempt == first.attempt
    assert rows.of_job(first.job_id)["failures"] == 0


def test_one_of_twenty_concurrent_planners_gets_the_job(jobs: PlannerJobs, a_waiting_job: JobMessage) -> None:
    def claim(number: int) -> int | None:
        try:
            return jobs.claim(a_waiting_job, worker=f"planner {number}").attempt
        except JobHeld:
            return None

    with ThreadPoolExecutor(20) as planners:
        attempts = list(planners.map(claim, range(20)))

    assert [attempt for attempt in attempts if attempt] == [1]


def test_expired_lease_is_reclaimed_with_committed_sections(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    commit(database, a_running_job, "charts")
    rows.the_lease_runs_out(a_running_job.job_id)

    second = jobs.claim(a_waiting_job, worker="second")

    assert (second.attempt, set(second.committed)) == (2, {"charts"})
    assert rows.of_job(second.job_id)["failures"] == 1


def test_third_dead_planner_ends_round(
    jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    for worker in ("second", "third"):
        rows.the_lease_runs_out(a_running_job.job_id)
        jobs.claim(a_waiting_job, worker=worker)
    rows.the_lease_runs_out(a_running_job.job_id)

    for _ in range(2):  # the second call repeats one whose response was lost
        with pytest.raises(JobEnded):
            jobs.claim(a_waiting_job, worker="fourth")

    job = rows.of_job(a_running_job.job_id)
    assert (job["status"], job["attempt"], job["failures"]) == ("failed", 3, 3)
    assert "stopped unexpectedly 3 times" in job["error_message"]
    assert [kind for _, kind in rows.events(a_running_job.job_id)] == ["claimed", "claimed", "claimed", "failed"]


def test_released_job_can_be_claimed_any_number_of_times(
    jobs: PlannerJobs, rows: Rows, a_waiting_job: JobMessage
) -> None:
    for number in range(1, 7):
        job = jobs.claim(a_waiting_job, worker=f"planner {number}")
        assert job.attempt == number
        assert jobs.release(job, "The database was not available.") is True

    assert rows.of_job(a_waiting_job.job_id)["failures"] == 0


def test_repeated_release_changes_nothing(jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob) -> None:
    assert jobs.release(a_running_job, "The database was not available.") is True
    released = rows.of_job(a_running_job.job_id)

    assert jobs.release(a_running_job, "The database was not available.") is True

    assert rows.of_job(a_running_job.job_id) == released


def test_renewal_in_flight_during_release_takes_no_lease(
    jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    jobs.release(a_running_job, "The database was not available.")

    jobs.renew(a_running_job)

    assert jobs.claim(a_waiting_job, worker="second").attempt == 2


def test_stalled_since_is_first_transient_error_until_a_commit(
    database: Database, jobs: PlannerJobs, rows: Rows, a_waiting_job: JobMessage
) -> None:
    stalled = []
    for number in range(2):
        jobs.release(jobs.claim(a_waiting_job, worker=str(number)), "The database was not available.")
        stalled.append(rows.of_job(a_waiting_job.job_id)["stalled_since"])
    assert stalled[0] == stalled[1] is not None

    commit(database, jobs.claim(a_waiting_job, worker="third"), "charts")

    assert rows.of_job(a_waiting_job.job_id)["stalled_since"] is None


def test_unknown_job_is_not_claimed(jobs: PlannerJobs) -> None:
    with pytest.raises(JobUnknown):
        jobs.claim(JobMessage(job_id=uuid4()), worker="any")


def test_message_claims_only_its_own_round(jobs: PlannerJobs, rows: Rows, a_waiting_job: JobMessage) -> None:
    rows.in_round(a_waiting_job.job_id, 1)

    with pytest.raises(JobEnded):
        jobs.claim(a_waiting_job, worker="any")
    with pytest.raises(JobUnknown):
        jobs.claim(a_waiting_job.model_copy(update={"round": 2}), worker="any")

    assert jobs.claim(a_waiting_job.model_copy(update={"round": 1}), worker="any").attempt == 1


def test_renewal_extends_lease_by_database_clock(jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob) -> None:
    rows.the_lease_runs_out(a_running_job.job_id)

    jobs.renew(a_running_job)

    ((left_s,),) = rows.run(
        "SELECT extract(epoch FROM lease_expires_at - now())::float8 FROM jobs WHERE id = :id::uuid",
        id=a_running_job.job_id,
    )
    assert 55 < left_s <= 60


def test_renewal_detects_cancellation(jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob) -> None:
    rows.run(
        "UPDATE jobs SET status = 'cancelled', completed_at = now(), lease_expires_at = NULL, version = version + 1"
        " WHERE id = :id::uuid",
        id=a_running_job.job_id,
    )

    with pytest.raises(JobCancelled):
        jobs.renew(a_running_job)


def test_renewal_of_earlier_attempt_leaves_next_lease_alone(
    jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    rows.the_lease_runs_out(a_running_job.job_id)
    jobs.claim(JobMessage(job_id=a_running_job.job_id), "the next planner")
    before = rows.of_job(a_running_job.job_id)

    with pytest.raises(LeaseLost):
        jobs.renew(a_running_job)

    assert rows.of_job(a_running_job.job_id) == before


@pytest.mark.parametrize("is_tracked", [True, False])
def test_claim_records_whether_attempt_is_tracked(
    jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, *, is_tracked: bool
) -> None:
    """Without tracking, the progress of the previous attempt is discarded, because nothing updates it anymore."""
    rows.run(
        'UPDATE jobs SET version = version + 1, progress_data = \'{"stage": "running", "progress_percent": 40,'
        ' "attempt": 1, "agents": []}\' WHERE id = :id::uuid',
        id=a_running_job.job_id,
    )
    rows.the_lease_runs_out(a_running_job.job_id)

    jobs.claim(JobMessage(job_id=a_running_job.job_id), "the next planner", is_tracked=is_tracked)

    job = rows.of_job(a_running_job.job_id)
    assert job["is_tracked"] is is_tracked
    assert (job["progress_data"] is not None) is is_tracked


def test_renewal_of_deleted_job_is_a_lost_lease(jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob) -> None:
    rows.run("DELETE FROM jobs WHERE id = :id::uuid", id=a_running_job.job_id)

    with pytest.raises(LeaseLost):
        jobs.renew(a_running_job)
