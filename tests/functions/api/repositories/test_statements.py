"""Every statement of the function, parsed by PostgreSQL's own parser: ownership, writes, and idempotence."""

import pytest

from functions.api import repositories
from scripts.local.data_api import FaultControl
from tests.functions.api.calling import Api
from tests.statements import PARAMETER, parsed, statements_of, writes

WITHOUT_OWNER = {"LIST_INSTRUMENTS", "PING"}
LARGEST = 65_536
STATEMENTS = statements_of(repositories)


def test_known_statements_are_found() -> None:
    assert {"READ_JOB", "SUBMIT", "RETRY", "CANCEL_JOB", "IMPORT_PORTFOLIO", "SEE_USER"} <= STATEMENTS.keys()


@pytest.mark.parametrize("name", sorted(STATEMENTS.keys() - WITHOUT_OWNER))
def test_statement_filters_by_owner(name: str) -> None:
    assert "user_id" in PARAMETER.findall(STATEMENTS[name].sql)


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_statement_is_single_and_within_limits(name: str) -> None:
    assert len(parsed(STATEMENTS[name])) == 1
    assert len(STATEMENTS[name].sql) < LARGEST


@pytest.mark.parametrize(
    ("name", "does_write"),
    [("READ_JOB", False), ("READ_REPORT", False), ("READ_EVENTS", False), ("READ_NEWS", False), ("LIST_JOBS", False),
     ("LIST_ACCOUNTS", False), ("LIST_POSITIONS", False), ("LIST_INSTRUMENTS", False), ("PING", False),
     ("CANCEL_JOB", True), ("SUBMIT", True)],
)  # fmt: skip
def test_only_writing_statements_write(name: str, *, does_write: bool) -> None:
    assert writes(STATEMENTS[name]) == does_write


def test_statements_unsafe_to_repeat_are_not_idempotent() -> None:
    assert {name for name, statement in STATEMENTS.items() if not statement.idempotent} == {
        "CREATE_ACCOUNT",
        "DELETE_ACCOUNT",
        "DELETE_JOB",
        "DELETE_POSITION",
        "RETRY",
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/user"), ("GET", "/api/accounts"), ("GET", "/api/instruments"), ("GET", "/api/jobs"),
        ("GET", "/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d"), ("GET", "/api/health"),
        ("GET", "/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d/events"), ("GET", "/api/stats"),
        ("GET", "/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d/stream"),
        ("POST", "/api/populate-test-data"), ("DELETE", "/api/reset-accounts"), ("DELETE", "/api/user"),
        ("POST", "/api/jobs/8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d/cancel"),
    ],
)  # fmt: skip
def test_request_is_one_statement(api: Api, faults: FaultControl, method: str, path: str) -> None:
    api(method, path)

    assert [statement["operation"] for statement in faults.statements()] == ["Execute"]


@pytest.mark.parametrize(
    "path", ["/api/jobs/no-id", "/api/jobs/no-id/stream", "/api/nothing", "/health", "/openapi.json"]
)
def test_request_without_data_sends_no_statement(api: Api, faults: FaultControl, path: str) -> None:
    api.get(path)

    assert faults.statements() == []
