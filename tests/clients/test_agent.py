"""An unmodified client of the Model Context Protocol, as an agent would use it."""

from __future__ import annotations

from tests.clients.conftest import Program


def test_agent_starts_follows_reads_and_cancels_jobs(python: Program) -> None:
    printed = python("mcp_agent.py")

    report, _, outlook = printed.pop("result")
    assert printed == {
        "tools": ["analyze", "status", "result", "cancel"],
        "ended": "completed",
        "percent": 100,
        "cancelled": "cancelled",
        "missing": [True, "Not found."],
    }
    assert "# " in report
    assert "# " in outlook or len(outlook) > 200
