"""What the demo refuses before it starts anything, and how it shows the result."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from functions.api.limits import MAX_BODY_BYTES
from scripts.demo import _show, main
from tests.functions.built_results import results
from tests.portfolios import NO_GOALS, sample

BROKEN = "account,symbol,quantity,price\nRoth IRA,VTI,80,301.15\nRoth IRA,BND,many,72.10\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("broken.csv").write_text(BROKEN)
    Path("mine.csv").write_text(BROKEN.replace("many", "5"))
    Path("huge.csv").write_bytes(b"x" * (MAX_BODY_BYTES + 1))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("broken.csv", "  Line 3: write the quantity as a plain number"),
        ("huge.csv", "huge.csv is larger than 1 MB. Export the holdings only."),
        ("none.csv", "Could not read none.csv: No such file or directory."),
        ("mine.csv --age 200", "--age: must be between 16 and 110"),
        ("--age 50", "the sample portfolio has its own goals: pass your file along with --age, --retire-in, --spend"),
    ],
)
def test_wrong_input_is_refused_before_anything_starts(
    arguments: str, reason: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["demo.py", "--state", "state", *arguments.split()])

    try:
        status: object = main()
    except SystemExit as ended:
        status = ended.code

    assert status == 2
    assert reason in "".join(capsys.readouterr())
    assert not (folder / "state").exists()


def shown(goals: dict[str, Any], state: Path, *, is_full: bool = False) -> list[str]:
    """The lines printed into a pipe for a job of the sample portfolio with these goals."""
    payloads = {
        f"{name}_payload": json.loads(payload.model_dump_json())
        for name, payload in results(sample(**goals)).payloads.items()
    }
    output = io.StringIO()
    _show(Console(file=output, width=80), {"status": "completed", **payloads}, state, is_full=is_full)
    return output.getvalue().splitlines()


def test_last_line_is_the_path_from_the_current_folder(folder: Path) -> None:
    assert shown({}, folder / "state")[-1] == "Your report is ready: state/results/report.html"


def test_long_path_is_not_broken(folder: Path) -> None:
    elsewhere = folder.parent / ("long folder " * 12).strip()

    assert shown({}, elsewhere)[-1] == f"Your report is ready: {elsewhere}/results/report.html"


def test_demo_asks_for_goals_that_are_missing(folder: Path) -> None:
    asked = "To see whether your retirement plan works, add --age, --retire-in, --spend and --save."

    assert asked in shown(NO_GOALS, folder)
    assert not any("To see whether" in line for line in shown({}, folder))


def test_full_text_is_printed_on_request(folder: Path) -> None:
    full = shown({}, folder, is_full=True)

    assert any("How the portfolio is invested" in line for line in full)
    assert not any("How the portfolio is invested" in line for line in shown({}, folder))
    assert full[-1] == "Your report is ready: results/report.html"
