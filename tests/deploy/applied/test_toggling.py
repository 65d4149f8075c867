"""Progress tracking is switched by script while a job runs: that one goes on as it began, the next one follows."""

from __future__ import annotations

import pytest

from scripts.api_client import AlexApi
from tests.deploy.applied.deployment import Deployment, outcome, submit

COMMIT = "INSERT INTO job_results"
NEXT_APPLY = "The next `terraform apply` sets it back, unless its variable says enable_progress_tracking = "


@pytest.mark.parametrize(("switch", "before", "after"), [("on", None, 100), ("off", 100, None)])
def test_a_switch_during_a_job_loses_nothing_and_changes_the_next_one(
    deployment: Deployment, alex: AlexApi, switch: str, before: int | None, after: int | None
) -> None:
    variables = deployment.variables_of("planner")
    value = {"on": "true", "off": "false"}[switch]

    with deployment.cloud.data_api.held(COMMIT) as held:
        running = submit(alex)
        held.wait()
        switched = deployment.run("toggle_progress.py", switch, "--aws")
    job, next_job = outcome(alex, running), outcome(alex, submit(alex))

    assert (switched.returncode, switched.stdout.splitlines()[-1]) == (0, f"{NEXT_APPLY}{value}.")
    assert deployment.variables_of("planner") == {**variables, "ENABLE_PROGRESS_TRACKING": value}
    assert (job["status"], percent(job)) == ("completed", before)
    assert (next_job["status"], percent(next_job)) == ("completed", after)
    assert attempts(deployment, running) == 1


def test_status_tells_how_it_is_and_changes_nothing(deployment: Deployment) -> None:
    told = deployment.run("toggle_progress.py", "status", "--aws")

    assert told.stdout.splitlines() == [
        "alex-api             ENABLE_PROGRESS_TRACKING=false",
        "alex-planner         ENABLE_PROGRESS_TRACKING=false",
    ]


def percent(job: dict[str, object]) -> object:
    match job["progress_data"]:
        case {"progress_percent": percent}:
            return percent
    return None


def attempts(deployment: Deployment, job_id: str) -> object:
    ((attempt,),) = deployment.cloud.data_api.rows(f"SELECT attempt FROM jobs WHERE id = '{job_id}'")
    return attempt
