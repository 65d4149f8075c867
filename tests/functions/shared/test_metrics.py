"""Each metric is one line in CloudWatch's format, and a failed metric never affects its caller."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.shared import metrics
from functions.shared.database import Database, DatabaseResuming, Statement
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import Response
from functions.shared.observability import logger
from functions.shared.progress.model import ProgressChange
from functions.shared.progress.writer import BackgroundWriter

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def in_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planner of a deployment called `alex-two`."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "alex")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "planner")
    monkeypatch.setenv("NAME_PREFIX", "alex-two")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """The metrics written so far, one item per line."""
    return lambda: [line for text in capsys.readouterr().out.splitlines() if "_aws" in (line := json.loads(text))]


def described(line: dict[str, Any]) -> dict[str, tuple[float, str]]:
    """Value and unit of each metric of a line, read as CloudWatch does."""
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "alex"
    assert all(isinstance(line[dimension], str) for dimensions in directive["Dimensions"] for dimension in dimensions)
    values = {metric["Name"]: (line[metric["Name"]], metric["Unit"]) for metric in directive["Metrics"]}
    return {name: (value[0] if isinstance(value, list) else value, unit) for name, (value, unit) in values.items()}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (lambda: metrics.job_completed(41.5), {"JobsCompleted": (1, "Count"), "JobDuration": (41500, "Milliseconds")}),
        (metrics.job_failed, {"JobsFailed": (1, "Count")}),
        (metrics.job_retried, {"JobsRetried": (1, "Count")}),
        (metrics.job_given_up, {"JobsFailed": (1, "Count"), "JobsGivenUp": (1, "Count")}),
        (lambda: metrics.job_claimed(1.5), {"QueueWait": (1500, "Milliseconds")}),
        (lambda: metrics.agent_finished(0.25), {"AgentDuration": (250, "Milliseconds")}),
        (metrics.progress_write_failed, {"ProgressWritesFailed": (1, "Count")}),
        (metrics.database_resumed, {"DataApiResumes": (1, "Count")}),
        (
            lambda: metrics.model_answered("a-model", duration_s=2.5, input_tokens=900, output_tokens=0),
            {
                "ModelInputTokens": (900, "Count"),
                "ModelOutputTokens": (0, "Count"),
                "ModelLatency": (2500, "Milliseconds"),
            },
        ),
        (
            lambda: metrics.passages_written("a-model", accepted=3, repaired=1, replaced=0),
            {"PassagesAccepted": (3, "Count"), "PassagesRepaired": (1, "Count"), "PassagesReplaced": (0, "Count")},
        ),
        (lambda: metrics.model_throttled("a-model"), {"ModelThrottles": (1, "Count")}),
    ],
)
def test_event_is_one_line_in_embedded_metric_format(
    lines: Lines, event: Callable[[], None], expected: dict[str, tuple[float, str]]
) -> None:
    event()

    (line,) = lines()
    assert described(line) == expected
    assert (line["deployment"], line["service"]) == ("alex-two", "planner")


def test_model_is_a_dimension(lines: Lines) -> None:
    metrics.model_throttled("us.amazon.nova-pro-v1:0")

    (line,) = lines()
    assert line["model"] == "us.amazon.nova-pro-v1:0"
    assert sorted(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) == ["deployment", "model", "service"]


def test_threads_do_not_mix_their_lines(lines: Lines) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(metrics.agent_finished, range(100)))

    assert sorted(described(line)["AgentDuration"][0] for line in lines()) == [1000 * n for n in range(100)]


def test_nothing_is_written_without_namespace(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_NAMESPACE")

    metrics.job_failed()

    assert lines() == []


def test_unwritable_metric_is_logged_and_raises_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    complaints: list[dict[str, Any]] = []
    monkeypatch.setattr(logger, "warning", lambda message, **keys: complaints.append(keys))
    monkeypatch.setattr(sys, "stdout", None)

    metrics.job_completed(1)

    assert complaints == [{"metrics": ["JobDuration", "JobsCompleted"], "reason": "AttributeError"}]


def test_failed_progress_write_is_counted(lines: Lines) -> None:
    def fail(change: ProgressChange) -> None:
        raise DatabaseResuming("asleep")

    writer = BackgroundWriter(fail)
    writer.submit(ProgressChange())
    writer.close(5)

    assert [described(line) for line in lines()] == [{"ProgressWritesFailed": (1, "Count")}]


def test_paused_database_is_counted_once_per_call(lines: Lines) -> None:
    responses = [Response(400, "DatabaseResumingException", b'{"message": "resuming"}')] * 3 + [
        Response(200, "", b"{}")
    ]
    settings = DatabaseSettings(db_cluster_arn="cluster", db_secret_arn="secret")
    database = Database(settings, retry_budget_s=60, transport=lambda *_: responses.pop(0), sleep=lambda seconds: None)

    database.rows(Statement("SELECT 1", idempotent=True))

    assert [described(line) for line in lines()] == [{"DataApiResumes": (1, "Count")}]
