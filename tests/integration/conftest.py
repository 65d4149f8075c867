"""One running stack for all integration tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pytest

from scripts.api_client import AlexApi
from scripts.local.row_versions import row_versions
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from tests.integration.http_client import HttpClient

ORIGIN = "http://localhost:3000"
"""The page that may call the API from a browser."""
ENVIRONMENT = {
    "api": {"MAX_JOBS_A_DAY": "1000"},
    "planner": {"ENABLE_PROGRESS_TRACKING": "true"},
}


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """The real functions over empty data. `stack.info` has the addresses, and the tokens of two users."""
    with temporary_stack(environment=ENVIRONMENT, cors_origins=[ORIGIN]) as stack:
        yield stack


@pytest.fixture
def alex(stack: LocalStack) -> Iterator[AlexApi]:
    """The API for the development user. The user's portfolio and jobs are deleted afterwards."""
    api = AlexApi(stack.info.api_url, stack.info.token)
    yield api
    api.delete("/api/user")


@pytest.fixture
def nothing_is_written(stack: LocalStack) -> Iterator[None]:
    """Check that the database does not change during the test."""
    before = row_versions(stack.database)
    yield
    assert row_versions(stack.database) == before


class Ids(NamedTuple):
    """An id of each kind of object, in the order of the path parameters' names."""

    account_id: str
    import_id: str
    job_id: str
    position_id: str


@pytest.fixture(scope="module")
def foreign(stack: LocalStack) -> Iterator[Ids]:
    """The other user's data: a portfolio, a completed charts analysis, and an import."""
    other = AlexApi(stack.info.api_url, stack.info.token_other_user)
    other.post("/api/populate-test-data")
    job = list(other.watch(other.post("/api/analyze", b'{"analysis_type": "charts"}')["job_id"], 0.05))[-1]
    account = other.get("/api/accounts")[0]["id"]
    position = other.get(f"/api/accounts/{account}/positions")["positions"][0]["id"]
    imported = other.post("/api/portfolio/import", b"account,symbol,quantity\nImported,VTI,3\n", "text/csv")
    yield Ids(account, imported["import_id"], job["id"], position)
    other.delete("/api/user")


@pytest.fixture(scope="module")
def ask(stack: LocalStack, foreign: Ids) -> Iterator[HttpClient]:
    """The development user, signed in, with one account."""
    client = HttpClient(stack.info.api_url, stack.info.token)
    client("POST", "/api/accounts", b'{"account_name": "Own"}', [("Content-Type", "application/json")])
    yield client
    client("DELETE", "/api/user")
    client.close()


@pytest.fixture(scope="module")
def owner(stack: LocalStack, foreign: Ids) -> Iterator[HttpClient]:
    """The owner of the objects that are foreign to the development user."""
    with closing(HttpClient(stack.info.api_url, stack.info.token_other_user)) as client:
        yield client
