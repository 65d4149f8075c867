"""Finds functions that lack variables, for example because one variable was set without repeating the others.

Lambda replaces the whole environment ("UpdateFunctionConfiguration" in the AWS Lambda API Reference).
"""

from __future__ import annotations

from typing import Any

from functions.shared.analysis.wording import listed
from scripts.deployment import Deployment
from scripts.manifest import DATABASE_USERS, DeploymentContext, environment, read_manifest

_NAMED = 2


def diagnosis(deployment: Deployment, client: Any) -> str | None:
    """Return a sentence about the first function that lacks variables; None if none does. Raises botocore's errors."""
    manifest = read_manifest()
    context = DeploymentContext(
        cluster_arn="",
        secret_arns=dict.fromkeys(DATABASE_USERS, ""),
        database="",
        queue_urls=dict.fromkeys(manifest.queues, ""),
    )
    # The planner first: without it, no job proceeds.
    for function in sorted(manifest.functions.values(), key=lambda function: function.name != "planner"):
        name = deployment.function(function.name)
        present = client.get_function_configuration(FunctionName=name).get("Environment", {}).get("Variables", {})
        missing = sorted(environment(manifest, function, context).keys() - present.keys())
        if missing:
            restore = "start the stack again" if deployment.aws_endpoint_url else "run `terraform apply`"
            return f"{name} can't work: its environment lacks {listed(missing, _NAMED)}. To restore them, {restore}."
    return None
