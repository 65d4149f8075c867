"""Event stream libraries that follow a whole job. tests/integration/test_stream.py has two more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts.api_client import AlexApi
from scripts.local.stack import LocalStack
from tests.clients.conftest import Program


@pytest.fixture
def alex(stack: LocalStack) -> AlexApi:
    return AlexApi(stack.info.api_url, stack.info.token)


@pytest.fixture
def stream(alex: AlexApi, stack: LocalStack) -> str:
    """The address of a new job's stream."""
    job_id = alex.post("/api/analyze", b'{"options": {"portfolio": "sample"}}')["job_id"]
    return f"{stack.info.api_url}/api/jobs/{job_id}/stream"


def check(alex: AlexApi, stream: str, seen: list[dict[str, Any]]) -> None:
    """Every event was seen once, with its own message, and no block was empty."""
    numbered = [event for event in seen if event["id"] and event["event"] != "heartbeat"]
    history = alex.get(f"/api/jobs/{stream.split('/')[-2]}/events")["events"]
    assert [int(event["id"]) for event in numbered] == [event["seq"] for event in history]
    assert [event["message"] for event in numbered] == [event["message"] for event in history]
    assert {event["event"] for event in seen} <= {"progress", "status", "heartbeat", "complete"}
    assert (seen[-1]["event"], seen[-1]["job"]["status"]) == ("complete", "completed")


def test_httpx_sse_sees_every_event(alex: AlexApi, stream: str, python: Program) -> None:
    check(alex, stream, python("httpx_stream.py", stream))


def test_fetch_event_source_sees_every_event(alex: AlexApi, stream: str, run_node: Program) -> None:
    check(alex, stream, json.loads(run_node("fetch_event_source.mjs", stream)))
