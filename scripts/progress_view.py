"""Shows a job in the terminal while it runs: one bar for all, one line an agent. In a pipe, a plain line a change."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

_MARKS = {"completed": "✓", "running": "▸", "waiting": "·", "failed": "✗", "skipped": "-"}
_STYLES = {"completed": "green", "running": "bold", "waiting": "dim", "failed": "red", "skipped": "dim"}
_ENDED = {"completed", "failed", "cancelled"}

Job = dict[str, Any]


def show(console: Console, job_versions: Iterable[Job]) -> Job:
    """Draws each version of a job as it comes; answers the last one."""
    if not console.is_terminal:
        return _show_lines(console, job_versions)
    job: Job = {}
    with Live(console=console, refresh_per_second=10) as live:
        for job in job_versions:
            live.update(_view(job))
    return job


def _show_lines(console: Console, job_versions: Iterable[Job]) -> Job:
    job: Job = {}
    last = ""
    for job in job_versions:
        if (line := _line(job)) != last:
            console.print(line, markup=False, highlight=False, soft_wrap=True)
        last = line
    return job


def _line(job: Job) -> str:
    progress = job.get("progress_data")
    if not progress:
        return f"{job['status']}"
    agents = "  ".join(
        f"{_MARKS[agent['status']]} {agent['name']} {agent['progress_percent']}%" for agent in progress["agents"]
    )
    return f"{progress['progress_percent']:3}%  {progress['message']:32}  {agents}"


def _view(job: Job) -> RenderableType:
    progress = job.get("progress_data")
    if not progress:
        return Text(f"{job['status']} (progress tracking is off)" if job["status"] == "running" else job["status"])
    head = Table.grid(padding=(0, 1))
    head.add_row(
        ProgressBar(total=100, completed=progress["progress_percent"], width=40),
        f"{progress['progress_percent']:3} %",
        progress["message"],
    )
    agents = Table.grid(padding=(0, 1))
    for agent in progress["agents"]:
        style = _STYLES[agent["status"]]
        agents.add_row(
            Text(_MARKS[agent["status"]], style),
            Text(agent["name"], style),
            ProgressBar(total=100, completed=agent["progress_percent"], width=20),
            Text(agent["status"] if agent["status"] != "running" else agent["message"] or "running", style),
        )
    return Group(head, agents)


def is_over(job: Job) -> bool:
    """Whether nothing more will happen to it, unless its owner asks for a retry."""
    return job["status"] in _ENDED
