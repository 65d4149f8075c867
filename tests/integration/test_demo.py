"""The first command that people run: it turns a portfolio into a report and leaves nothing running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.local.processes import Registry
from scripts.manifest import ROOT

DEMO = [sys.executable, str(ROOT / "scripts" / "demo.py")]
REGISTRIES = ("processes.json", "postgres.json")
#: Before the analysis, one when each of five steps starts and ends, and the result.
MOST_LINES = 6 + 2 * 5 + 10
RESULTS = {"report.html", "report.md", "charts.json", "retirement.md", "retirement.json"}


def demo(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*DEMO, "--state", str(state), "--templates", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def is_left(state: Path) -> bool:
    """Whether a registry in the folder still lists a child."""
    files = [state / name for name in REGISTRIES]
    assert all(file.exists() for file in files)
    return any(Registry(file).entries() for file in files)


def test_sample_portfolio_becomes_a_report(tmp_path: Path) -> None:
    ended = demo(tmp_path)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "with example goals: 3 accounts, 17 holdings, $301,580.\n" in ended.stdout
    assert len(ended.stdout.splitlines()) <= MOST_LINES
    assert [line for line in ended.stdout.splitlines() if ": done in" in line][-1].startswith("Put it together: ")
    assert "\nAt $60,000 a year, your money lasts to age 95 in about " in ended.stdout
    assert ended.stdout.endswith(f"\nYour report is ready: {tmp_path / 'results' / 'report.html'}\n")
    assert "\x1b" not in ended.stdout
    assert {file.name for file in (tmp_path / "results").iterdir()} == RESULTS
    assert "$301,580" in (tmp_path / "results" / "report.html").read_text()
    assert json.loads((tmp_path / "results" / "charts.json").read_text())
    assert not is_left(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_demo_stops_cleanly_on_signals(tmp_path: Path, number: signal.Signals) -> None:
    """Several signals to the process group, as from a supervisor and `uv run`."""
    command = [*DEMO, "--state", str(tmp_path), "--pace", "1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stdout
        assert any("17 holdings" in line for line in running.stdout)
        children = [entry for file in REGISTRIES for entry in Registry(tmp_path / file).entries()]
        for _ in range(5):
            os.killpg(running.pid, number)
            time.sleep(0.001)
        _, stderr = running.communicate()

    assert (running.returncode, stderr) == (130, "\nStopped.\n")
    assert {entry.name for entry in children} == {"postgres", "emulator", "data api", "converse"}
    assert not [process for entry in children for process in entry.processes()]
    assert not is_left(tmp_path)
