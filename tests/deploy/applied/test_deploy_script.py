"""Output of `scripts/deploy.py`, and the removal of its smoke job."""

from __future__ import annotations

from scripts.local.emulator import ACCOUNT, REGION
from tests.deploy.applied.deployment import Deployment, run_script


def test_smoke_job_runs_and_unfinished_jobs_get_their_messages(deployment: Deployment) -> None:
    lines = deployment.deployed.stdout.splitlines()

    # How many lines come before depends on the speed of the job.
    assert lines[-4:] == [
        "The smoke job completed and was removed.",
        "No model is set (bedrock_model_id): the texts come from templates, so no model was tried.",
        "Sent 0 messages for unfinished jobs.",
        "`terraform -chdir=terraform output -raw next_steps` prints the next steps.",
    ]


def test_next_steps_for_operators_work_as_printed(deployment: Deployment) -> None:
    steps = [line.removeprefix("python3 -m uv run scripts/").split() for line in operators_steps(deployment)]
    assert [script for script, *_ in steps] == ["tail_logs.py", "check_jobs.py", "toggle_progress.py", "redrive.py"]

    for script, *arguments in steps:
        without_following = ["--once"] if script == "tail_logs.py" else []
        done = run_script(deployment.cloud, script, *arguments, *without_following)

        assert (done.returncode, done.stderr) == (0, f"AWS account {ACCOUNT}, {REGION} (alex)\n")
        assert done.stdout


def test_smoke_user_and_smoke_job_are_removed(deployment: Deployment) -> None:
    pool = deployment.outputs["user_pool_id"]

    assert deployment.cloud.emulator.client("cognito-idp").list_users(UserPoolId=pool)["Users"] == []
    assert deployment.cloud.data_api.rows("SELECT count(*) FROM users") == [(0,)]
    assert deployment.cloud.data_api.rows("SELECT count(*) FROM jobs") == [(0,)]


def operators_steps(deployment: Deployment) -> list[str]:
    """The lines after the heading that run our scripts."""
    steps: str = deployment.outputs["next_steps"]
    return steps.partition("# For operators")[2].splitlines()[1:]
