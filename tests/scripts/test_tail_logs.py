"""Log lines as shown to an operator."""

from __future__ import annotations

import json

import pytest

from functions.shared import metrics
from scripts.tail_logs import readable


def test_metrics_line_is_shown_as_names_and_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "alex")
    monkeypatch.setenv("NAME_PREFIX", "alex")
    metrics.agent_finished(1.5)

    assert readable(0, capsys.readouterr().out) == "00:00:00         Metric: AgentDuration 1500"


@pytest.mark.parametrize("line", ["START RequestId: 1", "[1, 2]", json.dumps({"level": "INFO"})])
def test_any_other_line_is_shown_unchanged(line: str) -> None:
    assert readable(0, line) == line
