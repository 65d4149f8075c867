"""What the costs are made of is what the table of functions and the plans say."""

from __future__ import annotations

import pytest

from scripts.costs import Job, job_lines
from scripts.table import read_table

TABLE = read_table()
A_JOB = Job(has_model=False, alone=False, input_tokens=1000, output_tokens=100)


def costs(job: Job, jobs: int = 1000) -> dict[str, float]:
    return {line.what.partition(":")[0] + line.unit: line.cost for line in job_lines(TABLE, job, jobs)}


def test_a_job_costs_what_its_functions_memory_and_times_come_to() -> None:
    gb_s = {"planner": 2.0, "reporter": 1.0, "charter": 1.0, "retirement": 1.0, "api": 4 * 0.05, "watchdog": 2 * 0.1}
    expected = sum(TABLE.functions[name].memory_mb / 1024 * seconds for name, seconds in gb_s.items())

    assert costs(A_JOB)["LambdaGB-s"] == pytest.approx(1000 * expected * 0.0000133334)


def test_a_model_costs_its_tokens_and_the_time_that_it_takes() -> None:
    with_model = costs(Job(has_model=True, alone=False, input_tokens=1000, output_tokens=100))

    assert with_model["Bedrock, Nova Protokens"] == pytest.approx(1000 * 100 * 3.2e-6)
    assert with_model["LambdaGB-s"] > 10 * costs(A_JOB)["LambdaGB-s"]
    assert "Bedrock, Nova Protokens" not in costs(A_JOB)


def test_a_job_that_wakes_the_database_pays_until_it_pauses_again() -> None:
    alone = costs(Job(has_model=False, alone=True, input_tokens=0, output_tokens=0))

    assert alone["AuroraACU-h"] == pytest.approx(1000 * 0.5 * (2 + 300) / 3600 * 0.12)
