"""The Model Context Protocol: one JSON-RPC message per request, and tools that report their failures."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.functions.api.at_work import AtWork
from tests.functions.api.calling import Api, ApiResponse
from tests.functions.api.job_states import JobThatIs


def request(api: Api, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
    response = api.post("/mcp", {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}})
    assert (response.status, response.headers["Content-Type"]) == (200, "application/json")
    message: dict[str, Any] = json.loads(response.text)
    assert (message["jsonrpc"], message["id"]) == ("2.0", 1)
    return message


def call(api: Api, tool: str, **arguments: Any) -> dict[str, Any]:
    result: dict[str, Any] = request(api, "tools/call", {"name": tool, "arguments": arguments})["result"]
    return result


def text_of(result: dict[str, Any]) -> str:
    return "\n".join(block["text"] for block in result["content"])


@pytest.mark.parametrize(("requested", "agreed"), [("2025-06-18", "2025-06-18"), ("2099-01-01", "2025-11-25")])
def test_handshake_agrees_on_a_version(api: Api, requested: str, agreed: str) -> None:
    client = {"protocolVersion": requested, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}

    result = request(api, "initialize", client)["result"]

    assert result["protocolVersion"] == agreed
    assert result["serverInfo"]["name"] == "alex"
    assert result["capabilities"].keys() == {"tools"}
    assert request(api, "ping")["result"] == {}


def test_notification_needs_no_response(api: Api) -> None:
    response = api.post("/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"})

    assert (response.status, response.text) == (202, "")


def test_every_tool_is_described(api: Api) -> None:
    tools = {tool["name"]: tool for tool in request(api, "tools/list")["result"]["tools"]}

    assert tools.keys() == {"analyze", "status", "result", "cancel"}
    for tool in tools.values():
        assert tool["description"]
        assert tool["inputSchema"]["additionalProperties"] is False
    assert tools["status"]["inputSchema"]["required"] == ["job_id"]


def test_job_is_started_followed_and_read(api: Api) -> None:
    job_id = call(api, "analyze", portfolio="sample", idempotency_key="k")["structuredContent"]["job_id"]
    assert call(api, "analyze", portfolio="sample", idempotency_key="k")["structuredContent"]["job_id"] == job_id
    worker = AtWork(job_id)
    worker.start_progress()
    worker.report_progress(30)

    running = call(api, "status", job_id=job_id)["structuredContent"]
    worker.complete()
    result = call(api, "result", job_id=job_id)

    assert (running["status"], running["progress_data"]["stage"]) == ("running", "setup")
    assert not any(key.endswith("_payload") for key in running)
    assert "isError" not in result or not result["isError"]
    assert "# A stand-in report" in text_of(result)
    assert '"A stand-in"' in text_of(result)


def test_cancelled_job_is_returned(api: Api, job_that_is: JobThatIs) -> None:
    result = call(api, "cancel", job_id=job_that_is(api, "pending"))

    assert result["structuredContent"]["status"] == "cancelled"
    assert json.loads(text_of(result)) == result["structuredContent"]


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("status", {"job_id": "no-id"}, "Not found."),
        ("result", {"job_id": "8f1c1f0e-0d57-4a44-9a0b-1d9f2a3b4c5d"}, "Not found."),
        ("status", {}, "job_id is required."),
        ("analyze", {"portfolio": "mine"}, "portfolio should be 'sample'"),
    ],
    ids=["no id", "unknown", "missing", "invalid"],
)
def test_agent_receives_the_reason_of_a_failure(api: Api, tool: str, arguments: dict[str, Any], reason: str) -> None:
    result = call(api, tool, **arguments)

    assert result["isError"]
    assert text_of(result).startswith(reason)


def test_job_of_another_user_is_not_found(api: Api, stranger: Api, job_that_is: JobThatIs) -> None:
    job_id = job_that_is(stranger, "running")

    results = [call(api, tool, job_id=job_id) for tool in ("status", "result", "cancel")]

    assert [(result["isError"], text_of(result)) for result in results] == [(True, "Not found.")] * 3


def test_result_before_any_section_is_a_failure(api: Api, job_that_is: JobThatIs) -> None:
    result = call(api, "result", job_id=job_that_is(api, "running"))

    assert (result["isError"], text_of(result)) == (True, "There are no results. The analysis is running.")


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [("server/discover", {}, -32601), ("tools/call", {"name": "sell"}, -32602), ("initialize", {}, -32602)],
)
def test_unknown_request_is_an_error_of_the_protocol(api: Api, method: str, params: dict[str, Any], code: int) -> None:
    assert request(api, method, params)["error"]["code"] == code


def refused(response: ApiResponse) -> int:
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status


def test_anything_else_is_refused(api: Api, anonymous: Api) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    assert refused(anonymous.post("/mcp", ping)) == 401
    assert refused(api.get("/mcp")) == 405
    assert refused(api.post("/mcp", {"hello": "world"})) == 422
    assert refused(api.post("/mcp", b"{")) == 400
    assert refused(api.post_csv("/mcp", "a,b")) == 415


def test_other_requests_do_not_load_the_protocol() -> None:
    code = "import sys, functions.api.handler as h; h.application.resolver(); sys.exit('mcp_types' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
