"""What `scripts/deploy.py` says and leaves behind, besides the deployment."""

from __future__ import annotations

from tests.deploy.applied.deployment import Deployment, run_script


def test_it_tries_a_job_and_says_what_it_found(deployment: Deployment) -> None:
    said = deployment.deployed.stdout.splitlines()

    # How often the job was seen before its end depends on how fast it was.
    assert "completed" in said
    assert said[-3:] == [
        "The smoke job completed, and what it made is gone again.",
        "No model is set (bedrock_model_id): the texts come from templates, so no model was tried.",
        "`terraform -chdir=terraform output -raw next_steps` tells how to go on.",
    ]


def test_its_next_steps_for_the_operator_can_be_pasted(deployment: Deployment) -> None:
    steps = [line.removeprefix("python3 -m uv run scripts/").split() for line in operators_steps(deployment)]
    assert [script for script, *_ in steps] == ["tail_logs.py", "check_jobs.py", "toggle_progress.py"]

    for script, *arguments in steps:
        without_following = ["--once"] if script == "tail_logs.py" else []
        told = run_script(deployment.cloud, script, *arguments, *without_following)

        assert (told.returncode, told.stderr) == (0, "")
        assert told.stdout


def test_nothing_is_left_of_the_user_and_the_job_that_it_tried_it_with(deployment: Deployment) -> None:
    pool = deployment.outputs["user_pool_id"]

    assert deployment.cloud.emulator.client("cognito-idp").list_users(UserPoolId=pool)["Users"] == []
    assert deployment.cloud.data_api.rows("SELECT count(*) FROM users") == [(0,)]
    assert deployment.cloud.data_api.rows("SELECT count(*) FROM jobs") == [(0,)]


def operators_steps(deployment: Deployment) -> list[str]:
    """Those after the heading, which name scripts of ours."""
    steps: str = deployment.outputs["next_steps"]
    return steps.partition("# For the operator")[2].splitlines()[1:]
