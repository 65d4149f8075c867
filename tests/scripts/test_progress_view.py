"""A job as shown in the terminal."""

import io
from typing import Any

import pytest
from rich.console import Console

from functions.shared.plans import STEP_NAMES
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
        "current_agent": "reporter",
        "message": "Running Reporter...",
        "basis": "estimated",
        "estimated_completion": None if percent is None else "2026-11-22T10:00:30.000Z",
        "estimated_range": None if percent is None else ["2026-11-22T10:00:20.000Z", "2026-11-22T10:00:45.000Z"],
        "agents": [{**reporter, **agent}],
    }


def step(name: str, status: str) -> dict[str, Any]:
    """A step that took 2.5 s if it is completed."""
    return {
        "name": name,
        "status": status,
        "progress_percent": 40 if status == "running" else 0,
        "message": "Measuring concentration" if status == "running" else "",
        "started_at": None if status == "waiting" else "2026-11-22T10:00:02.000Z",
        "completed_at": "2026-11-22T10:00:04.500Z" if status == "completed" else None,
        "expected_seconds": 33.0,
        "slow_reason": None,
    }


def steps(percent: int, **statuses: str) -> dict[str, Any]:
    return {**progress(percent), "agents": [step(name, status) for name, status in statuses.items()]}


def shown(*jobs: dict[str, Any], terminal: bool) -> str:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=120, color_system=None)
    last = show(console, jobs)
    assert last is jobs[-1]
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


ALL = dict.fromkeys(STEP_NAMES, "completed")
ENDS = [f"{words.task}: done in 2.5 s" for words in STEP_NAMES.values()]
COMPLETED = a_job("completed", steps(100, **ALL))


def test_pipe_gets_a_line_when_a_step_starts_and_ends() -> None:
    """However many versions of the job are seen."""
    reading = a_job("running", steps(1, setup="running", reporter="waiting"))
    working = [
        a_job("running", steps(percent, setup="completed", reporter="running", retirement="running"))
        for percent in range(10, 99)
    ]

    lines = shown(a_job("pending"), reading, *working, COMPLETED, terminal=False).splitlines()

    assert lines == [
        "Waiting to start.",
        "Reading the portfolio...",
        "Read the portfolio: done in 2.5 s",
        "Writing the report...",
        "Simulating retirement...",
        *ENDS[1:],
    ]


def test_pipe_gets_each_end_if_only_the_end_is_seen() -> None:
    assert shown(COMPLETED, terminal=False).splitlines() == ENDS


def test_another_attempt_is_announced_once() -> None:
    second = {**a_job("running", {**steps(50, setup="running"), "attempt": 2}), "attempt": 2}

    lines = shown(a_job("running", steps(40, setup="running")), second, second, terminal=False).splitlines()

    assert lines == [
        "Reading the portfolio...",
        "Attempt 2. Finished steps were kept; only the missing ones run again.",
        "Reading the portfolio...",
    ]


def test_terminal_has_the_steps_names_of_the_page() -> None:
    picture = shown(a_job("running", steps(45, **ALL)), terminal=True)

    for words in STEP_NAMES.values():
        assert f"✓ {words.task} " in picture


@pytest.mark.parametrize("terminal", [True, False])
def test_unknown_step_has_its_own_name(terminal: bool) -> None:
    assert "Fee finder" in shown(a_job("running", steps(45, fee_finder="failed")), terminal=terminal)


def test_terminal_shows_agents_time_and_range() -> None:
    picture = shown(a_job("running", progress(45)), terminal=True)

    for words in (
        "45% Writing the report",
        "▸ Write the report",
        "Measuring concentration",
        "Running for 10 s, about 20 s left, at most 35 s (rough estimate).",
    ):
        assert words in picture


@pytest.mark.parametrize("terminal", [True, False])
def test_flag_off_shows_only_that_job_is_running(terminal: bool) -> None:
    words = "Your analysis is running. This usually takes under a minute."

    assert words in shown(a_job("running"), terminal=terminal)


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("of_earlier_attempt", [None, progress(45)])
def test_tracked_job_is_starting_until_its_attempt_reports(
    of_earlier_attempt: dict[str, Any] | None, terminal: bool
) -> None:
    picture = shown({**a_job("running", of_earlier_attempt), "attempt": 2, "is_tracked": True}, terminal=terminal)

    assert "Starting..." in picture
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
    assert "Last update 8 s ago." in console.file.getvalue()
    assert "left" not in console.file.getvalue()


def test_unknown_estimate_has_no_percent() -> None:
    picture = shown(a_job("running", progress(None)), terminal=True)

    assert "?%" in picture
    assert "left" not in picture


@pytest.mark.parametrize(("status", "is_so"), [("running", False), ("pending", False), ("cancelled", True)])
def test_job_is_over_when_it_has_ended(status: str, is_so: bool) -> None:
    assert is_over(a_job(status)) is is_so


@pytest.mark.parametrize(
    ("queue", "words"),
    [
        ({"ahead": 0, "estimated_start": None}, "Waiting to start. Your analysis is next."),
        ({"ahead": 1, "estimated_start": None}, "Waiting to start. 1 analysis is ahead of yours."),
        (
            {"ahead": 4, "estimated_start": "2026-11-22T10:03:00Z"},
            "Waiting to start. 4 analyses are ahead of yours. Yours should start in about 3 min.",
        ),
    ],
)
def test_waiting_job_shows_its_place_in_queue(queue: dict[str, Any], words: str) -> None:
    job = {**a_job("pending"), "queue": queue, "as_of": "2026-11-22T10:00:00Z"}

    assert shown(job, terminal=False) == f"{words}\n"
