"""Claim, fence, renewal and completion, each one statement over a real PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel

from functions.charter.declaration import Charts
from functions.planner.jobs import ClaimedJob, JobCancelled, JobEnded, JobHeld, JobUnknown, PlannerJobs
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database, StatementFailed
from functions.shared.jobs import Jobs, LeaseLost
from functions.shared.plans import PLANS, sections
from functions.shared.progress.model import ProgressChange, completed
from functions.shared.sections import SNAPSHOT, ModelUsage, Narration, Section, Summary
from functions.shared.tasks import Claim, JobMessage
from tests.rows import Rows
from tests.sections import PAYLOADS, SUMMARY


def commit(database: Database, claim: Claim, section: Section) -> bool:
    return (
        Jobs(database)
        .commit_section(claim, section, PAYLOADS[section], duration_ms=5, change=ProgressChange(), agent="agent")
        .stored
    )


def commit_everything(database: Database, claim: Claim) -> None:
    for section in [SNAPSHOT, *(agent.section for agent in PLANS[JobType.PORTFOLIO])]:
        commit(database, claim, section)


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


def test_agent_of_replaced_attempt_changes_nothing(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    rows.the_lease_runs_out(a_running_job.job_id)
    newer = jobs.claim(a_waiting_job, worker="second")
    before = rows.of_job(newer.job_id)

    with pytest.raises(LeaseLost):
        commit(database, a_running_job, "report")

    assert rows.sections(newer.job_id) == {}
    assert rows.of_job(newer.job_id) == before


def test_agent_of_ended_job_loses_lease(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    jobs.fail(a_running_job, ["The reporter took too long."])
    before = rows.of_job(a_running_job.job_id)

    with pytest.raises(LeaseLost):
        commit(database, a_running_job, "charts")

    assert rows.sections(a_running_job.job_id) == {}
    assert rows.of_job(a_running_job.job_id) == before


@pytest.mark.parametrize(
    "act",
    [
        lambda jobs, claim: jobs.renew(claim),
        lambda jobs, claim: jobs.complete(claim, SUMMARY),
        lambda jobs, claim: jobs.fail(claim, ["The reporter took too long."]),
        lambda jobs, claim: jobs.release(claim, "The database was not available."),
    ],
    ids=["renew", "complete", "fail", "release"],
)
def test_planner_of_replaced_attempt_changes_nothing(
    database: Database,
    jobs: PlannerJobs,
    rows: Rows,
    a_running_job: ClaimedJob,
    a_waiting_job: JobMessage,
    act: Callable[[PlannerJobs, ClaimedJob], object],
) -> None:
    commit_everything(database, a_running_job)  # nothing else prevents completion
    rows.the_lease_runs_out(a_running_job.job_id)
    newer = jobs.claim(a_waiting_job, worker="second")
    before = rows.of_job(newer.job_id)

    with pytest.raises(LeaseLost):
        act(jobs, a_running_job)

    assert rows.of_job(newer.job_id) == before


def test_section_sent_twice_is_stored_once_and_moves_no_counter(
    database: Database, rows: Rows, a_running_job: ClaimedJob
) -> None:
    assert commit(database, a_running_job, "report") is True
    before = rows.of_job(a_running_job.job_id)

    assert commit(database, a_running_job, "report") is False

    assert rows.of_job(a_running_job.job_id) == before
    assert rows.events(a_running_job.job_id) == [(1, "claimed"), (2, "section_committed")]


def test_concurrent_commits_have_gapless_numbers(database: Database, rows: Rows, a_running_job: ClaimedJob) -> None:
    wanted = [SNAPSHOT, *sections(JobType.PORTFOLIO)]
    with ThreadPoolExecutor(16) as agents:
        stored = list(agents.map(lambda section: commit(database, a_running_job, section), wanted * 4))

    assert stored.count(True) == len(wanted)
    assert [seq for seq, _ in rows.events(a_running_job.job_id)] == list(range(1, len(wanted) + 2))


def test_completion_with_every_section_is_idempotent(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    commit_everything(database, a_running_job)

    assert jobs.complete(a_running_job, SUMMARY) == ()
    first = rows.of_job(a_running_job.job_id)
    assert jobs.complete(a_running_job, SUMMARY) == ()

    assert first["status"] == "completed"
    assert first["completed_at"] is not None
    assert first["lease_expires_at"] is None
    assert rows.of_job(a_running_job.job_id) == first
    assert "summary" in rows.sections(a_running_job.job_id)


def worded(section: Section, **narration: Any) -> BaseModel:
    """A section worded by a model."""
    given = {"source": "model", "model": "a-model", "passages": {}, "calls": 1, **narration}
    return PAYLOADS[section].model_copy(update={"narration": Narration.model_validate(given)})


def test_summary_totals_model_usage(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    report = worded("report", input_tokens=1000, output_tokens=500, estimated_cost_usd=0.002)
    outlook = worded("retirement", calls=2, throttled=3, input_tokens=10, output_tokens=5, estimated_cost_usd=0.001)
    for section, payload in {**PAYLOADS, "report": report, "retirement": outlook}.items():
        if section != "summary":
            Jobs(database).commit_section(
                a_running_job, section, payload, duration_ms=5, change=ProgressChange(), agent="agent"
            )

    assert jobs.complete(a_running_job, SUMMARY) == ()

    ((document,),) = rows.run(
        "SELECT payload FROM job_results WHERE job_id = :id::uuid AND section = 'summary'", id=a_running_job.job_id
    )
    assert Summary.model_validate_json(document).model_usage == ModelUsage(
        model="a-model", calls=3, throttled=3, input_tokens=1010, output_tokens=505, estimated_cost_usd=0.003
    )


def test_summary_without_model_has_no_usage(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    commit_everything(database, a_running_job)

    jobs.complete(a_running_job, SUMMARY)

    ((document,),) = rows.run(
        "SELECT payload FROM job_results WHERE job_id = :id::uuid AND section = 'summary'", id=a_running_job.job_id
    )
    assert "model_usage" not in document


def test_job_without_a_section_does_not_complete(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    commit(database, a_running_job, SNAPSHOT)
    commit(database, a_running_job, "report")

    missing = jobs.complete(a_running_job, SUMMARY)

    assert set(missing) == {*sections(JobType.PORTFOLIO)} - {"report"}
    assert rows.of_job(a_running_job.job_id)["status"] == "running"
    assert "summary" not in rows.sections(a_running_job.job_id)


def test_failed_job_stays_failed(jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob) -> None:
    jobs.fail(a_running_job, ["The reporter took too long."])
    jobs.fail(a_running_job, ["The reporter took too long."])
    failed = rows.of_job(a_running_job.job_id)

    with pytest.raises(LeaseLost):
        jobs.complete(a_running_job, SUMMARY)
    with pytest.raises(LeaseLost):
        jobs.renew(a_running_job)
    with pytest.raises(StatementFailed, match="cannot change"):
        rows.run("UPDATE jobs SET error_message = 'x', version = version + 1 WHERE id = :id::uuid", id=failed["id"])

    assert failed["error_message"].startswith("The reporter took too long. The finished parts are still available")
    assert rows.of_job(a_running_job.job_id) == failed
    assert [kind for _, kind in rows.events(a_running_job.job_id)] == ["claimed", "failed"]


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
    """Without tracking, the progress of the attempt before is discarded, because nothing updates it anymore."""
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


def test_commit_marks_agent_as_completed_in_progress(database: Database, rows: Rows, a_running_job: ClaimedJob) -> None:
    """The same statement commits the section and changes the progress."""
    rows.run(
        "UPDATE jobs SET version = version + 1, progress_data = :progress::jsonb || jsonb_build_object('started_at',"
        " iso8601(now())) WHERE id = :id::uuid",
        id=a_running_job.job_id,
        progress='{"stage": "running", "progress_percent": 3, "agents": ['
        '{"name": "charter", "status": "running", "progress_percent": 5, "expected_seconds": 22}]}',
    )

    Jobs(database).commit_section(
        a_running_job,
        "charts",
        Charts({}),
        duration_ms=5,
        change=completed("charter", "Done"),
        agent="charter",
    )

    (charter,) = rows.progress(a_running_job.job_id)["agents"]
    assert (charter["status"], charter["progress_percent"], charter["message"]) == ("completed", 100, "Done")
