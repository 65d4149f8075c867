"""An agent added to a copy of the tree, as a folder and a row in functions.yaml, runs and appears everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from functions.shared.plans import AGENTS
from scripts.manifest import ROOT

REBALANCER = Path(__file__).parent / "rebalancer"
COPIED = ("functions", "scripts", "migrations")
ROW = """
  rebalancer:
    description: Plans the trades that meet the targets.
    trigger: planner
    timeout_s: 60
    uses: [database:workers]
"""
RUN_JOB = """
import json
from scripts.api_client import AlexApi
from scripts.costs import Job
from scripts.local.temporary import temporary_stack

with temporary_stack(environment={"planner": {"ENABLE_PROGRESS_TRACKING": "true"}}) as stack:
    alex = AlexApi(stack.info.api_url, stack.info.token)
    alex.post("/api/populate-test-data")
    *_, job = alex.watch(alex.post("/api/analyze")["job_id"], 0.05)
    seen = {
        "job": job,
        "report.html": alex.get_text(f"/api/jobs/{job['id']}/report.html"),
        "config": alex.get("/config.json"),
        "openapi": alex.get("/openapi.json"),
        "stats": alex.get("/api/stats"),
        "costs": Job(has_model=True, alone=False, input_tokens=0, output_tokens=0).agents_s(),
    }
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The results of a job with the rebalancer, and every other place that shows agents."""
    copy = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        shutil.copytree(
            ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "web", "docs", ".docs*", "sample")
        )
    shutil.copytree(REBALANCER, copy / "functions" / "rebalancer")
    manifest = copy / "functions" / "functions.yaml"
    functions, queues = manifest.read_text(encoding="utf-8").split("\nqueues:\n")
    manifest.write_text(f"{functions}{ROW}\nqueues:\n{queues}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN_JOB],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_job_runs_added_agent_and_serves_its_section(seen: Any) -> None:
    job = seen["job"]

    assert job["status"] == "completed"
    assert job["sections"] == [*(agent.section for agent in AGENTS), "rebalancing"]
    assert job["rebalancing_payload"]["content"] == "Two trades **suffice**."
    assert len(job["rebalancing_payload"]["trades"]) > 1


def test_progress_and_statistics_include_added_agent(seen: Any) -> None:
    names = [*(agent.name for agent in AGENTS), "rebalancer"]

    assert [line["name"] for line in seen["job"]["progress_data"]["agents"]] == ["setup", *names, "finalizing"]
    assert [line["agent"] for line in seen["stats"]["agents"]] == names
    assert seen["costs"]["rebalancer"] == 5


def test_page_receives_names_of_added_agent(seen: Any) -> None:
    assert seen["config"]["sections"]["rebalancing"] == "Rebalancing plan"
    assert seen["config"]["steps"]["rebalancer"] == {"task": "Plan the trades", "doing": "Planning the trades"}


def test_openapi_document_describes_section_of_added_agent(seen: Any) -> None:
    schemas = seen["openapi"]["components"]["schemas"]

    served = schemas["JobWithResults"]["properties"]["rebalancing_payload"]
    assert {"$ref": "#/components/schemas/Rebalancing"} in served["anyOf"]
    assert {"content", "turnover", "trades"} <= schemas["Rebalancing"]["properties"].keys()


def test_printable_report_shows_texts_figures_and_lists_of_added_agent(seen: Any) -> None:
    _, _, section = seen["report.html"].partition("<h2>Rebalancing plan</h2>")

    assert "Two trades <strong>suffice</strong>." in section
    assert "<td>Turnover</td>" in section
    assert "12,345.68" in section
    assert "<h3>Trades</h3>" in section
    assert "<th>Account</th>" in section
