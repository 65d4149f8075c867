"""Benchmarks that no other test covers run to their end with the smallest workload.

Figures and budgets need a full run on a quiet machine.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from scripts.manifest import ROOT

SMALLEST = {
    "faults": ["--runs", "2", "--processes", "1"],
    "growth": ["--jobs", "1000", "--reads", "1"],
    "progress": ["--jobs", "60", "--world", "log-normal"],
    "retirement": ["--calls", "1"],
}


@pytest.mark.parametrize("benchmark", SMALLEST)
def test_benchmark_runs_and_prints_figures(benchmark: str) -> None:
    script = ROOT / "scripts" / "benchmarks" / f"{benchmark}.py"

    done = subprocess.run([sys.executable, script, *SMALLEST[benchmark]], capture_output=True, text=True, check=False)

    assert "Traceback" not in done.stderr
    assert done.returncode in {0, 1}  # 1: over a budget, which is meaningless in such a small run
    assert any(character.isdigit() for character in done.stdout)
