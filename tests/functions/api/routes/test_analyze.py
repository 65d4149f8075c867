"""POST /api/analyze: the order of the steps, idempotency keys, limits, and an uploaded file."""

import json
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

import pytest

from functions.shared.agent_declaration import JobType
from functions.shared.plans import PLANS
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api, Queue, Sent
from tests.functions.api.job_states import Sql

HEADER = "account,symbol,quantity,price\n"


def jobs(api: Api) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = api.get("/api/jobs").json()["jobs"]
    return listed


def test_accepted_analysis_returns_its_location(api: Api) -> None:
    response = api.post("/api/analyze", {"analysis_type": "portfolio", "options": {}})

    job_id = response.json()["job_id"]
    assert response.status == 202
    assert (response.headers["Location"], response.headers["Retry-After"]) == (f"/api/jobs/{job_id}", "2")
    job = api.get(response.headers["Location"]).json()
    assert (job["id"], job["status"], job["attempt"]) == (job_id, "pending", 0)
    assert job["request_payload"] == {"analysis_type": "portfolio", "options": {}}


@pytest.mark.parametrize("kind", list(JobType))
def test_each_type_requests_sections_of_its_plan(api: Api, kind: JobType) -> None:
    api.post("/api/analyze", {"analysis_type": kind})

    (job,) = jobs(api)
    assert (job["job_type"], job["sections"]) == (kind, [agent.section for agent in PLANS[kind]])


def test_empty_body_analyzes_whole_portfolio(api: Api) -> None:
    api.post("/api/analyze")

    assert jobs(api)[0]["job_type"] == "portfolio"


def test_new_user_without_portfolio_can_start_analysis(api: Api, sql: Sql) -> None:
    assert api.post("/api/analyze").status == 202
    assert sql("SELECT id FROM users WHERE id = %s", api.user) == [(api.user,)]


def test_new_job_waits_in_round_0_with_its_first_event(api: Api, sql: Sql) -> None:
    job_id = api.post("/api/analyze").json()["job_id"]

    assert sql("SELECT seq, kind, agent FROM job_events WHERE job_id = %s", job_id) == [(1, "queued", None)]
    assert sql("SELECT event_seq, round, failures, progress_data FROM jobs WHERE id = %s", job_id) == [(1, 0, 0, None)]


def test_message_is_sent_before_job_is_written(api: Api, sqs: Queue, sql: Sql) -> None:
    there: list[bool] = []
    sqs.on_send = lambda message: there.append(bool(sql("SELECT id FROM jobs WHERE id = %s", message.body["job_id"])))

    job_id = api.post("/api/analyze").json()["job_id"]

    assert there == [False]
    assert [message.body for message in sqs.sent] == [{"job_id": job_id, "round": 0}]


def test_message_group_is_hash_of_user(api: Api, stranger: Api, sqs: Queue) -> None:
    """SQS delivers messages of quiet groups first ("Amazon SQS fair queues", Amazon SQS Developer Guide)."""
    for user in (api, api, stranger):
        user.post("/api/analyze")

    groups = [message.group for message in sqs.sent]
    assert groups[0] == groups[1] != groups[2]
    assert str(api.user) not in "".join(groups)


def test_submission_takes_a_check_and_a_write(api: Api, faults: FaultControl) -> None:
    api.post("/api/analyze")

    assert len(faults.statements()) == 2


def test_submission_writes_nothing_while_sqs_is_away(api: Api, sqs: Queue) -> None:
    sqs.is_away = True

    response = api.post("/api/analyze")

    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert jobs(api) == []


def test_submission_refused_by_write_leaves_message_without_job(api: Api, sqs: Queue, sql: Sql) -> None:
    api.get("/api/user")

    def fill_the_quota(message: Sent) -> None:
        for _ in range(3):
            sql(
                "INSERT INTO jobs (id, user_id, job_type, sections)"
                " VALUES (gen_random_uuid(), %s, 'charts', '{charts}')",
                api.user,
            )

    sqs.on_send = fill_the_quota

    assert api.post("/api/analyze").status == 429
    assert len(jobs(api)) == 3
    assert len(sqs.sent) == 1


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"analysis_type": "horoscope"}, "analysis_type"),
        ({"analysis_type": None}, "analysis_type"),
        ({"analysis_type": "portfolio", "user_id": "somebody else"}, "user_id"),
        ({"options": []}, "options"),
        ({"options": {"text": "a\u0000b"}}, "options"),
        ({"options": {"text": "\ud800"}}, "options"),
        ({"options": {"text": "x" * 3_000}}, "options"),
    ],
)
def test_error_names_invalid_field(api: Api, sqs: Queue, document: Any, field: str) -> None:
    response = api.post("/api/analyze", document)

    assert response.status == 422
    assert response.fields() == {field}
    assert (jobs(api), sqs.sent) == ([], [])


@pytest.mark.parametrize("number", ["NaN", "1e999"])
def test_options_hold_finite_numbers(api: Api, number: str) -> None:
    assert api.post("/api/analyze", f'{{"options": {{"n": {number}}}}}'.encode()).fields() == {"options"}


def test_options_are_stored_unchanged(api: Api) -> None:
    options = {"depth": 1.5, "words": ["ä", "🏦"], "nested": {"flag": True, "none": None}}

    location = api.post("/api/analyze", {"options": options}).headers["Location"]

    assert json.loads(api.get(location).text)["request_payload"]["options"] == options


@pytest.mark.parametrize("body", [b"{", b"nonsense", b"\xff"])
def test_malformed_json_is_a_bad_request(api: Api, body: bytes) -> None:
    assert api.post("/api/analyze", body).status == 400


class TestIdempotencyKeys:
    """One key creates one job."""

    key: ClassVar = {"idempotency-key": "monday morning"}

    def test_repeated_request_returns_same_job(self, api: Api, sqs: Queue) -> None:
        first, second = (api.post("/api/analyze", {}, headers=self.key) for _ in range(2))

        assert (first.status, first.text) == (second.status, second.text)
        assert first.headers == second.headers
        assert len(jobs(api)) == 1
        assert len(sqs.sent) == 1, "a job is written only after its message was sent"

    def test_equivalent_request_returns_same_job(self, api: Api) -> None:
        bodies: tuple[Any, ...] = ({}, {"options": {}}, {"options": {}, "analysis_type": "portfolio"}, None)

        assert len({api.post("/api/analyze", body, headers=self.key).text for body in bodies}) == 1

    def test_different_request_with_same_key_is_refused(self, api: Api) -> None:
        api.post("/api/analyze", headers=self.key)

        response = api.post("/api/analyze", {"analysis_type": "charts"}, headers=self.key)

        assert (response.status, response.fields()) == (422, {"idempotency-key"})
        assert [job["job_type"] for job in jobs(api)] == ["portfolio"]

    def test_repeated_request_does_not_restart_advanced_job(self, api: Api, sqs: Queue) -> None:
        job_id = api.post("/api/analyze", headers=self.key).json()["job_id"]
        api.post(f"/api/jobs/{job_id}/cancel")
        sqs.sent.clear()

        again = api.post("/api/analyze", headers=self.key)

        assert (again.status, again.json()["job_id"]) == (202, job_id)
        assert sqs.sent == []
        assert jobs(api)[0]["status"] == "cancelled"

    def test_job_limit_does_not_block_repeated_request(self, api: Api, sqs: Queue) -> None:
        first = api.post("/api/analyze", headers=self.key)
        for _ in range(2):
            api.post("/api/analyze")

        assert api.post("/api/analyze", headers=self.key).text == first.text
        sqs.sent.clear()
        assert api.post("/api/analyze").status == 429
        assert sqs.sent == []

    def test_two_users_may_use_same_key(self, api: Api, stranger: Api) -> None:
        ids = {user.post("/api/analyze", headers=self.key).json()["job_id"] for user in (api, stranger)}

        assert len(ids) == 2

    @pytest.mark.parametrize(("user", "key"), [("a", "b,c"), ("a,b", "c"), ('a", "b', "c")])
    def test_user_and_key_are_separated_unambiguously(self, anonymous: Api, user: str, key: str) -> None:
        first, second = (replace(anonymous, user=name) for name in (user, f'{user}", "{key}'))

        assert (
            first.post("/api/analyze", headers={"idempotency-key": key}).json()["job_id"]
            != second.post("/api/analyze", headers={"idempotency-key": key}).json()["job_id"]
        )
        for user_of_test in (first, second):
            user_of_test.delete("/api/user")

    @pytest.mark.parametrize("key", ["", "x" * 256, "ä", "a\tb"], ids=["empty", "long", "umlaut", "tab"])
    def test_key_is_short_printable_ascii(self, api: Api, key: str) -> None:
        response = api.post("/api/analyze", headers={"idempotency-key": key})

        assert (response.status, response.fields()) == (422, {"idempotency-key"})
        assert jobs(api) == []

    def test_key_may_contain_commas(self, api: Api) -> None:
        first, second = (
            api.post("/api/analyze", headers={"idempotency-key": key}).json()["job_id"] for key in ("a,b", "a,c")
        )

        assert first != second

    def test_lost_database_response_creates_no_second_job(self, api: Api, faults: FaultControl) -> None:
        faults.inject("answer_lost", match="INSERT INTO jobs")

        response = api.post("/api/analyze")

        assert response.status == 202
        assert [job["id"] for job in jobs(api)] == [response.json()["job_id"]]
        assert jobs(api)[0]["version"] == 1


class TestLimit:
    def test_at_most_three_jobs_are_active(self, api: Api) -> None:
        statuses = [api.post("/api/analyze").status for _ in range(4)]

        assert statuses == [202, 202, 202, 429]
        assert len(jobs(api)) == 3

    def test_ended_job_makes_room(self, api: Api) -> None:
        for _ in range(3):
            api.post("/api/analyze")

        api.post(f"/api/jobs/{jobs(api)[0]['id']}/cancel")

        assert api.post("/api/analyze").status == 202

    def test_jobs_of_other_users_do_not_count(self, api: Api, stranger: Api) -> None:
        for _ in range(3):
            stranger.post("/api/analyze")

        assert api.post("/api/analyze").status == 202


class TestWithAFile:
    """Import and analyze in one request."""

    file = HEADER + "Roth IRA,VTI,10,301.15\nRoth IRA,CASH,100,\n"

    def test_portfolio_is_imported_with_job(self, api: Api, faults: FaultControl) -> None:
        response = api.post_csv("/api/analyze", self.file)

        assert response.status == 202
        assert len(faults.statements()) == 2
        assert [account["account_name"] for account in api.get("/api/accounts").json()] == ["Roth IRA"]
        assert [job["id"] for job in jobs(api)] == [response.json()["job_id"]]

    @pytest.mark.parametrize(
        "text",
        ["", "nonsense", HEADER, HEADER + "IRA,VTI,many,\n", HEADER + "IRA,ZZNOPRICE,1,\n"],
        ids=["empty", "no header", "no holdings", "a line that can't be read", "no price"],
    )
    def test_invalid_file_creates_no_job(self, api: Api, sqs: Queue, text: str) -> None:
        response = api.post_csv("/api/analyze", text)

        assert response.status == 422
        assert response.json()["errors"]
        assert (jobs(api), api.get("/api/accounts").json()) == ([], [])
        assert sqs.sent == []

    def test_refused_job_imports_nothing(self, api: Api) -> None:
        for _ in range(3):
            api.post("/api/analyze")

        assert api.post_csv("/api/analyze", self.file).status == 429
        assert api.get("/api/accounts").json() == []

    def test_repeated_request_does_not_import_again(self, api: Api) -> None:
        first = api.post_csv("/api/analyze", self.file, **{"idempotency-key": "k"})
        (account,) = api.get("/api/accounts").json()
        api.put(f"/api/accounts/{account['id']}", {"cash_balance": 5})

        again = api.post_csv("/api/analyze", self.file, **{"idempotency-key": "k"})

        assert again.text == first.text
        assert [account["cash_balance"] for account in api.get("/api/accounts").json()] == [5]

    def test_other_file_with_same_key_is_refused(self, api: Api) -> None:
        api.post_csv("/api/analyze", self.file, **{"idempotency-key": "k"})

        other = api.post_csv("/api/analyze", self.file + "Roth IRA,BND,1,1\n", **{"idempotency-key": "k"})

        assert (other.status, other.fields()) == (422, {"idempotency-key"})
        assert len(api.get("/api/accounts").json()) == 1


def test_resubmission_after_deletion_gets_another_id(api: Api) -> None:
    """With the same id, a planner of the deleted job could find a job with its id and attempt."""
    key = {"idempotency-key": "k"}
    first = api.post("/api/analyze", headers=key).json()["job_id"]
    api.post(f"/api/jobs/{first}/cancel")
    api.delete(f"/api/jobs/{first}")

    second = api.post("/api/analyze", headers=key).json()["job_id"]

    assert UUID(first).version == UUID(second).version == 4
    assert first != second


def test_sample_is_the_only_portfolio_option(api: Api) -> None:
    assert api.post("/api/analyze", {"options": {"portfolio": "mine"}}).fields() == {"options"}
