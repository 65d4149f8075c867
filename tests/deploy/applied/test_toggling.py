"""Toggling progress tracking during a job: the job completes, and the next one uses the new setting.

On AWS, a running invocation keeps its configuration. The emulator kills it when the configuration changes, so another
attempt completes the job here, which is harder than on AWS.
"""

from __future__ import annotations

import pytest

from scripts.api_client import AlexApi
from tests.deploy.applied.deployment import Deployment, outcome, submit

COMMIT = "INSERT INTO job_results"
NEXT_APPLY = "The next `terraform apply` resets it unless you set enable_progress_tracking = "
SECTIONS = ("report_payload", "charts_payload", "retirement_payload", "summary_payload")


@pytest.mark.parametrize(("switch", "value", "percent"), [("on", "true", 100), ("off", "false", None)])
def test_toggle_during_job_affects_only_next_one(
    deployment: Deployment, alex: AlexApi, switch: str, value: str, percent: int | None
) -> None:
    variables = deployment.variables_of("planner")

    with deployment.cloud.data_api.held(COMMIT) as held:
        running = submit(alex)
        held.wait()
        switched = deployment.run("toggle_progress.py", switch, "--aws")
    job, next_job = outcome(alex, running), outcome(alex, submit(alex))

    assert (switched.returncode, switched.stdout.splitlines()[-1]) == (0, f"{NEXT_APPLY}{value}.")
    assert deployment.variables_of("planner") == {**variables, "ENABLE_PROGRESS_TRACKING": value}
    assert job["status"] == "completed"
    assert [section for section in SECTIONS if job[section] is None] == []
    assert next_job["status"] == "completed"
    assert (next_job["progress_data"] or {"progress_percent": None})["progress_percent"] == percent


def test_status_reports_flag_without_changing_it(deployment: Deployment) -> None:
    result = deployment.run("toggle_progress.py", "status", "--aws")

    assert result.stdout.splitlines() == [
        "alex-api             ENABLE_PROGRESS_TRACKING=false",
        "alex-planner         ENABLE_PROGRESS_TRACKING=false",
    ]
