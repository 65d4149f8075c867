"""Each benchmark runs to its end with the smallest workload. Figures and budgets need a full run on a quiet machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scripts.manifest import ROOT

SMALLEST = {
    "api_cost": ["--rounds", "1", "--calls", "1"],
    "backlog": ["--jobs", "3", "--processes", "1"],
    "faults": ["--runs", "2", "--processes", "1"],
    "growth": ["--jobs", "1000", "--reads", "1"],
    "import_cost": ["--runs", "1"],
    "load": ["--pollers", "2", "--jobs", "1", "--seconds", "2"],
    "orchestration": ["--scale", "0.02", "--pairs", "1"],
    "progress": ["--jobs", "60", "--world", "log-normal"],
    "retirement": ["--calls", "1"],
}


@pytest.mark.parametrize("benchmark", SMALLEST)
def test_benchmark_runs_and_prints_budgets(benchmark: str) -> None:
    script = ROOT / "scripts" / "benchmarks" / f"{benchmark}.py"

    done = subprocess.run(
        [sys.executable, script, *SMALLEST[benchmark]], capture_output=True, text=True, check=False, timeout=100
    )

    assert "Traceback" not in done.stderr
    assert done.returncode in {0, 1}  # 1: over a budget, which so small a run says nothing about
    assert "budget" in done.stdout.lower() or "violations" in done.stdout
