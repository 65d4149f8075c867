"""A job as its owner watches, cancels, retries and removes it."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api, Queues, Sent
from tests.functions.api.job_states import COMMIT_EVERYTHING, JobThatIs, Sql

STATES = ["pending", "running", "completed", "failed", "cancelled"]
ACTIVE, ENDED = STATES[:2], STATES[2:]
RESULTS = ["report_payload", "charts_payload", "retirement_payload", "summary_payload"]


class TestRead:
    @pytest.mark.parametrize("status", STATES)
    def test_a_job_says_what_it_is(self, api: Api, job_that_is: JobThatIs, status: str) -> None:
        job = api.get(f"/api/jobs/{job_that_is(api, status)}").json()

        assert (job["status"], job["job_type"]) == (status, "portfolio")
        assert bool(job["completed_at"]) == (status in ENDED)
        assert bool(job["error_message"]) == (status == "failed")

    def test_results_are_null_until_they_are_there(self, api: Api, job_that_is: JobThatIs) -> None:
        job = api.get(f"/api/jobs/{job_that_is(api, 'running')}").json()

        assert [job[name] for name in RESULTS] == [None] * 4

    def test_what_a_failed_job_has_finished_can_be_read(self, api: Api, job_that_is: JobThatIs) -> None:
        job = api.get(f"/api/jobs/{job_that_is(api, 'failed')}").json()

        assert job["report_payload"]["content"] == "# Report"
        assert [job[name] for name in RESULTS[1:]] == [None] * 3

    def test_a_completed_job_has_everything_but_the_agents_snapshot(self, api: Api, job_that_is: JobThatIs) -> None:
        answer = api.get(f"/api/jobs/{job_that_is(api, 'completed')}")

        job = answer.json()
        assert all(job[name] for name in RESULTS)
        assert job["progress_data"]["progress_percent"] == 100
        assert job["charts_payload"]["classes"]["data"][0]["color"] == "#00AAFF"
        assert job["retirement_payload"]["fan"][0]["p50"] == 3
        assert "for the agents only" not in answer.text

    def test_progress_is_shown_while_it_runs(self, api: Api, job_that_is: JobThatIs) -> None:
        progress = api.get(f"/api/jobs/{job_that_is(api, 'running')}").json()["progress_data"]

        assert (progress["stage"], progress["current_agent"]) == ("running", "reporter")
        assert 0 < progress["progress_percent"] < 100
        assert [agent["name"] for agent in progress["agents"]] == [
            "setup", "reporter", "charter", "retirement", "finalizing",
        ]  # fmt: skip
        assert "curve" not in progress, "what the evaluation needs is not shown"

    @pytest.mark.parametrize("status", ENDED)
    def test_the_status_of_an_ended_job_overrides_the_stage_that_was_stored(
        self, api: Api, job_that_is: JobThatIs, sql: Sql, status: str
    ) -> None:
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

    @pytest.mark.parametrize(("status", "told"), [(s, s in ACTIVE) for s in STATES])
    def test_only_a_job_that_is_active_is_worth_another_look(
        self, api: Api, job_that_is: JobThatIs, status: str, *, told: bool
    ) -> None:
        path = f"/api/jobs/{job_that_is(api, status)}"

        whole = api.get(path)
        unchanged = api.get(path, headers={"if-none-match": whole.headers["ETag"]})

        for answer in (whole, unchanged):
            assert answer.headers.get("Retry-After") == ("2" if told else None)
            assert answer.headers["Cache-Control"] == "private, no-cache"

    def test_a_poll_is_one_statement_and_writes_nothing(
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
    def test_a_version_that_the_client_has_is_not_sent_again(self, api: Api, job_that_is: JobThatIs) -> None:
        path = f"/api/jobs/{job_that_is(api, 'completed')}"
        etag = api.get(path).headers["ETag"]

        answer = api.get(path, headers={"if-none-match": etag})

        assert (answer.status, answer.text, answer.headers["ETag"]) == (304, "", etag)

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"1-1", {}', '{},"1-1"', 'W/"x" , W/{}'])
    def test_it_may_be_one_of_several_and_weak(self, api: Api, job_that_is: JobThatIs, form: str) -> None:
        path = f"/api/jobs/{job_that_is(api, 'pending')}"
        etag = api.get(path).headers["ETag"]

        assert api.get(path, headers={"if-none-match": form.format(etag)}).status == 304

    @pytest.mark.parametrize("other", ['"1-1"', "nonsense", "", '""', "%s", "' OR true --"])
    def test_another_version_is_answered_whole(self, api: Api, job_that_is: JobThatIs, other: str) -> None:
        path = f"/api/jobs/{job_that_is(api, 'pending')}"

        assert api.get(path, headers={"if-none-match": other}).status == 200

    def test_any_change_of_the_job_changes_it(self, api: Api, job_that_is: JobThatIs, sql: Sql) -> None:
        job_id = job_that_is(api, "running")
        etag = api.get(f"/api/jobs/{job_id}").headers["ETag"]

        sql("UPDATE jobs SET version = version + 1 WHERE id = %s", job_id)

        assert api.get(f"/api/jobs/{job_id}", headers={"if-none-match": etag}).status == 200

    def test_a_later_job_of_the_same_id_is_not_mistaken_for_the_deleted_one(self, api: Api) -> None:
        key = {"idempotency-key": "k"}
        path = api.post("/api/analyze", headers=key).headers["Location"]
        api.post(f"{path}/cancel")
        api.delete(path)
        assert api.post("/api/analyze", headers=key).headers["Location"] == path
        etag = api.get(path).headers["ETag"]
        api.post(f"{path}/cancel")
        api.delete(path)
        api.post("/api/analyze", headers=key)

        assert api.get(path, headers={"if-none-match": etag}).status == 200


class TestList:
    @pytest.fixture
    def five(self, api: Api, job_that_is: JobThatIs) -> list[str]:
        """Five jobs of one user, in each state, oldest first; the oldest two are of the same moment."""
        return [job_that_is(api, status) for status in ENDED + ACTIVE]

    def pages(self, api: Api, **query: str) -> list[list[str]]:
        found, cursor = [], None
        while True:
            page = api.get("/api/jobs", query=query | ({"cursor": cursor} if cursor else {})).json()
            found.append([job["id"] for job in page["jobs"]])
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def test_there_are_none_at_first(self, api: Api) -> None:
        assert api.get("/api/jobs").json() == {"jobs": [], "next_cursor": None}

    def test_the_newest_come_first_without_results(self, api: Api, five: list[str]) -> None:
        answer = api.get("/api/jobs").json()

        assert [job["id"] for job in answer["jobs"]] == five[::-1]
        times = [datetime.fromisoformat(job["created_at"]) for job in answer["jobs"]]
        assert all(newer >= older for newer, older in pairwise(times))
        assert not any(name in job for job in answer["jobs"] for name in [*RESULTS, "request_payload"])

    @pytest.mark.parametrize("limit", range(1, 7))
    def test_page_by_page_each_job_comes_once(self, api: Api, five: list[str], limit: int) -> None:
        pages = self.pages(api, limit=str(limit))

        assert sum(pages, []) == five[::-1]  # noqa: RUF017 - five of them
        assert all(len(page) == limit for page in pages[:-1])

    def test_jobs_of_the_same_moment_come_once_too(self, api: Api, five: list[str], sql: Sql) -> None:
        sql("UPDATE jobs SET created_at = '2026-01-02 03:04:05.678901+00', version = version + 1 "
            "WHERE user_id = %s AND status IN ('pending', 'running')", api.user)  # fmt: skip

        assert sorted(sum(self.pages(api, limit="1"), [])) == sorted(five)  # noqa: RUF017

    @pytest.mark.parametrize("status", STATES)
    def test_only_those_in_a_state(self, api: Api, five: list[str], status: str) -> None:
        listed = api.get("/api/jobs", query={"status": status}).json()["jobs"]

        assert [job["status"] for job in listed] == [status]

    def test_empty_parameters_are_none(self, api: Api, five: list[str]) -> None:
        answer = api.get("/api/jobs", query={"status": "", "limit": "", "cursor": ""})

        assert len(answer.json()["jobs"]) == 5

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("status", "done"),
            ("limit", "0"),
            ("limit", "101"),
            ("limit", "many"),
            ("limit", "5,6"),
            ("cursor", "nonsense"),
            ("cursor", "999999999999999999_8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d"),
            ("cursor", "1_no-id"),
        ],
    )
    def test_what_can_not_be_is_refused_by_its_name(self, api: Api, name: str, value: str) -> None:
        answer = api.get("/api/jobs", query={name: value})

        assert (answer.status, answer.fields()) == (422, {name})

    def test_it_takes_one_statement(self, api: Api, five: list[str], faults: FaultControl) -> None:
        api.get("/api/jobs")

        assert len(faults.statements()) == 1

    def test_others_have_a_list_of_their_own(self, stranger: Api, five: list[str]) -> None:
        assert stranger.get("/api/jobs").json()["jobs"] == []


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


def test_times_are_in_utc(api: Api, job_that_is: JobThatIs) -> None:
    job: dict[str, Any] = api.get(f"/api/jobs/{job_that_is(api, 'completed')}").json()

    for name in ("created_at", "started_at", "completed_at", "updated_at"):
        assert job[name].endswith("Z")
