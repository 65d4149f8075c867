"""A job as shown in the terminal."""

import io
from typing import Any

import pytest
from rich.console import Console

from scripts.progress_view import _Picture, is_over, show

AS_OF = "2026-11-22T10:00:10+00:00"


def a_job(status: str, progress: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "status": status,
        "attempt": 1,
        "is_tracked": None if status == "pending" else progress is not None,
        "started_at": None if status == "pending" else "2026-11-22T10:00:00.000Z",
        "completed_at": "2026-11-22T10:00:12.000Z" if status in {"completed", "failed"} else None,
        "as_of": AS_OF,
        "progress_data": progress,
    }


def progress(percent: int | None, **agent: Any) -> dict[str, Any]:
    reporter = {
        "name": "reporter",
        "status": "running",
        "progress_percent": 40,
        "message": "Measuring concentration",
        "started_at": "2026-11-22T10:00:02.000Z",
        "completed_at": None,
        "expected_seconds": 33.0,
        "slow_reason": None,
    }
    return {
        "progress_percent": percent,
        "attempt": 1,
        "message": "Running Reporter...",
        "basis": "estimated",
        "estimated_completion": None if percent is None else "2026-11-22T10:00:30.000Z",
        "estimated_range": None if percent is None else ["2026-11-22T10:00:20.000Z", "2026-11-22T10:00:45.000Z"],
        "agents": [{**reporter, **agent}],
    }


def shown(*jobs: dict[str, Any], terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=120, color_system=None)
    last = show(console, jobs)
    assert last is jobs[-1]
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_pipe_gets_a_plain_line_per_change() -> None:
    job = a_job("running", progress(45))

    lines = shown(a_job("pending"), job, job, a_job("completed", progress(100)), terminal=False).splitlines()

    assert [line.split("  ")[0] for line in lines] == ["waiting to start", " 45%", "100%"]
    assert "\x1b" not in "".join(lines)


def test_terminal_shows_agents_time_and_range() -> None:
    picture = shown(a_job("running", progress(45)), terminal=True)

    for words in (
        "45%",
        "reporter",
        "Measuring concentration",
        "for 10 s, about 20 s left, at most 35 s (a first guess)",
    ):
        assert words in picture


@pytest.mark.parametrize("terminal", [True, False])
def test_flag_off_shows_only_that_job_is_running(terminal: bool) -> None:
    assert "running" in shown(a_job("running"), terminal=terminal)


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("of_earlier_attempt", [None, progress(45)])
def test_tracked_job_is_starting_until_its_attempt_reports(
    of_earlier_attempt: dict[str, Any] | None, terminal: bool
) -> None:
    picture = shown({**a_job("running", of_earlier_attempt), "attempt": 2, "is_tracked": True}, terminal=terminal)

    assert "starting" in picture
    assert "%" not in picture
    assert "left" not in picture


def test_terminal_shows_why_a_step_is_slow() -> None:
    assert "Slower than usual." in shown(
        a_job("running", progress(45, slow_reason="Slower than usual.")), terminal=True
    )


def test_silence_replaces_the_estimate() -> None:
    now = [0.0]
    picture = _Picture(clock=lambda: now[0])
    picture.show(a_job("running", progress(45)))
    now[0] = 8
    console = Console(file=io.StringIO(), width=120)

    console.print(picture)

    assert isinstance(console.file, io.StringIO)
    assert "last update 8 s ago" in console.file.getvalue()
    assert "left" not in console.file.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_unknown_estimate_has_no_percent(terminal: bool) -> None:
    picture = shown(a_job("running", progress(None)), terminal=terminal)

    assert "?%" in picture
    assert "left" not in picture


@pytest.mark.parametrize(("status", "is_so"), [("running", False), ("pending", False), ("cancelled", True)])
def test_job_is_over_when_it_has_ended(status: str, is_so: bool) -> None:
    assert is_over(a_job(status)) is is_so


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        ({"ahead": 0, "estimated_start": None}, "waiting to start, next in the queue"),
        ({"ahead": 1, "estimated_start": None}, "waiting to start, 1 analysis ahead"),
        (
            {"ahead": 4, "estimated_start": "2026-11-22T10:03:00Z"},
            "waiting to start, 4 analyses ahead, about 180 s to go",
        ),
    ],
)
def test_waiting_job_shows_its_place_in_queue(queue: dict[str, Any], words: str) -> None:
    job = {**a_job("pending"), "queue": queue, "as_of": "2026-11-22T10:00:00Z"}

    assert words in shown(job, terminal=False)
