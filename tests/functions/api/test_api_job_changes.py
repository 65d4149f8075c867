"""A job as its owner cancels it, tries it again and removes it."""

from collections.abc import Callable

import pytest

from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api, Queues, Sent
from tests.functions.api.job_states import ACTIVE, ENDED, JobThatIs, Sql

Events = Callable[[str], list[tuple[int, str]]]


@pytest.fixture
def events(sql: Sql) -> Events:
    return lambda job_id: [
        (seq, kind) for seq, kind in sql("SELECT seq, kind FROM job_events WHERE job_id = %s ORDER BY seq", job_id)
    ]


class TestCancel:
    @pytest.mark.parametrize("status", ACTIVE)
    def test_an_active_job_is_cancelled_at_once(
        self, api: Api, job_that_is: JobThatIs, events: Events, sql: Sql, status: str
    ) -> None:
        job_id = job_that_is(api, status)

        answer = api.post(f"/api/jobs/{job_id}/cancel")

        assert (answer.status, answer.json()["status"]) == (200, "cancelled")
        assert events(job_id)[-1] == (2, "cancelled")
        assert sql(
            "SELECT worker, lease_expires_at, cancel_requested_at = completed_at FROM jobs WHERE id = %s", job_id
        ) == [(None, None, True)]

    def test_its_progress_stops_where_it_is(self, api: Api, job_that_is: JobThatIs) -> None:
        job_id = job_that_is(api, "running")
        percent = api.get(f"/api/jobs/{job_id}").json()["progress_data"]["progress_percent"]

        progress = api.post(f"/api/jobs/{job_id}/cancel").json()["progress_data"]

        assert progress["stage"] == "cancelled"
        assert percent <= progress["progress_percent"] <= percent + 1
        assert (progress["estimated_completion"], progress["current_agent"]) == (None, None)
        assert progress["agents"][1]["status"] == "skipped"

    def test_the_worker_is_fenced(self, api: Api, job_that_is: JobThatIs, sql: Sql) -> None:
        job_id = job_that_is(api, "running")

        api.post(f"/api/jobs/{job_id}/cancel")

        fence = "SELECT id FROM jobs WHERE id = %s AND attempt = 1 AND status = 'running'"
        assert sql(fence, job_id) == []

    def test_a_repeated_cancellation_changes_nothing(self, api: Api, job_that_is: JobThatIs, events: Events) -> None:
        job_id = job_that_is(api, "running")

        first, second = (api.post(f"/api/jobs/{job_id}/cancel") for _ in range(2))

        assert (first.status, first.text) == (second.status, second.text)
        assert len(events(job_id)) == 2

    @pytest.mark.parametrize("status", ["completed", "failed"])
    def test_what_has_ended_otherwise_can_not_be_cancelled(self, api: Api, job_that_is: JobThatIs, status: str) -> None:
        job_id = job_that_is(api, status)
        before = api.get(f"/api/jobs/{job_id}").text

        assert api.post(f"/api/jobs/{job_id}/cancel").status == 409
        assert api.get(f"/api/jobs/{job_id}").text == before

    def test_a_lost_answer_is_asked_for_again(
        self, api: Api, job_that_is: JobThatIs, faults: FaultControl, events: Events
    ) -> None:
        job_id = job_that_is(api, "running")
        faults.inject("answer_lost", match="FOR UPDATE")

        assert api.post(f"/api/jobs/{job_id}/cancel").status == 200
        assert events(job_id) == [(1, "queued"), (2, "cancelled")]


class TestRetry:
    @pytest.mark.parametrize("status", ["failed", "cancelled"])
    def test_a_job_that_did_not_succeed_waits_again_with_three_more_attempts(
        self, api: Api, job_that_is: JobThatIs, sql: Sql, events: Events, status: str
    ) -> None:
        job_id = job_that_is(api, status)
        before = len(events(job_id))

        answer = api.post(f"/api/jobs/{job_id}/retry")

        assert (answer.status, answer.json()["job_id"]) == (202, job_id)
        assert (answer.headers["Location"], answer.headers["Retry-After"]) == (f"/api/jobs/{job_id}", "2")
        job = api.get(f"/api/jobs/{job_id}").json()
        assert (job["status"], job["error_message"], job["completed_at"]) == ("pending", None, None)
        assert events(job_id)[before:] == [(before + 1, "retried")]
        assert sql(
            """SELECT attempts_allowed, cancel_requested_at, deadline_at - updated_at = interval '1800 s',
                      queued_at = updated_at FROM jobs WHERE id = %s""",
            job_id,
        ) == [(6, None, True, True)]

    def test_what_is_finished_stays(self, api: Api, job_that_is: JobThatIs) -> None:
        job_id = job_that_is(api, "failed")

        api.post(f"/api/jobs/{job_id}/retry")

        job = api.get(f"/api/jobs/{job_id}").json()
        assert job["report_payload"]["content"] == "# Report"
        assert job["progress_data"]["stage"] == "retrying"

    def test_the_watchdog_is_told_while_it_has_failed_and_the_planners_when_it_waits(
        self, api: Api, job_that_is: JobThatIs, sqs: Queues, sql: Sql
    ) -> None:
        job_id = job_that_is(api, "failed")
        sqs.sent.clear()
        seen: list[tuple[str, str]] = []

        def look(message: Sent) -> None:
            ((status,),) = sql("SELECT status FROM jobs WHERE id = %s", job_id)
            seen.append((message.queue, status))

        sqs.on_send = look
        api.post(f"/api/jobs/{job_id}/retry")

        assert seen == [("watchdog", "failed"), ("analysis-jobs", "pending")]
        assert sqs.sent == [Sent("watchdog", {"job_id": job_id}, 60), Sent("analysis-jobs", {"job_id": job_id}, 0)]

    @pytest.mark.parametrize("status", ["pending", "running", "completed"])
    def test_any_other_can_not_be_tried_again(self, api: Api, job_that_is: JobThatIs, sqs: Queues, status: str) -> None:
        job_id = job_that_is(api, status)
        before = api.get(f"/api/jobs/{job_id}").json()
        sqs.sent.clear()

        assert api.post(f"/api/jobs/{job_id}/retry").status == 409
        after = api.get(f"/api/jobs/{job_id}").json()
        assert (after["version"], after["status"]) == (before["version"], status)
        assert sqs.sent == []

    def test_it_counts_as_one_of_the_active_jobs(self, api: Api, job_that_is: JobThatIs) -> None:
        job_id = job_that_is(api, "failed")
        for _ in range(3):
            api.post("/api/analyze")

        assert api.post(f"/api/jobs/{job_id}/retry").status == 429
        assert api.get(f"/api/jobs/{job_id}").json()["status"] == "failed"

    def test_without_a_watchdog_it_stays_as_it_is(self, api: Api, job_that_is: JobThatIs, sqs: Queues) -> None:
        job_id = job_that_is(api, "failed")
        sqs.away = {"watchdog"}

        assert api.post(f"/api/jobs/{job_id}/retry").status == 503
        assert api.get(f"/api/jobs/{job_id}").json()["status"] == "failed"

    def test_an_id_in_capitals_is_located_as_it_is_written(self, api: Api, job_that_is: JobThatIs) -> None:
        job_id = job_that_is(api, "failed")

        assert api.post(f"/api/jobs/{job_id.upper()}/retry").headers["Location"] == f"/api/jobs/{job_id}"


class TestDelete:
    @pytest.mark.parametrize("status", ENDED)
    def test_what_has_ended_is_removed_with_all_that_belongs_to_it(
        self, api: Api, job_that_is: JobThatIs, sql: Sql, status: str
    ) -> None:
        job_id = job_that_is(api, status)

        assert (api.delete(f"/api/jobs/{job_id}").status, api.get(f"/api/jobs/{job_id}").status) == (204, 404)
        assert sql("SELECT seq FROM job_events WHERE job_id = %s", job_id) == []
        assert sql("SELECT section FROM job_results WHERE job_id = %s", job_id) == []
        assert api.delete(f"/api/jobs/{job_id}").status == 404

    @pytest.mark.parametrize("status", ACTIVE)
    def test_what_is_active_has_to_be_cancelled_first(self, api: Api, job_that_is: JobThatIs, status: str) -> None:
        job_id = job_that_is(api, status)

        assert api.delete(f"/api/jobs/{job_id}").status == 409
        assert api.get(f"/api/jobs/{job_id}").json()["status"] == status
