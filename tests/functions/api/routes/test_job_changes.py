"""Naming, canceling, retrying and deleting a job."""

from collections.abc import Callable
from typing import Any

import pytest

from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api, Queue, Sent
from tests.functions.api.job_states import ACTIVE, ENDED, STATES, JobThatIs, Sql

Events = Callable[[str], list[tuple[int, str]]]


@pytest.fixture
def events(sql: Sql) -> Events:
    return lambda job_id: [
        (seq, kind) for seq, kind in sql("SELECT seq, kind FROM job_events WHERE job_id = %s ORDER BY seq", job_id)
    ]


class TestCancel:
    @pytest.mark.parametrize("status", ACTIVE)
    def test_active_job_is_cancelled_at_once(
        self, api: Api, job_that_is: JobThatIs, events: Events, sql: Sql, status: str
    ) -> None:
        job_id = job_that_is(api, status)

        response = api.post(f"/api/jobs/{job_id}/cancel")

        assert (response.status, response.json()["status"]) == (200, "cancelled")
        assert events(job_id)[-1] == (2, "cancelled")
        assert sql("SELECT worker, lease_expires_at FROM jobs WHERE id = %s", job_id) == [(None, None)]

    def test_cancellation_freezes_progress(self, api: Api, job_that_is: JobThatIs) -> None:
        job_id = job_that_is(api, "running")
        percent = api.get(f"/api/jobs/{job_id}").json()["progress_data"]["progress_percent"]

        progress = api.post(f"/api/jobs/{job_id}/cancel").json()["progress_data"]

        assert progress["stage"] == "cancelled"
        assert percent <= progress["progress_percent"] <= percent + 1
        assert (progress["estimated_completion"], progress["current_agent"]) == (None, None)
        assert progress["agents"][1]["status"] == "skipped"

    def test_cancellation_fences_worker(self, api: Api, job_that_is: JobThatIs, sql: Sql) -> None:
        job_id = job_that_is(api, "running")

        api.post(f"/api/jobs/{job_id}/cancel")

        fence = "SELECT id FROM jobs WHERE id = %s AND attempt = 1 AND status = 'running'"
        assert sql(fence, job_id) == []

    def test_repeated_cancellation_changes_nothing(self, api: Api, job_that_is: JobThatIs, events: Events) -> None:
        job_id = job_that_is(api, "running")

        first, second = (api.post(f"/api/jobs/{job_id}/cancel") for _ in range(2))

        assert (first.status, first.text) == (second.status, second.text)
        assert len(events(job_id)) == 2

    @pytest.mark.parametrize("status", ["completed", "failed"])
    def test_completed_or_failed_job_cannot_be_cancelled(self, api: Api, job_that_is: JobThatIs, status: str) -> None:
        job_id = job_that_is(api, status)
        before = api.get(f"/api/jobs/{job_id}").text

        assert api.post(f"/api/jobs/{job_id}/cancel").status == 409
        assert api.get(f"/api/jobs/{job_id}").text == before

    def test_lost_response_is_retried(
        self, api: Api, job_that_is: JobThatIs, faults: FaultControl, events: Events
    ) -> None:
        job_id = job_that_is(api, "running")
        faults.inject("answer_lost", match="FOR UPDATE")

        assert api.post(f"/api/jobs/{job_id}/cancel").status == 200
        assert events(job_id) == [(1, "queued"), (2, "cancelled")]


class TestRetry:
    @pytest.mark.parametrize("status", ["failed", "cancelled"])
    def test_retry_begins_next_round(
        self, api: Api, job_that_is: JobThatIs, sql: Sql, events: Events, status: str
    ) -> None:
        job_id = job_that_is(api, status)
        before = len(events(job_id))

        response = api.post(f"/api/jobs/{job_id}/retry")

        assert (response.status, response.json()["job_id"]) == (202, job_id)
        assert (response.headers["Location"], response.headers["Retry-After"]) == (f"/api/jobs/{job_id}", "2")
        job = api.get(f"/api/jobs/{job_id}").json()
        assert (job["status"], job["error_message"], job["completed_at"]) == ("pending", None, None)
        assert events(job_id)[before:] == [(before + 1, "retried")]
        assert sql(
            "SELECT round, failures, stalled_since, started_at, queued_at = updated_at FROM jobs WHERE id = %s", job_id
        ) == [(1, 0, None, None, True)]

    def test_finished_sections_are_kept(self, api: Api, job_that_is: JobThatIs) -> None:
        job_id = job_that_is(api, "failed")

        api.post(f"/api/jobs/{job_id}/retry")

        job = api.get(f"/api/jobs/{job_id}").json()
        assert job["report_payload"]["content"] == "# Report"
        assert job["progress_data"]["stage"] == "retrying"

    def test_message_of_next_round_is_sent_before_job_waits(
        self, api: Api, job_that_is: JobThatIs, sqs: Queue, sql: Sql
    ) -> None:
        job_id = job_that_is(api, "failed")
        sqs.sent.clear()
        seen: list[Any] = []
        sqs.on_send = lambda message: seen.extend(sql("SELECT status, round FROM jobs WHERE id = %s", job_id))

        api.post(f"/api/jobs/{job_id}/retry")

        assert seen == [("failed", 0)]
        assert [message.body for message in sqs.sent] == [{"job_id": job_id, "round": 1}]

    def test_retry_overtaken_by_another_is_a_conflict(
        self, api: Api, job_that_is: JobThatIs, sqs: Queue, sql: Sql
    ) -> None:
        job_id = job_that_is(api, "failed")

        def next_round_begins_and_ends(message: Sent) -> None:
            waits = "status = 'pending', round = 1, completed_at = NULL, error_message = NULL"
            for change in (waits, "status = 'cancelled', completed_at = now()"):
                sql(f"UPDATE jobs SET {change}, version = version + 1 WHERE id = %s", job_id)

        sqs.on_send = next_round_begins_and_ends

        assert api.post(f"/api/jobs/{job_id}/retry").status == 409
        assert api.get(f"/api/jobs/{job_id}").json()["status"] == "cancelled"

    @pytest.mark.parametrize("status", ["pending", "running", "completed"])
    def test_job_in_any_other_state_cannot_be_retried(
        self, api: Api, job_that_is: JobThatIs, sqs: Queue, status: str
    ) -> None:
        job_id = job_that_is(api, status)
        before = api.get(f"/api/jobs/{job_id}").json()
        sqs.sent.clear()

        assert api.post(f"/api/jobs/{job_id}/retry").status == 409
        after = api.get(f"/api/jobs/{job_id}").json()
        assert (after["version"], after["status"]) == (before["version"], status)
        assert sqs.sent == []

    def test_retry_is_subject_to_limit_of_active_jobs(self, api: Api, job_that_is: JobThatIs) -> None:
        job_id = job_that_is(api, "failed")
        for _ in range(3):
            api.post("/api/analyze")

        assert api.post(f"/api/jobs/{job_id}/retry").status == 429
        assert api.get(f"/api/jobs/{job_id}").json()["status"] == "failed"

    def test_retry_changes_nothing_while_sqs_is_away(self, api: Api, job_that_is: JobThatIs, sqs: Queue) -> None:
        job_id = job_that_is(api, "failed")
        sqs.is_away = True

        assert api.post(f"/api/jobs/{job_id}/retry").status == 503
        assert api.get(f"/api/jobs/{job_id}").json()["status"] == "failed"

    def test_upper_case_id_is_located_in_lower_case(self, api: Api, job_that_is: JobThatIs) -> None:
        job_id = job_that_is(api, "failed")

        assert api.post(f"/api/jobs/{job_id.upper()}/retry").headers["Location"] == f"/api/jobs/{job_id}"


class TestName:
    @pytest.mark.parametrize("status", STATES)
    def test_job_is_named_in_any_state(self, api: Api, job_that_is: JobThatIs, status: str) -> None:
        path = f"/api/jobs/{job_that_is(api, status)}"
        before = api.get(path)

        response = api("PATCH", path, {"name": " After the raise "})

        assert (response.status, response.json()["name"]) == (200, "After the raise")
        after = api.get(path, headers={"if-none-match": before.headers["ETag"]})
        assert (after.status, after.json()["name"]) == (200, "After the raise")
        changed = {"name", "version", "updated_at", "progress_data", "queue"}
        assert [(key, value) for key, value in after.json().items() if key not in changed] == [
            (key, value) for key, value in before.json().items() if key not in changed
        ]

    def test_null_removes_name(self, api: Api, job_that_is: JobThatIs) -> None:
        path = f"/api/jobs/{job_that_is(api, 'completed')}"
        api("PATCH", path, {"name": "Mine"})

        assert api("PATCH", path, {"name": None}).json()["name"] is None

    @pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": " "}, {"name": "x" * 101}, {"name": 5},
                                      {"name": "a\u202eb"}, {"name": "Mine", "status": "completed"}])  # fmt: skip
    def test_invalid_name_is_refused(self, api: Api, job_that_is: JobThatIs, body: dict[str, Any]) -> None:
        path = f"/api/jobs/{job_that_is(api, 'pending')}"

        assert api("PATCH", path, body).status == 422
        assert api.get(path).json()["name"] is None

    def test_job_of_another_user_is_not_found(self, api: Api, stranger: Api, job_that_is: JobThatIs) -> None:
        path = f"/api/jobs/{job_that_is(api, 'completed')}"

        assert stranger("PATCH", path, {"name": "Mine"}).status == 404
        assert api.get(path).json()["name"] is None


class TestDelete:
    @pytest.mark.parametrize("status", ENDED)
    def test_ended_job_is_removed_with_everything_it_owns(
        self, api: Api, job_that_is: JobThatIs, sql: Sql, status: str
    ) -> None:
        job_id = job_that_is(api, status)

        assert (api.delete(f"/api/jobs/{job_id}").status, api.get(f"/api/jobs/{job_id}").status) == (204, 404)
        assert sql("SELECT seq FROM job_events WHERE job_id = %s", job_id) == []
        assert sql("SELECT section FROM job_results WHERE job_id = %s", job_id) == []
        assert api.delete(f"/api/jobs/{job_id}").status == 404

    @pytest.mark.parametrize("status", ACTIVE)
    def test_active_job_must_be_cancelled_before_deletion(self, api: Api, job_that_is: JobThatIs, status: str) -> None:
        job_id = job_that_is(api, status)

        assert api.delete(f"/api/jobs/{job_id}").status == 409
        assert api.get(f"/api/jobs/{job_id}").json()["status"] == status
