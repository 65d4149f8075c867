"""Sections, completion and failure of a claimed job, each one statement over a real PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import BaseModel

from functions.charter.declaration import Charts
from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database, StatementFailed
from functions.shared.jobs import Jobs, LeaseLost
from functions.shared.plans import sections
from functions.shared.progress.model import ProgressChange, completed
from functions.shared.section_names import SNAPSHOT, Section
from functions.shared.sections import ModelUsage, Narration, Summary
from functions.shared.tasks import JobMessage
from tests.functions.planner.committing import commit, commit_everything
from tests.rows import Rows
from tests.sections import PAYLOADS, SUMMARY


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
    jobs.fail(a_running_job, ["Writing the report took too long."])
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
        lambda jobs, claim: jobs.fail(claim, ["Writing the report took too long."]),
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


def test_section_sent_twice_is_stored_and_counted_once(
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
    jobs.fail(a_running_job, ["Writing the report took too long."])
    jobs.fail(a_running_job, ["Writing the report took too long."])
    failed = rows.of_job(a_running_job.job_id)

    with pytest.raises(LeaseLost):
        jobs.complete(a_running_job, SUMMARY)
    with pytest.raises(LeaseLost):
        jobs.renew(a_running_job)
    with pytest.raises(StatementFailed, match="cannot change"):
        rows.run("UPDATE jobs SET error_message = 'x', version = version + 1 WHERE id = :id::uuid", id=failed["id"])

    assert failed["error_message"].startswith("Writing the report took too long. Finished parts are kept")
    assert rows.of_job(a_running_job.job_id) == failed
    assert [kind for _, kind in rows.events(a_running_job.job_id)] == ["claimed", "failed"]


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
