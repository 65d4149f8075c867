"""An agent whose job was taken over is distinguished from one that crashed.

Lambda reports an exception under its class name ("AWS Lambda function errors in Python"), and never retries a
synchronous invocation itself ("Understanding retry behavior in Lambda"): that is up to the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.shared.agent_declaration import JobType
from functions.shared.plans import sections
from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from tests.rows import Rows
from tests.waiting import until

OVERTAKEN_AGENT = Path(__file__).parent / "functions" / "overtaken_agent"
TAKE_OVER = (
    "UPDATE jobs SET attempt = attempt + 1, worker = 'another', lease_expires_at = now() + interval '1 hour',"
    " version = version + 1 WHERE id = :id::uuid"
)


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """A stack whose reporter commits only after another attempt has claimed the job."""
    with temporary_stack(code={"reporter": OVERTAKEN_AGENT}) as stack:
        yield stack


def lines(stack: LocalStack, function: str, start: str) -> list[str]:
    """The log lines of a function's finished invocations that start with this text."""
    return [line for line in stack.logs(function) if line.startswith(start)]


def test_fenced_agent_is_not_invoked_again(stack: LocalStack) -> None:
    alex, rows = AlexApi(stack.info.api_url, stack.info.token), Rows(stack.database)
    alex.post("/api/populate-test-data")
    job_id = alex.post("/api/analyze")["job_id"]
    until(lambda: rows.sections(job_id).keys() == {"snapshot", *sections(JobType.PORTFOLIO)} - {"report"})

    rows.run(TAKE_OVER, id=job_id)

    until(lambda: lines(stack, "planner", "END"))
    assert len(lines(stack, "reporter", "START")) == 1
    assert len(lines(stack, "reporter", "[ERROR] LeaseLost")) == 1
    assert "report" not in rows.sections(job_id)
