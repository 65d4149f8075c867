"""A function whose environment was replaced is found and named."""

from __future__ import annotations

from typing import Any

import pytest

from scripts.deployment import Deployment
from scripts.environment_check import diagnosis
from scripts.manifest import DATABASE_USERS, DeploymentContext, environment, read_manifest

CONTEXT = DeploymentContext(
    cluster_arn="c", secret_arns=dict.fromkeys(DATABASE_USERS, "s"), database="d", queue_urls={"analysis-jobs": "q"}
)


class Lambda:
    """A Lambda client. `replaced` are the variables of some functions; all others have their own."""

    def __init__(self, **replaced: dict[str, str]) -> None:
        manifest = read_manifest()
        whole = {name: environment(manifest, function, CONTEXT) for name, function in manifest.functions.items()}
        self._variables = {f"alex-{name}": variables for name, variables in (whole | replaced).items()}

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        variables = self._variables[FunctionName]
        return {"Environment": {"Variables": variables}} if variables else {}


def test_complete_environments_are_fine() -> None:
    assert diagnosis(Deployment(), Lambda()) is None


@pytest.mark.parametrize(
    ("endpoint", "advice"), [(None, "run `terraform apply`"), ("http://127.0.0.1:1", "start the stack again")]
)
def test_wiped_planner_is_named_with_a_remedy(endpoint: str | None, advice: str) -> None:
    wiped = Lambda(planner={"ENABLE_PROGRESS_TRACKING": "true"}, api={})

    message = diagnosis(Deployment(aws_endpoint_url=endpoint), wiped)

    assert message is not None
    assert message.startswith("alex-planner can't work: its environment lacks AGENT_TIMEOUT_S, DB_CLUSTER_ARN and ")
    assert message.endswith(f" more. To restore them, {advice}.")


def test_single_missing_variable_is_named() -> None:
    manifest = read_manifest()
    variables = environment(manifest, manifest.functions["charter"], CONTEXT)

    message = diagnosis(Deployment(), Lambda(charter={k: v for k, v in variables.items() if k != "DB_NAME"}))

    assert message == "alex-charter can't work: its environment lacks DB_NAME. To restore them, run `terraform apply`."
