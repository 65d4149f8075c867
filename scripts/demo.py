"""Run all of Alex on this machine and analyze a portfolio: your CSV file or the sample.

The file is a broker's export, or has one line per holding: account,symbol,quantity,price. With the symbol CASH, the
quantity is an amount in US dollars.
"""

import json
import os
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from functions.api.http.bodies import MAX_BODY_BYTES
from functions.api.portfolio_csv import LineError, UnreadableCsv, parse_portfolio_csv
from scripts.api_client import AlexApi, ApiError
from scripts.cli import run
from scripts.local.converse.options import LocalModel, add_model_options, local_model, words_by
from scripts.local.processes import ChildFailed
from scripts.local.signals import handle_stop_signals, interruptible
from scripts.local.stack import AlreadyRunning, LocalStack
from scripts.manifest import ROOT, overrides, read_manifest
from scripts.progress_view import show

_STATE = ROOT / ".local" / "demo"
_POLL_S = 0.2  # more often than the 2 s recommended to clients, because nobody else uses this stack

#: The goals that the retirement outlook needs: the field of the profile, and what to enter.
_GOALS = {
    "--age": ("current_age", "your age"),
    "--retire-in": ("years_until_retirement", "years until you retire; 0 if you have"),
    "--spend": ("target_retirement_income", "US dollars a year that you want to spend in retirement"),
    "--save": ("annual_contribution", "US dollars a year that you save until then"),
}


def main() -> int:
    """Return 0 if the analysis is complete, 1 if it failed, 2 if it could not start."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="the CSV file [the sample portfolio]")
    parser.add_argument("--state", type=Path, default=_STATE, help="folder for data, logs and results [.local/demo]")
    for option, (goal, what) in _GOALS.items():
        parser.add_argument(option, dest=goal, type=int, metavar="N", help=what)
    add_model_options(parser)
    arguments = parser.parse_args()
    console = Console()
    try:
        content = _checked(arguments.file) if arguments.file else None
    except OSError as error:
        console.print(f"Could not read the file: {error.strerror}.")
        return 2
    except UnreadableCsv as error:
        console.print(str(error), markup=False, style="red")
        for wrong in error.errors:
            console.print(f"  {wrong.message}", markup=False)
        return 2
    handle_stop_signals()
    try:
        goals = {goal: value for goal, _ in _GOALS.values() if (value := getattr(arguments, goal)) is not None}
        return _run(console, arguments.state, content, goals, local_model(arguments))
    except (AlreadyRunning, ChildFailed) as error:
        console.print(str(error), markup=False)
        return 2
    except ApiError as error:
        console.print(str(error), markup=False, style="red")
        for entry in error.errors:
            console.print(f"  {entry['field']}: {entry['message']}", markup=False)
        return 2


def _run(console: Console, state: Path, content: bytes | None, goals: dict[str, int], model: LocalModel | None) -> int:
    started = time.monotonic()
    environment = overrides(read_manifest(), {"ENABLE_PROGRESS_TRACKING": "true", **os.environ})
    stack = LocalStack(state, fresh=True, environment=environment, model=model)
    with ExitStack() as stopping:
        with console.status("Starting PostgreSQL, the Data API and the emulated AWS services..."):
            stopping.enter_context(stack)
        console.print(f"The stack started in {time.monotonic() - started:.1f} s: {stack.info.api_url}")
        console.print(words_by(model))
        with interruptible():
            job, page = _analyze(console, AlexApi(stack.info.api_url, stack.info.token), content, goals)
    if job["status"] != "completed":
        console.print(f"The analysis {job['status']}: {job['error_message']}", markup=False, style="red")
        return 1
    _print(console, job, _save(job, page, state / "results"))
    return 0


def _analyze(
    console: Console, alex: AlexApi, content: bytes | None, goals: dict[str, int]
) -> tuple[dict[str, Any], str]:
    """Return the finished job, and its report as HTML ("" if it did not complete)."""
    request: dict[str, Any] = {"analysis_type": "portfolio"}
    if content is None:
        request["options"] = {"portfolio": "sample"}
        console.print(
            "The sample portfolio, with example goals: 3 accounts, 17 holdings, $301,580.00.", highlight=False
        )
    else:
        _import(console, alex, content)
        _set_goals(console, alex, goals)
    submitted = alex.post("/api/analyze", json.dumps(request).encode())
    job = show(console, alex.watch(submitted["job_id"], _POLL_S))
    page = alex.get_text(f"/api/jobs/{job['id']}/report.html") if job["status"] == "completed" else ""
    return job, page


def _checked(file: Path) -> bytes:
    """Return the file's bytes. Raises OSError, or UnreadableCsv before anything is started."""
    content = file.read_bytes()
    if len(content) > MAX_BODY_BYTES:
        raise UnreadableCsv([LineError(1, "file", "The file is larger than 1 MB. Export the holdings only.")])
    parse_portfolio_csv(content)
    return content


def _import(console: Console, alex: AlexApi, content: bytes) -> None:
    imported = alex.post("/api/portfolio/import", content, "application/octet-stream")
    console.print(
        f"{imported['accounts']} accounts, {imported['positions']} holdings, ${imported['total_value']:,.2f}.",
        highlight=False,
    )
    for warning in imported["warnings"]:
        console.print(f"  {warning['message']}", markup=False, style="yellow")
    for skipped in imported["skipped"]:
        console.print(f"  Skipped line {skipped['line']}: {skipped['reason']}", style="dim")


def _set_goals(console: Console, alex: AlexApi, goals: dict[str, int]) -> None:
    """Set the goals that were passed, and ask for the others. The state starts empty, so no goals are set before."""
    if goals:
        alex.put("/api/user", json.dumps(goals).encode())
    if missing := [option for option, (goal, _) in _GOALS.items() if goal not in goals]:
        console.print(f"To see whether your retirement plan works, add {', '.join(missing)}.", highlight=False)


def _save(job: dict[str, Any], page: str, folder: Path) -> dict[str, Path]:
    """Write one file per result, replacing those of an earlier run. Returns the paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "report.html": page,
        "report.md": job["report_payload"]["content"],
        "charts.json": json.dumps(job["charts_payload"], indent=1),
        "retirement.md": job["retirement_payload"]["analysis"],
        "retirement.json": json.dumps(job["retirement_payload"], indent=1),
    }
    files = {}
    for name, content in contents.items():
        files[name] = folder / name
        files[name].write_text(content + "\n", encoding="utf-8")
    return files


def _print(console: Console, job: dict[str, Any], files: dict[str, Path]) -> None:
    console.print()
    console.print(Markdown(job["report_payload"]["content"]))
    console.print()
    console.print(Markdown(job["retirement_payload"]["analysis"]))
    console.print()
    charts = sorted(job["charts_payload"].values(), key=lambda chart: chart["order"])
    titles = ", ".join(chart["title"] for chart in charts)
    console.print(f"Charts: {titles or 'none'}", markup=False)
    console.print(f"Total value: ${job['summary_payload']['total_value']:,.2f}")
    folder = files["report.html"].parent
    console.print(f"Results: {', '.join(files)} in {folder}", soft_wrap=True, markup=False)
    console.print(f"Open in a browser: {files['report.html'].as_uri()}", soft_wrap=True, markup=False)


if __name__ == "__main__":
    run(main)
