"""Reading a job."""

from typing import Any

import pytest

from functions.shared.plans import AGENTS
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api
from tests.functions.api.job_states import ACTIVE, COMMIT_EVERYTHING, ENDED, RESULTS, STATES, JobThatIs, Sql


class TestRead:
    @pytest.mark.parametrize("status", STATES)
    def test_job_has_type_status_end_and_error(self, api: Api, job_that_is: JobThatIs, status: str) -> None:
        job = api.get(f"/api/jobs/{job_that_is(api, status)}").json()

        assert (job["status"], job["job_type"]) == (status, "portfolio")
        assert bool(job["completed_at"]) == (status in ENDED)
        assert bool(job["error_message"]) == (status == "failed")

    def test_results_of_running_job_are_null(self, api: Api, job_that_is: JobThatIs) -> None:
        job = api.get(f"/api/jobs/{job_that_is(api, 'running')}").json()

        assert [job[name] for name in RESULTS] == [None] * len(RESULTS)

    def test_finished_sections_of_failed_job_can_be_read(self, api: Api, job_that_is: JobThatIs) -> None:
        job = api.get(f"/api/jobs/{job_that_is(api, 'failed')}").json()

        assert job["report_payload"]["content"] == "# Report"
        assert [name for name in RESULTS if job[name] is not None] == ["report_payload"]

    def test_completed_job_has_everything_except_snapshot(self, api: Api, job_that_is: JobThatIs) -> None:
        response = api.get(f"/api/jobs/{job_that_is(api, 'completed')}")

        job = response.json()
        assert all(job[name] for name in RESULTS)
        assert job["progress_data"]["progress_percent"] == 100
        assert job["charts_payload"]["classes"]["data"][0]["color"] == "#00AAFF"
        assert job["retirement_payload"]["fan"][0]["p50"] == 3
        assert "for the agents only" not in response.text

    def test_progress_is_shown_while_job_runs(self, api: Api, job_that_is: JobThatIs) -> None:
        progress = api.get(f"/api/jobs/{job_that_is(api, 'running')}").json()["progress_data"]

        assert (progress["stage"], progress["current_agent"]) == ("running", "reporter")
        assert 0 < progress["progress_percent"] < 100
        assert [agent["name"] for agent in progress["agents"]] == [
            "setup", *(agent.name for agent in AGENTS), "finalizing",
        ]  # fmt: skip
        assert {"anchor", "together", "levels"}.isdisjoint(progress), "facts of the evaluation are not shown"

    @pytest.mark.parametrize("status", ENDED)
    def test_final_status_overrides_stored_stage(self, api: Api, job_that_is: JobThatIs, sql: Sql, status: str) -> None:
        job_id = job_that_is(api, "running")
        if status == "completed":
            sql(COMMIT_EVERYTHING, job_id)
        sql(
            """UPDATE jobs SET status = %s, completed_at = now(), lease_expires_at = NULL, version = version + 1,
                      error_message = CASE %s WHEN 'failed' THEN 'x' END WHERE id = %s""",
            status,
            status,
            job_id,
        )

        (listed,) = api.get("/api/jobs").json()["jobs"]
        assert listed["progress_data"]["stage"] == status

    @pytest.mark.parametrize(("status", "expected"), [(s, s in ACTIVE) for s in STATES])
    def test_only_active_job_has_retry_after(
        self, api: Api, job_that_is: JobThatIs, status: str, *, expected: bool
    ) -> None:
        path = f"/api/jobs/{job_that_is(api, status)}"

        whole = api.get(path)
        unchanged = api.get(path, headers={"if-none-match": whole.headers["ETag"]})

        for response in (whole, unchanged):
            assert response.headers.get("Retry-After") == ("2" if expected else None)
            assert response.headers["Cache-Control"] == "private, no-cache"

    def test_poll_is_one_statement_and_writes_nothing(
        self, api: Api, job_that_is: JobThatIs, sql: Sql, faults: FaultControl
    ) -> None:
        path = f"/api/jobs/{job_that_is(api, 'running')}"
        before = sql("SELECT xmin::text, jobs::text FROM jobs WHERE user_id = %s", api.user)
        faults.reset_statements()

        for number in range(20):
            etag = api.get(path).headers["ETag"] if number % 2 else 'W/"1-1"'
            api.get(path, headers={"if-none-match": etag})

        assert len(faults.statements()) == 30
        assert all(statement["sql"].lstrip().startswith("SELECT") for statement in faults.statements())
        assert sql("SELECT xmin::text, jobs::text FROM jobs WHERE user_id = %s", api.user) == before


class TestETag:
    def test_known_version_is_not_sent_again(self, api: Api, job_that_is: JobThatIs) -> None:
        path = f"/api/jobs/{job_that_is(api, 'completed')}"
        etag = api.get(path).headers["ETag"]

        response = api.get(path, headers={"if-none-match": etag})

        assert (response.status, response.text, response.headers["ETag"]) == (304, "", etag)

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"1-1", {}', '{},"1-1"', 'W/"x" , W/{}'])
    def test_etag_may_be_one_of_several_and_weak(self, api: Api, job_that_is: JobThatIs, form: str) -> None:
        path = f"/api/jobs/{job_that_is(api, 'pending')}"
        etag = api.get(path).headers["ETag"]

        assert api.get(path, headers={"if-none-match": form.format(etag)}).status == 304

    @pytest.mark.parametrize("other", ['"1-1"', "nonsense", "", '""', "%s", "' OR true --"])
    def test_other_version_is_sent_in_full(self, api: Api, job_that_is: JobThatIs, other: str) -> None:
        path = f"/api/jobs/{job_that_is(api, 'pending')}"

        assert api.get(path, headers={"if-none-match": other}).status == 200

    def test_any_change_of_job_changes_etag(self, api: Api, job_that_is: JobThatIs, sql: Sql) -> None:
        job_id = job_that_is(api, "running")
        etag = api.get(f"/api/jobs/{job_id}").headers["ETag"]

        sql("UPDATE jobs SET version = version + 1 WHERE id = %s", job_id)

        assert api.get(f"/api/jobs/{job_id}", headers={"if-none-match": etag}).status == 200


def test_times_are_in_utc(api: Api, job_that_is: JobThatIs) -> None:
    job: dict[str, Any] = api.get(f"/api/jobs/{job_that_is(api, 'completed')}").json()

    for name in ("created_at", "started_at", "completed_at", "updated_at"):
        assert job[name].endswith("Z")
