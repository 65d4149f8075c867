"""The deployment that `scripts/deploy.py` created on an emulated AWS, and access to it for the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.api_client import AlexApi
from scripts.local.emulator import ACCOUNT, REGION
from scripts.manifest import ROOT, read_manifest
from tests.deploy.cloud import Cloud
from tests.deploy.terraform import Terraform, as_argument

TABLE = read_manifest()
ORIGIN = "https://app.example.com"


@dataclass(frozen=True)
class Deployment:
    cloud: Cloud
    terraform: Terraform
    variables: dict[str, object]
    extra_environment: dict[str, str]
    outputs: dict[str, Any]
    deployed: subprocess.CompletedProcess[str]
    """The finished `scripts/deploy.py`, with its output."""

    @property
    def url(self) -> str:
        return self.cloud.api_url

    def apply(self, **variables: object) -> None:
        self.terraform.apply(**{**self.variables, **variables})

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a script as an operator does: with their credentials and Terraform's state."""
        return run_script(self.cloud, script, "--terraform", str(self.terraform.folder), *arguments)

    def configuration(self, function: str) -> dict[str, Any]:
        client = self.cloud.emulator.client("lambda")
        response: dict[str, Any] = client.get_function_configuration(
            FunctionName=self.outputs["function_names"][function]
        )
        return response

    def variables_of(self, function: str) -> dict[str, str]:
        """The environment of a function."""
        return dict(self.configuration(function)["Environment"]["Variables"])

    @property
    def secret_arns(self) -> dict[str, str]:
        """The ARN of each database user's secret, by the user's name in the manifest."""
        return {"owner": self.outputs["secret_arn"], **self.outputs["user_secret_arns"]}

    def passwords(self) -> dict[str, str]:
        """The password of each database user."""
        client = self.cloud.emulator.client("secretsmanager")
        contents = {user: client.get_secret_value(SecretId=arn) for user, arn in self.secret_arns.items()}
        return {user: str(json.loads(content["SecretString"])["password"]) for user, content in contents.items()}

    def arn_of_queue(self, queue: str) -> str:
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:alex-{queue}"


def run_script(cloud: Cloud, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / script), *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env=operator_environment(cloud),
    )


def operator_environment(cloud: Cloud) -> dict[str, str]:
    """An environment without the AWS account of the person who runs the tests."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    return {**own, **cloud.environment(), **cloud.endpoints()}


def given(variables: Mapping[str, object]) -> list[str]:
    """Variables as arguments of `scripts/deploy.py`."""
    return [word for name, value in variables.items() for word in ("--var", f"{name}={as_argument(value)}")]


def submit(alex: AlexApi) -> str:
    """Start an analysis and return its job id."""
    return str(alex.post("/api/analyze", json.dumps({"analysis_type": "portfolio"}).encode())["job_id"])


def outcome(alex: AlexApi, job_id: str) -> dict[str, Any]:
    """Wait for the job to end and return it."""
    return list(alex.watch(job_id, 0.05))[-1]
