"""Shows a running job in the terminal: one overall bar and one line per agent. In a pipe, one plain line per change."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

_MARKS = {"completed": "✓", "running": "▸", "waiting": "·", "failed": "✗", "skipped": "-"}
_STYLES = {"completed": "green", "running": "bold", "waiting": "dim", "failed": "red", "skipped": "dim"}
_ENDED = {"completed", "failed", "cancelled"}
#: Without a response for this long, in seconds, no estimate is shown.
_NEWS_LASTS_S = 5

Job = dict[str, Any]


def show(console: Console, job_versions: Iterable[Job]) -> Job:
    """Draw each version of a job and the time that passes in between. Returns the last version."""
    if not console.is_terminal:
        return _show_lines(console, job_versions)
    picture = _Picture()
    with Live(picture, console=console, refresh_per_second=4):
        for job in job_versions:
            picture.show(job)
    return picture.job


def is_over(job: Job) -> bool:
    """Return whether the job has ended. Only a retry could change it."""
    return job["status"] in _ENDED


class _Picture:
    """The latest version of a job, drawn with a running clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.job: Job = {}
        self._clock = clock
        self._told_at = clock()

    def show(self, job: Job) -> None:
        self.job, self._told_at = job, self._clock()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.job:
            yield _view(self.job, self._clock() - self._told_at)


def _show_lines(console: Console, job_versions: Iterable[Job]) -> Job:
    job: Job = {}
    last = ""
    for job in job_versions:
        if (line := _line(job)) != last:
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        last = line
    return job


def _progress(job: Job) -> dict[str, Any] | None:
    """Return the progress of the job's latest attempt; None while that is pending or just starts, or is not tracked."""
    progress: dict[str, Any] | None = job["progress_data"]
    is_current = progress and job["status"] != "pending" and progress["attempt"] == job["attempt"]
    return progress if is_current else None


def _line(job: Job) -> str:
    progress = _progress(job)
    if not progress:
        return _without_progress(job)
    agents = "  ".join(
        f"{_MARKS[agent['status']]} {agent['name']} {agent['progress_percent']}%" for agent in progress["agents"]
    )
    return f"{_percent(progress)}  {progress['message']:32}  {agents}"


def _view(job: Job, since_s: float) -> RenderableType:
    progress = _progress(job)
    if not progress:
        return Text(_without_progress(job) + _time(job, since_s))
    head = Table.grid(padding=(0, 1))
    head.add_row(
        ProgressBar(total=100, completed=progress["progress_percent"] or 0, width=40),
        _percent(progress),
        progress["message"],
    )
    lines = Table.grid(padding=(0, 1))
    for agent in progress["agents"]:
        style = _STYLES[agent["status"]]
        lines.add_row(
            Text(_MARKS[agent["status"]], style),
            Text(agent["name"], style),
            ProgressBar(total=100, completed=agent["progress_percent"], width=20),
            Text(_what(agent), style),
        )
    return Group(head, lines, Text(_time(job, since_s).strip(" ,"), "dim"))


def _without_progress(job: Job) -> str:
    """Return the state of a job that is queued, just starts, or is not tracked."""
    status: str = job["status"]
    if status == "pending":
        return _place(job)
    return "starting" if status == "running" and job["is_tracked"] else status


def _place(job: Job) -> str:
    """Return the position in the queue and the wait, from the times in the response."""
    queue = job.get("queue")
    if not queue:
        return "waiting to start"
    ahead = queue["ahead"]
    place = "next in the queue" if not ahead else f"{ahead} {'analysis' if ahead == 1 else 'analyses'} ahead"
    if queue["estimated_start"] is None or "as_of" not in job:
        return f"waiting to start, {place}"
    wait_s = max(0, _seconds(job["as_of"], queue["estimated_start"]))
    return f"waiting to start, {place}, about {wait_s:.0f} s to go"


def _percent(progress: dict[str, Any]) -> str:
    percent = progress["progress_percent"]
    return "  ?%" if percent is None else f"{percent:3}%"


def _what(agent: dict[str, Any]) -> str:
    if agent["status"] == "completed" and agent["started_at"]:
        return f"done in {_seconds(agent['started_at'], agent['completed_at']):.1f} s"
    if agent["status"] == "running":
        usual = f"running, usually {agent['expected_seconds']:.0f} s"
        return "  ".join(filter(None, [agent["message"] or usual, agent["slow_reason"]]))
    return str(agent["status"])


def _time(job: Job, since_s: float) -> str:
    """Return the elapsed and remaining time by the response's times, because this machine's clock may differ."""
    if not job["started_at"]:
        return ""
    if is_over(job):
        return f", after {_seconds(job['started_at'], job['completed_at']):.0f} s"
    if since_s > _NEWS_LASTS_S:
        return f", last update {since_s:.0f} s ago"
    progress = _progress(job)
    now = job["as_of"]
    text = f", for {max(0, _seconds(job['started_at'], now)) + since_s:.0f} s"
    if not progress or not progress["estimated_completion"]:
        return text
    left_s = max(0, _seconds(now, progress["estimated_completion"]) - since_s)
    at_most_s = max(left_s, _seconds(now, progress["estimated_range"][1]) - since_s)
    guess = "" if progress["basis"] == "measured" else " (a first guess)"
    return f"{text}, about {left_s:.0f} s left, at most {at_most_s:.0f} s{guess}"


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
