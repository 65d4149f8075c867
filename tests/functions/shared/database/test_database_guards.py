"""The database enforces the invariants: no statement, whoever sends it, can violate them."""

import json

import pytest

from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database, StatementFailed
from functions.shared.jobs import Jobs
from functions.shared.plans import PLANS
from functions.shared.progress.model import AgentChange, ProgressChange, initial_progress
from functions.shared.progress.repository import ProgressRepository
from functions.shared.section_names import SERVED, SNAPSHOT, Section
from functions.shared.tasks import JobMessage
from tests.rows import Rows
from tests.sections import PAYLOADS, SUMMARY

INSERT = (
    "INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)"
    " VALUES (:id::uuid, :section, :attempt, :payload::jsonb, now(), 1)"
)
END = " completed_at = now(), lease_expires_at = NULL, version = version + 1 WHERE id = :id::uuid"
ENDS = {
    "failed": f"UPDATE jobs SET status = 'failed', error_message = 'It failed.', {END}",
    "cancelled": f"UPDATE jobs SET status = 'cancelled', {END}",
}


@pytest.fixture
def a_completed_job(database: Database, jobs: PlannerJobs, a_running_job: ClaimedJob) -> ClaimedJob:
    for section in (SNAPSHOT, *(agent.section for agent in PLANS[JobType.PORTFOLIO])):
        Jobs(database).commit_section(
            a_running_job, section, PAYLOADS[section], duration_ms=5, change=ProgressChange(), agent="agent"
        )
    assert jobs.complete(a_running_job, SUMMARY) == ()
    return a_running_job


def refused(rows: Rows, sql: str, because: str, **parameters: str | int) -> None:
    with pytest.raises(StatementFailed, match=because) as raised:
        rows.run(sql, **parameters)
    assert raised.value.sqlstate == "23514"


def commit(rows: Rows, job: ClaimedJob, section: str = "charts", attempt: int = 1, payload: str = "{}") -> None:
    rows.run(INSERT, id=job.job_id, section=section, attempt=attempt, payload=payload)


class TestEndedJob:
    @pytest.mark.parametrize(
        "change",
        [
            "status = 'running', lease_expires_at = now(), completed_at = NULL",
            "status = 'failed', error_message = 'no'",
            "status = 'cancelled'",
            "status = 'pending', completed_at = NULL, round = round + 1",
            "progress_data = NULL",
            "updated_at = now()",
            "event_seq = event_seq + 1",
        ],
    )
    def test_completed_job_never_changes(self, rows: Rows, a_completed_job: ClaimedJob, change: str) -> None:
        before = rows.of_job(a_completed_job.job_id)

        refused(
            rows,
            f"UPDATE jobs SET {change}, version = version + 1 WHERE id = :id::uuid",
            "cannot change",
            id=str(a_completed_job.job_id),
        )

        assert rows.of_job(a_completed_job.job_id) == before

    @pytest.mark.parametrize("status", ENDS)
    def test_failed_or_cancelled_job_waits_again_only_in_new_round(
        self, rows: Rows, a_running_job: ClaimedJob, status: str
    ) -> None:
        rows.run(ENDS[status], id=a_running_job.job_id)
        again = (
            "UPDATE jobs SET status = 'pending', completed_at = NULL, error_message = NULL, version = version + 1"
            "{} WHERE id = :id::uuid"
        )

        refused(rows, again.format(""), "cannot change", id=str(a_running_job.job_id))
        rows.run(again.format(", round = round + 1"), id=a_running_job.job_id)

        assert rows.of_job(a_running_job.job_id)["status"] == "pending"

    @pytest.mark.parametrize("status", ENDS)
    def test_failed_or_cancelled_job_accepts_no_section(
        self, rows: Rows, a_running_job: ClaimedJob, status: str
    ) -> None:
        rows.run(ENDS[status], id=a_running_job.job_id)

        with pytest.raises(StatementFailed, match="does not own"):
            commit(rows, a_running_job)

    def test_completed_job_accepts_no_further_section(self, rows: Rows, a_completed_job: ClaimedJob) -> None:
        with pytest.raises(StatementFailed, match="does not own"):
            commit(rows, a_completed_job, "another")

    def test_ended_job_accepts_no_event(self, rows: Rows, a_completed_job: ClaimedJob) -> None:
        refused(
            rows,
            "INSERT INTO job_events (job_id, seq, kind) SELECT id, event_seq + 1, 'progress' FROM jobs"
            " WHERE id = :id::uuid",
            "beyond its counter",
            id=str(a_completed_job.job_id),
        )


class TestSections:
    def test_section_of_older_attempt_is_refused(
        self, jobs: PlannerJobs, rows: Rows, a_running_job: ClaimedJob, a_waiting_job: JobMessage
    ) -> None:
        rows.the_lease_runs_out(a_running_job.job_id)
        assert jobs.claim(a_waiting_job, worker="second")

        with pytest.raises(StatementFailed, match="attempt 1 does not own"):
            commit(rows, a_running_job)
        commit(rows, a_running_job, attempt=2)

    def test_job_has_one_result_per_section(self, rows: Rows, a_running_job: ClaimedJob) -> None:
        commit(rows, a_running_job)

        with pytest.raises(StatementFailed) as raised:
            commit(rows, a_running_job)
        assert raised.value.sqlstate == "23505"

    @pytest.mark.parametrize("section", [SNAPSHOT, *SERVED])
    def test_committed_section_can_be_neither_changed_nor_deleted(
        self, rows: Rows, a_completed_job: ClaimedJob, section: str
    ) -> None:
        where = "WHERE job_id = :id::uuid AND section = :section"
        job = {"id": str(a_completed_job.job_id), "section": section}

        refused(rows, f"UPDATE job_results SET payload = '{{}}' {where}", "cannot change", **job)
        refused(rows, f"DELETE FROM job_results {where}", "go with the job", **job)

    @pytest.mark.parametrize(
        ("section", "payload"),
        [
            ("snapshot", "{}"),
            ("snapshot", "[]"),
            ("report", "{}"),
            ("report", '{"content": ""}'),
            ("report", '{"content": 5}'),
            ("charts", "[]"),
            ("charts", '{"a": {"title": "A", "type": "pie", "data": []}}'),
            ("charts", '{"a": 1}'),
            ("retirement", '{"analysis": "# Fine", "fan": [], "success_rate": 90}'),
            ("retirement", '{"analysis": "# Fine", "fan": [{}], "success_rate": "NaN"}'),
            ("summary", '{"total_value": null}'),
        ],
    )
    def test_malformed_section_is_refused(
        self, rows: Rows, a_running_job: ClaimedJob, section: str, payload: str
    ) -> None:
        with pytest.raises(StatementFailed, match="malformed"):
            commit(rows, a_running_job, section, payload=payload)

    @pytest.mark.parametrize("section", [SNAPSHOT, *SERVED])
    def test_valid_section_is_well_formed(self, rows: Rows, section: Section) -> None:
        payload = PAYLOADS[section].model_dump_json()

        assert rows.run("SELECT is_well_formed(:section, :payload::jsonb)", section=section, payload=payload) == [
            [True]
        ]

    def test_job_does_not_complete_without_a_section(self, rows: Rows, a_running_job: ClaimedJob) -> None:
        refused(
            rows, f"UPDATE jobs SET status = 'completed', {END}", "lacks the sections", id=str(a_running_job.job_id)
        )

    def test_requested_sections_cannot_change(self, rows: Rows, a_running_job: ClaimedJob) -> None:
        refused(
            rows,
            "UPDATE jobs SET sections = '{charts}', version = version + 1 WHERE id = :id::uuid",
            "sections of job .* cannot change",
            id=str(a_running_job.job_id),
        )

    def test_sections_are_deleted_with_their_job(self, rows: Rows, a_completed_job: ClaimedJob) -> None:
        rows.run("DELETE FROM users WHERE id = :id", id=a_completed_job.user_id)

        assert rows.sections(a_completed_job.job_id) == {}
        assert rows.events(a_completed_job.job_id) == []


class TestEvents:
    @pytest.mark.parametrize("step", [1, 2])
    def test_counter_moves_only_with_events(self, rows: Rows, a_running_job: ClaimedJob, step: int) -> None:
        refused(
            rows,
            f"UPDATE jobs SET event_seq = event_seq + {step}, version = version + 1 WHERE id = :id::uuid",
            "events that are not there",
            id=str(a_running_job.job_id),
        )

    @pytest.mark.parametrize(
        "change",
        ["version = version - 1", *(f"{it} = {it} - 1, version = version + 1" for it in ("attempt", "event_seq"))],
    )
    def test_counters_never_decrease(self, rows: Rows, a_running_job: ClaimedJob, change: str) -> None:
        refused(rows, f"UPDATE jobs SET {change} WHERE id = :id::uuid", "only grow", id=str(a_running_job.job_id))

    def test_attempts_are_not_skipped(self, rows: Rows, a_running_job: ClaimedJob) -> None:
        sql = "UPDATE jobs SET attempt = attempt + 2, version = version + 1 WHERE id = :id::uuid"

        refused(rows, sql, "grow", id=str(a_running_job.job_id))

    def test_event_cannot_change(self, rows: Rows, a_running_job: ClaimedJob) -> None:
        sql = "UPDATE job_events SET message = 'else' WHERE job_id = :id::uuid"

        refused(rows, sql, "cannot change", id=str(a_running_job.job_id))


class TestProgress:
    @pytest.fixture
    def job(self, database: Database, a_running_job: ClaimedJob) -> ClaimedJob:
        """A job whose progress is at 40%."""
        initial = initial_progress(PLANS[JobType.PORTFOLIO], 1, frozenset())
        progress = ProgressRepository(database)
        progress.write(a_running_job, ProgressChange(agents={"setup": AgentChange()}), initial.model_dump_json())
        self.write(Rows(database), a_running_job, '{"progress_percent": 40, "anchor": null}')
        return a_running_job

    @staticmethod
    def write(rows: Rows, job: ClaimedJob, change: str) -> None:
        rows.run(
            "UPDATE jobs SET progress_data = progress_data || :change::jsonb, version = version + 1"
            " WHERE id = :id::uuid",
            change=change,
            id=job.job_id,
        )

    @pytest.mark.parametrize(
        "change",
        ['{"progress_percent": 39}', '{"progress_percent": 0, "message": "Working"}', '{"progress_percent": null}'],
    )
    def test_percent_never_decreases_within_attempt(self, rows: Rows, job: ClaimedJob, change: str) -> None:
        self.write(rows, job, change)

        assert rows.progress(job.job_id)["progress_percent"] == 40

    def test_polled_percent_never_decreases_either(self, rows: Rows, job: ClaimedJob) -> None:
        anchor = {"percent": 5, "at": "2026-01-01T00:00:00Z", "since": "2026-01-01T00:00:00Z", "behind": 0, "most": 6}

        self.write(rows, job, json.dumps({"progress_percent": 40, "anchor": anchor}))

        ((view,),) = rows.run(
            "SELECT (progress_view(progress_data, status, now()) ->> 'progress_percent')::integer FROM jobs"
            " WHERE id = :id::uuid",
            id=job.job_id,
        )
        assert view == 40

    def test_progress_cannot_be_removed(self, rows: Rows, job: ClaimedJob) -> None:
        rows.run("UPDATE jobs SET progress_data = NULL, version = version + 1 WHERE id = :id::uuid", id=job.job_id)

        assert rows.progress(job.job_id)["progress_percent"] == 40

    def test_percent_is_below_100_before_the_end(self, rows: Rows, job: ClaimedJob) -> None:
        with pytest.raises(StatementFailed, match="jobs_progress_vocabulary"):
            self.write(rows, job, '{"progress_percent": 100}')

    def test_new_attempt_starts_at_zero(self, rows: Rows, job: ClaimedJob) -> None:
        self.write(rows, job, '{"progress_percent": 0, "attempt": 2}')

        assert rows.progress(job.job_id)["progress_percent"] == 0
