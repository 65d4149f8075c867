"""The first command that anybody runs: a portfolio becomes a report, and nothing is left running however it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.local.processes import Registry
from scripts.table import ROOT

DEMO = [sys.executable, str(ROOT / "scripts" / "demo.py")]
RESULTS = {"report.html", "report.md", "charts.json", "retirement.md", "retirement.json"}
UNREADABLE = "account,symbol,quantity,price\nRoth IRA,VTI,80,301.15\nRoth IRA,BND,many,72.10\n"


def demo(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*DEMO, "--state", str(state), "--templates", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def is_left(state: Path) -> bool:
    """Whether anything that was started there is not ended, or nobody knows whether it is."""
    files = [state / name for name in ("processes.json", "postgres.json")]
    assert all(file.exists() for file in files)
    return any(Registry(file).entries() for file in files)


def test_the_sample_portfolio_becomes_a_report(tmp_path: Path) -> None:
    ended = demo(tmp_path)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "3 accounts with 17 positions, 301,580.00 dollars in all." in ended.stdout
    assert {file.name for file in (tmp_path / "results").iterdir()} == RESULTS
    assert "301,580.00" in (tmp_path / "results" / "report.html").read_text()
    assert json.loads((tmp_path / "results" / "charts.json").read_text())
    assert not is_left(tmp_path)


def test_a_file_that_can_not_be_imported_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(UNREADABLE)

    ended = demo(tmp_path / "state", str(file))

    assert (ended.returncode, ended.stderr) == (2, "")
    assert "  quantity: In line 3, write the quantity as a plain number" in ended.stdout
    assert not (tmp_path / "state" / "results").exists()
    assert not is_left(tmp_path / "state")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_one_may_stop_it_at_any_time(tmp_path: Path, stop: signal.Signals) -> None:
    command = [*DEMO, "--state", str(tmp_path), "--pace", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout
        assert any("Running" in line for line in running.stdout)
        running.send_signal(stop)
        _, said = running.communicate(timeout=30)

    assert (running.returncode, said) == (130, "\nStopped.\n")
    assert not is_left(tmp_path)
