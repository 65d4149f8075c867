"""Costs and concurrency follow from the manifest of functions and from the plans."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from functions.shared.agent_declaration import JobType
from functions.shared.plans import PLANS
from scripts.costs import Job, executions, idle_lines, job_lines, number_of_alarms
from scripts.manifest import ROOT, read_manifest

TABLE = read_manifest()
POLL_S = 0.05
A_JOB = Job(has_model=False, alone=False, input_tokens=1000, output_tokens=100)


def costs(job: Job, jobs: int = 1000) -> dict[str, float]:
    return {line.what.partition(":")[0] + line.unit: line.cost for line in job_lines(TABLE, job, jobs, POLL_S)}


def test_lambda_costs_follow_from_memory_and_durations() -> None:
    gb_s = {"planner": 2.0, **{agent.name: 1.0 for agent in PLANS[JobType.PORTFOLIO]}, "api": 4 * POLL_S}
    expected = sum(TABLE.functions[name].memory_mb / 1024 * seconds for name, seconds in gb_s.items())

    assert costs(A_JOB)["LambdaGB-s"] == pytest.approx(1000 * expected * 0.0000133334)


def test_job_with_model_pays_for_tokens_and_longer_runs() -> None:
    with_model = costs(Job(has_model=True, alone=False, input_tokens=1000, output_tokens=100))

    assert with_model["Bedrock, Nova Protokens"] == pytest.approx(1000 * 100 * 3.2e-6)
    assert with_model["LambdaGB-s"] > 10 * costs(A_JOB)["LambdaGB-s"]
    assert "Bedrock, Nova Protokens" not in costs(A_JOB)


def test_job_that_resumes_database_pays_until_it_pauses_again() -> None:
    alone = costs(Job(has_model=False, alone=True, input_tokens=0, output_tokens=0))

    assert alone["AuroraACU-h"] == pytest.approx(1000 * 0.5 * (2 + 300) / 3600 * 0.12)


def test_heartbeats_of_longer_job_cost_more_queue_requests() -> None:
    def queue_requests(job: Job) -> float:
        return next(line.quantity for line in job_lines(TABLE, job, 1, POLL_S) if line.what.startswith("SQS"))

    assert queue_requests(A_JOB) == pytest.approx(3 + 1 + 2 / 20)
    assert queue_requests(Job(has_model=True, alone=False, input_tokens=0, output_tokens=0)) == pytest.approx(
        3 + 1 + (7 + 33) / 20
    )


def test_idle_month_pays_for_every_alarm_and_consumed_queue() -> None:
    quantities = {line.what.partition(":")[0]: line.quantity for line in idle_lines(TABLE)}

    assert quantities["CloudWatch"] == number_of_alarms(TABLE)
    assert quantities["SQS"] == 2 * 5 * 30 * 24 * 3600 / 20


def test_200_pollers_every_2_s_take_5_concurrent_executions() -> None:
    lines = {line.what.partition(":")[0]: line.concurrency for line in executions(TABLE, 200, POLL_S)}

    assert lines == pytest.approx({"api": 5, "planner": 2, **{agent.name: 2 for agent in PLANS[JobType.PORTFOLIO]}})


def test_lines_are_available_as_json() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "costs.py"), "--jobs", "7", "--json"]
    document = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    assert len(document["usd"]) == 6
    for lines in document["usd"].values():
        assert all(line["cost"] == pytest.approx(line["quantity"] * line["price"]) for line in lines)
    assert document["concurrent_executions"][0]["what"].startswith("api: 200 people")
