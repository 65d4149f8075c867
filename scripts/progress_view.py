"""Shows a running job in the terminal: one overall bar and one line per step.

In a pipe, it prints plain lines: at most one when a step starts and one when it ends, in each attempt.
"""

import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from functions.shared.analysis.wording import count
from functions.shared.plans import STEP_NAMES, StepName

_MARKS = {"completed": "✓", "running": "▸", "waiting": "·", "failed": "✗", "skipped": "-"}
_STYLES = {"completed": "green", "running": "bold", "waiting": "dim", "failed": "red", "skipped": "dim"}
_STATUS = {"completed": "done", "running": "running", "waiting": "waiting", "failed": "failed", "skipped": "not done"}
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
    printed = set[Hashable]()
    for job in job_versions:
        for key, line in _lines(job):
            if key not in printed:
                console.print(line, markup=False, highlight=False, soft_wrap=True)
            printed.add(key)
    return job


def _lines(job: Job) -> Iterator[tuple[Hashable, str]]:
    """Yield the lines for the state of a job, each with a key. Print one line per key."""
    attempt, progress = job["attempt"], _progress(job)
    if progress is None:
        if not is_over(job):
            yield (attempt, job["status"]), _without_progress(job)
        return
    if attempt > 1:
        yield attempt, f"Attempt {attempt}. Finished steps were kept; only the missing ones run again."
    for agent in progress["agents"]:
        if agent["status"] == "running":
            yield (attempt, agent["name"], "start"), f"{_step(agent).doing}..."
        elif agent["status"] != "waiting":
            yield (attempt, agent["name"], "end"), f"{_step(agent).task}: {_what(agent)}"


def _progress(job: Job) -> dict[str, Any] | None:
    """Return the progress of the job's latest attempt; None if it is pending, starting or not tracked."""
    progress: dict[str, Any] | None = job["progress_data"]
    is_current = progress and job["status"] != "pending" and progress["attempt"] == job["attempt"]
    return progress if is_current else None


def _view(job: Job, since_s: float) -> RenderableType:
    progress, time_text = _progress(job), Text(_time(job, since_s), "dim")
    if not progress:
        return Group(Text(_without_progress(job)), time_text) if not is_over(job) else time_text
    head = Table.grid(padding=(0, 1))
    head.add_row(
        _bar(progress["progress_percent"] or 0, 30),
        _percent(progress),
        _headline(progress),
    )
    lines = Table.grid(padding=(0, 1))
    for agent in progress["agents"]:
        style = _STYLES[agent["status"]]
        lines.add_row(
            Text(_MARKS[agent["status"]], style),
            Text(_step(agent).task, style),
            _bar(agent["progress_percent"], 12),
            Text(_what(agent), style),
        )
    return Group(head, lines, time_text)


def _bar(percent: float, width: int) -> ProgressBar:
    return ProgressBar(total=100, completed=percent, width=width, complete_style="blue", finished_style="green")


def _step(agent: dict[str, Any]) -> StepName:
    """Return the names of an agent's step. A deployment may have agents that this version does not."""
    name = str(agent["name"]).replace("_", " ").capitalize()
    return STEP_NAMES.get(agent["name"], StepName(name, name))


def _headline(progress: dict[str, Any]) -> str:
    current = progress["current_agent"]
    return _step({"name": current}).doing if current else str(progress["message"])


def _without_progress(job: Job) -> str:
    """Return the state of a job that is queued, starting or not tracked."""
    if job["status"] == "pending":
        return " ".join(filter(None, ["Waiting to start.", _place(job)]))
    return "Starting..." if job["is_tracked"] else "Your analysis is running. This usually takes under a minute."


def _place(job: Job) -> str:
    """Return the position in the queue and the wait, from the times in the response."""
    queue = job.get("queue")
    if not queue:
        return ""
    ahead = count(queue["ahead"], "analysis is", "analyses are")
    place = f"{ahead} ahead of yours." if queue["ahead"] else "Your analysis is next."
    if queue["estimated_start"] is None or "as_of" not in job:
        return place
    wait_s = max(0, _seconds(job["as_of"], queue["estimated_start"]))
    return f"{place} Yours should start in about {_duration(wait_s)}."


def _percent(progress: dict[str, Any]) -> str:
    percent = progress["progress_percent"]
    return "  ?%" if percent is None else f"{percent:3}%"


def _what(agent: dict[str, Any]) -> str:
    status = str(agent["status"])
    if status == "completed" and agent["started_at"]:
        return f"done in {_duration(_seconds(agent['started_at'], agent['completed_at']))}"
    if status == "running":
        usual = f"running, usually {_duration(agent['expected_seconds'])}"
        return "  ".join(filter(None, [agent["message"] or usual, agent["slow_reason"]]))
    if status == "failed" and agent["message"]:
        return f"failed: {agent['message']}"
    return _STATUS[status]


def _time(job: Job, since_s: float) -> str:
    """Return the elapsed and remaining time by the response's times, because this machine's clock may differ."""
    if not job["started_at"]:
        return ""
    if is_over(job):
        return f"Took {_duration(_seconds(job['started_at'], job['completed_at']))}."
    if since_s > _NEWS_LASTS_S:
        return f"Last update {since_s:.0f} s ago."
    progress = _progress(job)
    now = job["as_of"]
    text = f"Running for {max(0, _seconds(job['started_at'], now)) + since_s:.0f} s"
    if not progress or not progress["estimated_completion"]:
        return f"{text}."
    left_s = max(0, _seconds(now, progress["estimated_completion"]) - since_s)
    at_most_s = max(left_s, _seconds(now, progress["estimated_range"][1]) - since_s)
    guess = "" if progress["basis"] == "measured" else " (rough estimate)"
    return f"{text}, about {left_s:.0f} s left, at most {at_most_s:.0f} s{guess}."


def _duration(seconds: float) -> str:
    """Format a duration like the page: `0.3 s`, `12 s`, `1 min 5 s`."""
    if seconds < 0.1:
        return "under 0.1 s"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{int(seconds)} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _seconds(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
