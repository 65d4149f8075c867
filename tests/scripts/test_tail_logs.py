"""Log lines as shown to an operator."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from functions.shared import metrics
from scripts.local.lambda_runtime import LiveLog
from scripts.log_sources import Line, LocalLog
from scripts.tail_logs import follow, raw, readable

AT_MS = 1_796_000_000_000
STREAM = "2026/11/29/[$LATEST]abc"


def logged(text: str) -> Line:
    return Line(AT_MS, "planner", STREAM, text)


def test_metrics_line_is_shown_as_names_and_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "alex")
    monkeypatch.setenv("NAME_PREFIX", "alex")
    metrics.agent_finished(1.5)

    assert readable(logged(capsys.readouterr().out)).split(maxsplit=1)[1] == "Metric: AgentDuration 1500"


@pytest.mark.parametrize("line", ["START RequestId: 1", "[1, 2]", json.dumps({"level": "INFO"})])
def test_any_other_line_is_shown_unchanged(line: str) -> None:
    assert readable(logged(line)) == line


def test_line_is_shown_with_its_own_time_and_function() -> None:
    entry = {"timestamp": "2026-11-22 10:00:41,123+0000", "level": "INFO", "message": "Progress: …", "attempt": 1}

    assert readable(logged(json.dumps(entry)), "reporter") == "10:00:41.123 reporter     INFO    Progress: …  attempt=1"
    assert readable(logged(json.dumps(entry))) == "10:00:41.123 INFO    Progress: …  attempt=1"


def test_raw_line_has_the_format_of_the_aws_cli() -> None:
    """`aws logs tail`, AWS CLI Command Reference: by default with time, log stream and message."""
    assert raw(logged("{}")) == f"2026-11-30T00:53:20.000000+00:00 {STREAM} {{}}"


def test_local_lines_are_read_while_the_function_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "alex-planner")
    monkeypatch.setenv("AWS_LAMBDA_LOG_STREAM_NAME", STREAM)
    source = LocalLog("planner", tmp_path / "alex-planner.log", start_ms=0)
    stdout = io.StringIO()
    log = LiveLog(stdout, str(tmp_path))

    print("one\ntwo\nthr", end="", file=log)
    first = [line.text for line in follow([source], None)]
    print("ee", file=log)
    second = list(follow([source], None))

    assert (first, [line.text for line in second]) == (["one", "two"], ["three"])
    assert (second[0].function, second[0].stream) == ("planner", STREAM)
    assert stdout.getvalue() == "one\ntwo\nthree\n"


def test_lines_of_several_functions_are_in_order(tmp_path: Path) -> None:
    for name, times in (("planner", (1, 3)), ("reporter", (2, 4))):
        (tmp_path / name).write_text("".join(f"{at} {STREAM} line {at}\n" for at in times))

    sources = [LocalLog(name, tmp_path / name, start_ms=2) for name in ("planner", "reporter")]

    assert [line.text for line in follow(sources, None)] == ["line 2", "line 3", "line 4"]
