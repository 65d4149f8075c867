"""One running stack for all integration tests, with every wait shortened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.local.row_versions import row_versions
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack

VISIBILITY_TIMEOUT_S = 5
"""The time after which an unacknowledged message returns."""
ENVIRONMENT = {
    "api": {"CORS_ORIGINS": "http://localhost:3000", "MAX_JOBS_A_DAY": "1000"},
    "planner": {"ENABLE_PROGRESS_TRACKING": "true", "LEASE_S": "3"},
}


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """The real functions over empty data. `stack.info` has the addresses, and the tokens of two users."""
    with temporary_stack(environment=ENVIRONMENT, visibility_timeout_s=VISIBILITY_TIMEOUT_S) as stack:
        yield stack


@pytest.fixture
def nothing_is_written(stack: LocalStack) -> Iterator[None]:
    """Check that the database does not change during the test."""
    before = row_versions(stack.database)
    yield
    assert row_versions(stack.database) == before
