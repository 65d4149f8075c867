"""Run all of Alex on this machine and analyze a portfolio: your CSV file or the sample.

The file is a broker's export, or has one line per holding: account,symbol,quantity,price. With the symbol CASH, the
quantity is an amount in US dollars.
"""

import json
import os
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from functions.api.http.problems import Invalid
from functions.api.limits import MAX_BODY_BYTES
from functions.api.portfolio_csv import UnreadableCsv, parse_portfolio_csv
from functions.api.schemas.goals import UserChanges
from functions.shared.analysis.wording import count, listed, money
from scripts.api_client import AlexApi, ApiError
from scripts.cli import run
from scripts.local.converse.options import LocalModel, add_model_options, local_model, words_by
from scripts.local.processes import ChildFailed
from scripts.local.signals import handle_stop_signals, interruptible
from scripts.local.stack import AlreadyRunning, LocalStack
from scripts.manifest import ROOT, overrides, read_manifest
from scripts.outcome_view import full_texts, print_paragraph, show_full_text, show_outcome, show_place
from scripts.progress_view import show

_STATE = ROOT / ".local" / "demo"
_PAGE = "report.html"
_STARTING = "Starting PostgreSQL, the Data API and the emulated AWS services..."
_POLL_S = 0.2  # more often than the 2 s recommended to clients, because nobody else uses this stack

#: The goals that the retirement outlook needs: the field of the profile, and what to enter.
_GOALS = {
    "--age": ("current_age", "your age"),
    "--retire-in": ("years_until_retirement", "years until you retire; 0 if you have"),
    "--spend": ("target_retirement_income", "US dollars a year that you want to spend in retirement"),
    "--save": ("annual_contribution", "US dollars a year that you save until then"),
}


class _FileRefused(Exception):
    """The file can't be analyzed. The arguments are a sentence and details."""


def main() -> int:
    """Return 0 if the analysis is complete, 1 if it failed, 2 if it could not start."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="the CSV file [the sample portfolio]")
    parser.add_argument("--state", type=Path, default=_STATE, help="folder for data, logs and results [.local/demo]")
    for option, (goal, what) in _GOALS.items():
        parser.add_argument(option, dest=goal, type=int, metavar="N", help=what)
    parser.add_argument("--full", action="store_true", help="print the full text of the report")
    add_model_options(parser)
    arguments = parser.parse_args()
    goals = {goal: value for goal, _ in _GOALS.values() if (value := getattr(arguments, goal)) is not None}
    if wrong := _wrong_goals(goals):
        parser.error(wrong)
    if goals and not arguments.file:
        parser.error(f"the sample portfolio has its own goals: pass your file along with {listed(list(_GOALS))}")
    console = Console()
    try:
        content = _checked(arguments.file) if arguments.file else None
        handle_stop_signals()
        job = _run(console, arguments.state, content, goals, local_model(arguments))
    except _FileRefused as error:
        return _refuse(console, *error.args)
    except (AlreadyRunning, ChildFailed) as error:
        return _refuse(console, str(error))
    except ApiError as error:
        return _refuse(console, str(error), *(f"{entry['field']}: {entry['message']}" for entry in error.errors))
    if job["status"] != "completed":
        console.print(f"The analysis {job['status']}: {job['error_message']}", markup=False, style="red")
        console.print(f"The logs are in {_short(arguments.state)}.", markup=False, soft_wrap=True)
        return 1
    _show(console, job, arguments.state, is_full=arguments.full)
    return 0


def _refuse(console: Console, reason: str, *details: str) -> int:
    """Print why there is no analysis. Returns the exit status."""
    console.print(reason, markup=False, highlight=False, style="red", soft_wrap=True)
    for detail in details:
        console.print(f"  {detail}", markup=False, highlight=False, soft_wrap=True)
    return 2


def _wrong_goals(goals: dict[str, int]) -> str:
    """Return a sentence for the first option whose value the API would reject; empty if there is none."""
    try:
        UserChanges.model_validate(goals)
    except ValidationError as error:
        wrong = Invalid.from_validation(error.errors()).errors[0]
        return f"{next(option for option, (goal, _) in _GOALS.items() if goal == wrong.field)}: {wrong.message}"
    return ""


def _run(
    console: Console, state: Path, content: bytes | None, goals: dict[str, int], model: LocalModel | None
) -> dict[str, Any]:
    """Analyze the portfolio on a stack of its own, and write the results to files. Returns the finished job."""
    started = time.monotonic()
    environment = overrides(read_manifest(), {"ENABLE_PROGRESS_TRACKING": "true", **os.environ})
    stack = LocalStack(state, fresh=True, environment=environment, model=model)
    with ExitStack() as stopping:
        with console.status(_STARTING):
            if not console.is_terminal:
                console.print(_STARTING)
            stopping.enter_context(stack)
        console.print(f"Local stack at {stack.info.api_url}, started in {time.monotonic() - started:.1f} s.")
        print_paragraph(console, Text(words_by(model)))
        with interruptible():
            job, page = _analyze(console, AlexApi(stack.info.api_url, stack.info.token), content, goals)
    if job["status"] == "completed":
        _save(job, page, state / "results")
    return job


def _analyze(
    console: Console, alex: AlexApi, content: bytes | None, goals: dict[str, int]
) -> tuple[dict[str, Any], str]:
    """Return the finished job, and its report as HTML ("" if it did not complete)."""
    request: dict[str, Any] = {"analysis_type": "portfolio"}
    if content is None:
        request["options"] = {"portfolio": "sample"}
        console.print("The sample portfolio, with example goals: 3 accounts, 17 holdings, $301,580.", highlight=False)
    else:
        _import(console, alex, content)
        if goals:
            alex.put("/api/user", json.dumps(goals).encode())
    submitted = alex.post("/api/analyze", json.dumps(request).encode())
    job = show(console, alex.watch(submitted["job_id"], _POLL_S))
    page = alex.get_text(f"/api/jobs/{job['id']}/report.html") if job["status"] == "completed" else ""
    return job, page


def _checked(file: Path) -> bytes:
    """Return the file's bytes. Raises _FileRefused before anything is started."""
    try:
        content = file.read_bytes()
        if len(content) > MAX_BODY_BYTES:
            raise _FileRefused(f"{file} is larger than 1 MB. Export the holdings only.")
        parse_portfolio_csv(content)
    except OSError as error:
        raise _FileRefused(f"Could not read {file}: {error.strerror}.") from None
    except UnreadableCsv as error:
        raise _FileRefused(f"{file}: {error}", *(line.message for line in error.errors)) from None
    return content


def _import(console: Console, alex: AlexApi, content: bytes) -> None:
    imported = alex.post("/api/portfolio/import", content, "application/octet-stream")
    accounts, holdings = count(imported["accounts"], "account"), count(imported["positions"], "holding")
    total = money(Decimal(str(imported["total_value"])))
    console.print(f"Your portfolio: {accounts}, {holdings}, {total}.", highlight=False)
    for warning in imported["warnings"]:
        console.print(f"  {warning['message']}", markup=False, style="yellow", highlight=False)
    for skipped in imported["skipped"]:
        text = f"  Skipped line {skipped['line']}: {skipped['reason']}"
        console.print(text, markup=False, style="dim", highlight=False)


def _save(job: dict[str, Any], page: str, folder: Path) -> None:
    """Write one file per result, replacing those of an earlier run."""
    folder.mkdir(parents=True, exist_ok=True)
    report, retirement = full_texts(job)
    contents = {
        _PAGE: page,
        "report.md": report,
        "charts.json": json.dumps(job["charts_payload"], indent=1),
        "retirement.md": retirement,
        "retirement.json": json.dumps(job["retirement_payload"], indent=1),
    }
    for name, content in contents.items():
        (folder / name).write_text(content + "\n", encoding="utf-8")


def _show(console: Console, job: dict[str, Any], state: Path, *, is_full: bool) -> None:
    """Print the result, the goals that are missing for more, and the path of the report."""
    if is_full:
        show_full_text(console, job)
    else:
        show_outcome(console, job)
    missing = job["retirement_payload"]["missing_goals"]
    if options := [option for option, (goal, _) in _GOALS.items() if goal in missing]:
        print_paragraph(console, Text(f"To see whether your retirement plan works, add {listed(options)}."))
    if not is_full:
        hint = "The full text and the data are in the same folder. --full prints the text."
        print_paragraph(console, Text(hint, "dim"))
    page = (state / "results" / _PAGE).resolve()
    show_place(console, _short(page), page.as_uri())


def _short(path: Path) -> str:
    """Return the path from the current folder if it is inside of it, else the whole path."""
    path = path.resolve()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


if __name__ == "__main__":
    run(main)
