"""Progress tracking is switched by script while a job runs: the job ends well, and the next one follows the switch.

AWS lets a function that is at work end as it began. The emulator kills it when its configuration changes, so that the
running job is taken up by another attempt here: a harder test of the same.
"""

from __future__ import annotations

import pytest

from scripts.api_client import AlexApi
from tests.deploy.applied.deployment import Deployment, outcome, submit

COMMIT = "INSERT INTO job_results"
NEXT_APPLY = "The next `terraform apply` sets it back, unless its variable says enable_progress_tracking = "
SECTIONS = ("report_payload", "charts_payload", "retirement_payload", "summary_payload")


@pytest.mark.parametrize(("switch", "value", "percent"), [("on", "true", 100), ("off", "false", None)])
def test_a_switch_during_a_job_loses_nothing_and_changes_the_next_one(
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


def test_status_tells_how_it_is_and_changes_nothing(deployment: Deployment) -> None:
    told = deployment.run("toggle_progress.py", "status", "--aws")

    assert told.stdout.splitlines() == [
        "alex-api             ENABLE_PROGRESS_TRACKING=false",
        "alex-planner         ENABLE_PROGRESS_TRACKING=false",
    ]
