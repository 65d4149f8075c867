"""The list of a user's jobs."""

from datetime import datetime
from itertools import pairwise

import pytest

from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api
from tests.functions.api.job_states import ACTIVE, ENDED, RESULTS, STATES, JobThatIs, Sql


class TestList:
    @pytest.fixture
    def five(self, api: Api, job_that_is: JobThatIs) -> list[str]:
        """One user's five jobs, one in each state, oldest first. The oldest two have the same time."""
        return [job_that_is(api, status) for status in ENDED + ACTIVE]

    def pages(self, api: Api, **query: str) -> list[list[str]]:
        found, cursor = [], None
        while True:
            page = api.get("/api/jobs", query=query | ({"cursor": cursor} if cursor else {})).json()
            found.append([job["id"] for job in page["jobs"]])
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    def test_new_user_has_no_jobs(self, api: Api) -> None:
        assert api.get("/api/jobs").json() == {"jobs": [], "next_cursor": None}

    def test_newest_jobs_come_first_without_results(self, api: Api, five: list[str]) -> None:
        response = api.get("/api/jobs").json()

        assert [job["id"] for job in response["jobs"]] == five[::-1]
        times = [datetime.fromisoformat(job["created_at"]) for job in response["jobs"]]
        assert all(newer >= older for newer, older in pairwise(times))
        assert not any(name in job for job in response["jobs"] for name in [*RESULTS, "request_payload"])

    def test_completed_job_is_listed_with_value_and_success_rate(self, api: Api, five: list[str]) -> None:
        listed = api.get("/api/jobs").json()["jobs"]

        assert [(job["status"], job["total_value"], job["success_rate"]) for job in listed] == [
            *((status, None, None) for status in reversed(ACTIVE)),
            *((status, None, None) for status in reversed(ENDED[1:])),
            ("completed", 1, 90),
        ]

    def test_analyses_of_sample_are_marked(self, api: Api) -> None:
        own = [api.post("/api/analyze", {"options": options}).json()["job_id"] for options in ({}, {"note": "sample"})]
        sample = api.post("/api/analyze", {"options": {"portfolio": "sample"}}).json()["job_id"]

        listed = api.get("/api/jobs").json()["jobs"]

        assert {job["id"]: job["is_sample"] for job in listed} == dict.fromkeys(own, False) | {sample: True}

    @pytest.mark.parametrize("limit", range(1, 7))
    def test_paging_returns_each_job_once(self, api: Api, five: list[str], limit: int) -> None:
        pages = self.pages(api, limit=str(limit))

        assert sum(pages, []) == five[::-1]  # noqa: RUF017 - five of them
        assert all(len(page) == limit for page in pages[:-1])

    def test_jobs_of_same_time_are_listed_once(self, api: Api, five: list[str], sql: Sql) -> None:
        sql("UPDATE jobs SET created_at = '2026-01-02 03:04:05.678901+00', version = version + 1 "
            "WHERE user_id = %s AND status IN ('pending', 'running')", api.user)  # fmt: skip

        assert sorted(sum(self.pages(api, limit="1"), [])) == sorted(five)  # noqa: RUF017

    @pytest.mark.parametrize("status", STATES)
    def test_list_can_be_filtered_by_status(self, api: Api, five: list[str], status: str) -> None:
        listed = api.get("/api/jobs", query={"status": status}).json()["jobs"]

        assert [job["status"] for job in listed] == [status]

    def test_empty_parameters_are_ignored(self, api: Api, five: list[str]) -> None:
        response = api.get("/api/jobs", query={"status": "", "limit": "", "cursor": ""})

        assert len(response.json()["jobs"]) == 5

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
    def test_error_names_invalid_parameter(self, api: Api, name: str, value: str) -> None:
        response = api.get("/api/jobs", query={name: value})

        assert (response.status, response.fields()) == (422, {name})

    def test_list_takes_one_statement(self, api: Api, five: list[str], faults: FaultControl) -> None:
        api.get("/api/jobs")

        assert len(faults.statements()) == 1

    def test_each_user_has_own_list(self, stranger: Api, five: list[str]) -> None:
        assert stranger.get("/api/jobs").json()["jobs"] == []
