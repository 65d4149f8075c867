"""The main job through the whole system: API Gateway, queues, functions, Data API, PostgreSQL."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import urllib3

from functions.charter.declaration import Charts
from functions.reporter.declaration import Report
from functions.retirement.declaration import Retirement
from functions.shared.agent_declaration import JobType
from functions.shared.plans import PLANS
from functions.shared.sample import SAMPLE_PORTFOLIO
from scripts.api_client import AlexApi
from scripts.local.data_api import FaultControl
from scripts.local.stack import LocalStack
from tests.rows import Rows
from tests.statements import sent
from tests.waiting import until

SAMPLE_TOTAL = Decimal("301580.00")


@pytest.fixture
def other(stack: LocalStack) -> Iterator[AlexApi]:
    api = AlexApi(stack.info.api_url, stack.info.token_other_user)
    yield api
    api.delete("/api/user")


@pytest.fixture
def analyze(alex: AlexApi) -> Callable[..., dict[str, Any]]:
    """Analyze the portfolio and return the ended job."""

    def run(analysis_type: str = "portfolio") -> dict[str, Any]:
        submitted = alex.post("/api/analyze", json.dumps({"analysis_type": analysis_type}).encode())
        return list(alex.watch(submitted["job_id"], 0.05))[-1]

    return run


def exchange(
    stack: LocalStack, method: str, path: str, token: str = "", body: bytes | None = None, **headers: str
) -> urllib3.BaseHTTPResponse:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        given["Authorization"] = f"Bearer {token}"
    return urllib3.request(method, stack.info.api_url + path, body=body, headers=given, retries=False)


def test_sample_portfolio_is_analyzed_to_the_cent(alex: AlexApi, analyze: Callable[..., dict[str, Any]]) -> None:
    imported = alex.post("/api/populate-test-data")

    job = analyze()

    assert Decimal(str(imported["total_value"])) == SAMPLE_TOTAL
    assert job["status"] == "completed"
    assert Decimal(str(job["summary_payload"]["total_value"])) == SAMPLE_TOTAL
    assert "$301,580" in Report.model_validate(job["report_payload"]).content
    for key, chart in Charts.model_validate(job["charts_payload"]).root.items():
        if key in {"asset_classes", "accounts"}:
            assert sum(point.value for point in chart.data) == SAMPLE_TOTAL, key
    assert Retirement.model_validate(job["retirement_payload"]).success_rate is None, "no goals are set"


def test_sample_is_analyzed_without_touching_accounts(alex: AlexApi) -> None:
    alex.delete("/api/reset-accounts")

    submitted = alex.post("/api/analyze", json.dumps({"options": {"portfolio": "sample"}}).encode())
    job = list(alex.watch(submitted["job_id"], 0.05))[-1]

    assert job["status"] == "completed"
    assert Decimal(str(job["summary_payload"]["total_value"])) == SAMPLE_TOTAL
    assert 0 <= (Retirement.model_validate(job["retirement_payload"]).success_rate or -1) <= 100
    assert "calculated from the sample portfolio with example goals of" in job["report_payload"]["content"]
    assert alex.get("/api/accounts") == []


def test_uploaded_file_is_imported_and_analyzed_in_one_call(alex: AlexApi) -> None:
    csv = SAMPLE_PORTFOLIO.read_bytes()

    submitted = alex.post("/api/analyze", csv, "text/csv")
    job = list(alex.watch(submitted["job_id"], 0.05))[-1]

    assert Decimal(str(job["summary_payload"]["total_value"])) == SAMPLE_TOTAL


@pytest.mark.parametrize("job_type", [JobType.RETIREMENT, JobType.CHARTS])
def test_analysis_type_determines_agents(
    alex: AlexApi, analyze: Callable[..., dict[str, Any]], job_type: JobType
) -> None:
    alex.post("/api/populate-test-data")

    job = analyze(job_type)

    lines = [line["name"] for line in job["progress_data"]["agents"]]
    assert lines == ["setup", *(agent.name for agent in PLANS[job_type]), "finalizing"]
    assert job["report_payload"] is None
    assert job["status"] == "completed"


def test_progress_is_visible_during_job_and_never_decreases(alex: AlexApi) -> None:
    alex.post("/api/populate-test-data")
    submitted = alex.post("/api/analyze")

    polled = [job["progress_data"] for job in alex.watch(submitted["job_id"], 0.02) if job["progress_data"]]

    percents = [progress["progress_percent"] for progress in polled]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert all(percent < 100 for percent in percents[:-1])
    assert {line["status"] for line in polled[-1]["agents"]} == {"completed"}


def test_progress_is_logged(stack: LocalStack, alex: AlexApi, analyze: Callable[..., dict[str, Any]]) -> None:
    job = analyze()

    until(lambda: "Progress: Updated to 100% - Analysis complete" in logged(stack, job["id"]))
    assert "Progress tracking is ENABLED via feature flag" in logged(stack, job["id"])
    assert any(message.startswith("Progress: Updated to 0% - ") for message in logged(stack, job["id"]))


def logged(stack: LocalStack, job_id: str) -> list[str]:
    """The planner's messages about a job, which appear when its invocation ends."""
    lines = [json.loads(line) for line in stack.logs("planner") if line.startswith("{")]
    return [line["message"] for line in lines if line.get("job_id") == job_id]


@contextmanager
def planner_flag(stack: LocalStack, flag: str) -> Iterator[None]:
    """Set the planner's flag while the system runs."""
    client = stack.boto3_client("lambda")

    def switch(value: str) -> None:
        variables = client.get_function_configuration(FunctionName="alex-planner")["Environment"]["Variables"]
        client.update_function_configuration(
            FunctionName="alex-planner", Environment={"Variables": {**variables, "ENABLE_PROGRESS_TRACKING": value}}
        )

    switch(flag)
    try:
        yield
    finally:
        switch("true")


# Without lease renewals and the tagger, which has no unknown symbols here.
@pytest.mark.parametrize(("flag", "at_most"), [("false", 9), ("true", 30)])
def test_sample_job_stays_within_statement_budget(stack: LocalStack, alex: AlexApi, flag: str, at_most: int) -> None:
    """The sample has 3 accounts and 17 positions."""
    alex.post("/api/populate-test-data")
    statements = FaultControl(stack.info.data_api_url)
    rows = Rows(stack.database)
    with planner_flag(stack, flag):
        statements.reset_statements()
        submitted = alex.post("/api/analyze")
        until(lambda: any("Analysis complete" in message for message in logged(stack, submitted["job_id"])))

    of_the_job = [call["sql"] for call in sent(statements) if "SET lease_expires_at" not in call["sql"]]
    assert 9 <= len(of_the_job) <= at_most, of_the_job
    assert (rows.of_job(submitted["job_id"])["progress_data"] is None) == (flag == "false")


def test_poll_is_one_statement_that_writes_nothing(
    stack: LocalStack, alex: AlexApi, analyze: Callable[..., dict[str, Any]]
) -> None:
    job = analyze()
    statements = FaultControl(stack.info.data_api_url)
    statements.reset_statements()

    polled = alex.get(f"/api/jobs/{job['id']}")

    (call,) = sent(statements)
    assert polled == {key: value for key, value in job.items() if key != "as_of"}
    assert not {"INSERT", "UPDATE", "DELETE"} & set(call["sql"].upper().split())


def test_unchanged_job_has_no_body(stack: LocalStack, alex: AlexApi, analyze: Callable[..., dict[str, Any]]) -> None:
    path = f"/api/jobs/{analyze()['id']}"
    first = exchange(stack, "GET", path, stack.info.token)

    again = exchange(stack, "GET", path, stack.info.token, If_None_Match=first.headers["ETag"])

    assert "Retry-After" not in first.headers
    assert (again.status, again.data) == (304, b"")


def test_another_user_gets_404_everywhere(
    stack: LocalStack, alex: AlexApi, other: AlexApi, analyze: Callable[..., dict[str, Any]]
) -> None:
    alex.post("/api/populate-test-data")
    job = analyze()
    account = alex.get("/api/accounts")[0]
    position = alex.get(f"/api/accounts/{account['id']}/positions")["positions"][0]
    routes = [
        ("GET", f"/api/jobs/{job['id']}"),
        ("DELETE", f"/api/jobs/{job['id']}"),
        ("GET", f"/api/accounts/{account['id']}/positions"),
        ("DELETE", f"/api/accounts/{account['id']}"),
        ("DELETE", f"/api/positions/{position['id']}"),
    ]

    for method, path in routes:
        foreign = exchange(stack, method, path, stack.info.token_other_user)
        missing = exchange(stack, method, path.replace(path.split("/")[3], str(uuid4())), stack.info.token_other_user)
        assert (foreign.status, foreign.data) == (404, missing.data), path

    assert other.get("/api/jobs")["jobs"] == []
    assert other.get("/api/accounts") == []
    assert alex.get(f"/api/jobs/{job['id']}")["status"] == "completed"


@pytest.mark.parametrize("token", ["", "not-a-token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9."])
def test_request_without_own_token_is_refused(stack: LocalStack, token: str) -> None:
    assert exchange(stack, "GET", "/api/jobs", token).status == 401


def test_health_needs_no_sign_in_and_no_database(stack: LocalStack) -> None:
    statements = FaultControl(stack.info.data_api_url)
    statements.reset_statements()

    assert exchange(stack, "GET", "/health").status == 200
    assert sent(statements) == []


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a workbook", "CSV"),
        (b"name,amount\nx,1\n", "column"),
        (b"account,symbol,quantity,price\nA,VTI,-5,10\n", "short"),
        (b"account,symbol,quantity,price\nA,VTI,1e999,10\n", "line 2"),
        (b"account,symbol,quantity,price\nA,VTI,99999999999,10\n", "line 2"),
        (b"account,symbol,quantity,price\nA,ZZTOP,5,\n", "price"),
    ],
    ids=["empty", "a workbook", "unknown columns", "negative", "not a number", "absurd", "unknown, without a price"],
)
@pytest.mark.parametrize("path", ["/api/portfolio/import", "/api/analyze"])
def test_unreadable_file_changes_nothing_and_is_explained(
    stack: LocalStack, alex: AlexApi, path: str, body: bytes, detail: str
) -> None:
    response = exchange(stack, "POST", path, stack.info.token, body, Content_Type="text/csv")

    assert response.status == 422, response.data
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert detail.lower() in response.data.decode().lower()
    assert alex.get("/api/accounts") == []
    assert alex.get("/api/jobs")["jobs"] == []


def test_body_too_large_is_refused(stack: LocalStack) -> None:
    response = exchange(
        stack, "POST", "/api/portfolio/import", stack.info.token, b"a" * 1_100_000, Content_Type="text/csv"
    )

    assert response.status == 413
