"""Claim, fence, renewal and completion, each one statement over a real PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel

from functions.planner.jobs import ClaimedJob, JobCancelled, PlannerJobs
from functions.shared.database import Database, StatementFailed
from functions.shared.jobs import Jobs, LeaseLost
from functions.shared.plans import PLANS, JobType
from functions.shared.progress.model import ProgressChange, completed
from functions.shared.sections import Charts, ModelUsage, Narration, Section, Summary
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
    for section in [Section.SNAPSHOT, *(agent.section for agent in PLANS[JobType.PORTFOLIO])]:
        commit(database, claim, section)


def test_a_waiting_job_is_claimed_once(jobs: PlannerJobs, a_waiting_job: JobMessage) -> None:
    first = jobs.claim(a_waiting_job, worker="first")
    second = jobs.claim(a_waiting_job, worker="second")

    assert first is not None
    assert first.attempt == 1
    assert first.committed == frozenset()
    assert second is None


def test_a_claim_whose_answer_was_lost_names_the_same_attempt_again(
    jobs: PlannerJobs, a_waiting_job: JobMessage
) -> None:
    first = jobs.claim(a_waiting_job, worker="same")
    again = jobs.claim(a_waiting_job, worker="same")

    assert first is not None
    assert again == first


def test_of_twenty_planners_at_once_one_gets_the_job(jobs: PlannerJobs, a_waiting_job: JobMessage) -> None:
    with ThreadPoolExecutor(20) as planners:
        claims = list(planners.map(lambda n: jobs.claim(a_waiting_job, worker=f"planner {n}"), range(20)))

    assert [claim.attempt for claim in claims if claim] == [1]


def test_a_job_whose_lease_ran_out_goes_to_a_second_attempt_with_what_was_committed(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    commit(database, a_running_job, Section.CHARTS)
    rows.the_lease_runs_out(a_running_job.job_id)

    second = jobs.claim(a_waiting_job, worker="second")

    assert second is not None
    assert second.attempt == 2
    assert second.committed == {Section.CHARTS}


def test_no_attempt_follows_the_last_one_allowed(
    jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    for worker in ("second", "third"):
        rows.the_lease_runs_out(a_running_job.job_id)
        assert jobs.claim(a_waiting_job, worker=worker) is not None
    rows.the_lease_runs_out(a_running_job.job_id)

    assert jobs.claim(a_waiting_job, worker="fourth") is None


def test_a_job_past_its_deadline_is_not_begun(jobs: PlannerJobs, rows: Rows) -> None:
    late = rows.job(rows.user(), deadline_s=-1)

    assert jobs.claim(JobMessage(job_id=late), worker="any") is None


def test_a_job_that_is_gone_is_not_claimed(jobs: PlannerJobs) -> None:
    assert jobs.claim(JobMessage(job_id=uuid4()), worker="any") is None


def test_an_agent_that_outlived_its_attempt_changes_nothing(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    rows.the_lease_runs_out(a_running_job.job_id)
    newer = jobs.claim(a_waiting_job, worker="second")
    assert newer is not None
    before = rows.of_job(newer.job_id)

    with pytest.raises(LeaseLost):
        commit(database, a_running_job, Section.REPORT)

    assert rows.sections(newer.job_id) == {}
    assert rows.of_job(newer.job_id) == before


def test_an_agent_of_a_job_that_has_ended_is_told_so(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    jobs.fail(a_running_job, "The reporter took too long.")
    before = rows.of_job(a_running_job.job_id)

    with pytest.raises(LeaseLost):
        commit(database, a_running_job, Section.CHARTS)

    assert rows.sections(a_running_job.job_id) == {}
    assert rows.of_job(a_running_job.job_id) == before


@pytest.mark.parametrize(
    "act",
    [
        lambda jobs, claim: jobs.renew(claim),
        lambda jobs, claim: jobs.complete(claim, SUMMARY),
        lambda jobs, claim: jobs.fail(claim, "The reporter took too long."),
    ],
    ids=["renew", "complete", "fail"],
)
def test_a_planner_that_outlived_its_attempt_changes_nothing(
    database: Database,
    jobs: PlannerJobs,
    rows: Rows,
    a_running_job: ClaimedJob,
    a_waiting_job: JobMessage,
    act: Callable[[PlannerJobs, ClaimedJob], object],
) -> None:
    commit_everything(database, a_running_job)  # nothing else stands in the way of a completion
    rows.the_lease_runs_out(a_running_job.job_id)
    newer = jobs.claim(a_waiting_job, worker="second")
    assert newer is not None
    before = rows.of_job(newer.job_id)

    with pytest.raises(LeaseLost):
        act(jobs, a_running_job)

    assert rows.of_job(newer.job_id) == before


def test_a_planner_that_outlived_its_attempt_gives_no_lease_back(
    jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
) -> None:
    rows.the_lease_runs_out(a_running_job.job_id)
    newer = jobs.claim(a_waiting_job, worker="second")
    assert newer is not None
    before = rows.of_job(newer.job_id)

    jobs.release(a_running_job)

    assert rows.of_job(newer.job_id) == before


def test_a_section_sent_twice_is_stored_once_and_moves_no_counter(
    database: Database, rows: Rows, a_running_job: ClaimedJob
) -> None:
    assert commit(database, a_running_job, Section.REPORT) is True
    before = rows.of_job(a_running_job.job_id)

    assert commit(database, a_running_job, Section.REPORT) is False

    assert rows.of_job(a_running_job.job_id) == before
    assert rows.events(a_running_job.job_id) == [(1, "claimed"), (2, "section_committed")]


def test_sections_committed_at_once_have_gapless_numbers(
    database: Database, rows: Rows, a_running_job: ClaimedJob
) -> None:
    wanted = [Section.SNAPSHOT, Section.REPORT, Section.CHARTS, Section.RETIREMENT]
    with ThreadPoolExecutor(16) as agents:
        stored = list(agents.map(lambda section: commit(database, a_running_job, section), wanted * 4))

    assert stored.count(True) == 4
    assert [seq for seq, _ in rows.events(a_running_job.job_id)] == [1, 2, 3, 4, 5]


def test_a_job_with_every_section_completes_and_says_so_again_when_asked_twice(
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
    assert Section.SUMMARY in rows.sections(a_running_job.job_id)


def worded(section: Section, **narration: Any) -> BaseModel:
    """A section whose text a model worded."""
    given = {"source": "model", "model": "a-model", "passages": {}, "calls": 1, **narration}
    return PAYLOADS[section].model_copy(update={"narration": Narration.model_validate(given)})


def test_the_summary_says_what_the_model_was_asked_for_in_all(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    report = worded(Section.REPORT, input_tokens=1000, output_tokens=500, estimated_cost_usd=0.002)
    outlook = worded(
        Section.RETIREMENT, calls=2, throttled=3, input_tokens=10, output_tokens=5, estimated_cost_usd=0.001
    )
    for section, payload in {**PAYLOADS, Section.REPORT: report, Section.RETIREMENT: outlook}.items():
        if section is not Section.SUMMARY:
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


def test_without_a_model_the_summary_speaks_of_none(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    commit_everything(database, a_running_job)

    jobs.complete(a_running_job, SUMMARY)

    ((document,),) = rows.run(
        "SELECT payload FROM job_results WHERE job_id = :id::uuid AND section = 'summary'", id=a_running_job.job_id
    )
    assert "model_usage" not in document


def test_a_job_without_a_section_does_not_complete(
    database: Database, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    commit(database, a_running_job, Section.SNAPSHOT)
    commit(database, a_running_job, Section.REPORT)

    missing = jobs.complete(a_running_job, SUMMARY)

    assert set(missing) == {Section.CHARTS, Section.RETIREMENT}
    assert rows.of_job(a_running_job.job_id)["status"] == "running"
    assert Section.SUMMARY not in rows.sections(a_running_job.job_id)


def test_a_failed_job_stays_failed(jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob) -> None:
    jobs.fail(a_running_job, "The reporter took too long.")
    jobs.fail(a_running_job, "The reporter took too long.")
    failed = rows.of_job(a_running_job.job_id)

    with pytest.raises(LeaseLost):
        jobs.complete(a_running_job, SUMMARY)
    with pytest.raises(LeaseLost):
        jobs.renew(a_running_job)
    with pytest.raises(StatementFailed, match="can not change"):
        rows.run("UPDATE jobs SET error_message = 'x', version = version + 1 WHERE id = :id::uuid", id=failed["id"])

    assert failed["error_message"] == "The reporter took too long."
    assert rows.of_job(a_running_job.job_id) == failed
    assert [kind for _, kind in rows.events(a_running_job.job_id)] == ["claimed", "failed"]


def test_a_renewal_prolongs_the_lease_by_the_databases_clock(
    jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    rows.the_lease_runs_out(a_running_job.job_id)

    jobs.renew(a_running_job)

    ((left_s,),) = rows.run(
        "SELECT extract(epoch FROM lease_expires_at - now())::float8 FROM jobs WHERE id = :id::uuid",
        id=a_running_job.job_id,
    )
    assert 55 < left_s <= 60


def test_a_renewal_learns_of_a_cancellation(jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob) -> None:
    rows.run(
        "UPDATE jobs SET status = 'cancelled', completed_at = now(), lease_expires_at = NULL, version = version + 1"
        " WHERE id = :id::uuid",
        id=a_running_job.job_id,
    )

    with pytest.raises(JobCancelled):
        jobs.renew(a_running_job)


def test_a_renewal_after_the_job_was_deleted_is_a_lost_lease(
    jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob
) -> None:
    rows.run("DELETE FROM jobs WHERE id = :id::uuid", id=a_running_job.job_id)

    with pytest.raises(LeaseLost):
        jobs.renew(a_running_job)


def test_a_finished_agent_is_told_in_the_progress_by_the_statement_that_commits_its_section(
    database: Database, rows: Rows, a_running_job: ClaimedJob
) -> None:
    rows.run(
        "UPDATE jobs SET version = version + 1, progress_data = :progress::jsonb || jsonb_build_object('started_at',"
        " iso8601(now())) WHERE id = :id::uuid",
        id=a_running_job.job_id,
        progress='{"stage": "running", "progress_percent": 3, "agents": ['
        '{"name": "charter", "status": "running", "progress_percent": 5, "expected_seconds": 22}]}',
    )

    Jobs(database).commit_section(
        a_running_job,
        Section.CHARTS,
        Charts({}),
        duration_ms=5,
        change=completed("charter", "Done"),
        agent="charter",
    )

    (charter,) = rows.progress(a_running_job.job_id)["agents"]
    assert (charter["status"], charter["progress_percent"], charter["message"]) == ("completed", 100, "Done")
