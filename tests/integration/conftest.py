"""One running stack for all integration tests, with everything that waits shortened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.local.row_versions import row_versions
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack

VISIBILITY_TIMEOUT_S = 5
"""A message that was not acknowledged comes back after so long."""
ENVIRONMENT = {
    "api": {"CORS_ORIGINS": "http://localhost:3000"},
    "planner": {"ENABLE_PROGRESS_TRACKING": "true", "LEASE_S": "3"},
}


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """The real functions over empty data; `stack.info` has the addresses and the tokens of two users."""
    with temporary_stack(environment=ENVIRONMENT, visibility_timeout_s=VISIBILITY_TIMEOUT_S) as stack:
        yield stack


@pytest.fixture
def nothing_is_written(stack: LocalStack) -> Iterator[None]:
    """By the test, nor by anything else meanwhile."""
    before = row_versions(stack.database)
    yield
    assert row_versions(stack.database) == before
