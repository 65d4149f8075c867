"""Runs Terraform on a copy of terraform/ with its own state and provider."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scripts.manifest import ROOT

NO_TERRAFORM = "Terraform is not installed"
PROVIDER = "*/hashicorp/aws"
NOT_COPIED = shutil.ignore_patterns(".terraform", ".terraform.*", "*.tfstate*", "*.tfvars")


class TerraformFailed(AssertionError):
    """The message ends with Terraform's output."""


class Terraform:
    """A configuration in `folder`. `environment` holds credentials, endpoints and variables."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        self.folder = folder / "terraform"
        shutil.copytree(ROOT / "terraform", self.folder, ignore=NOT_COPIED)
        shutil.copytree(ROOT / "migrations", folder / "migrations")
        (folder / "functions").mkdir()
        shutil.copy(ROOT / "functions" / "functions.yaml", folder / "functions")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))},
            "CHECKPOINT_DISABLE": "1",
            "TF_IN_AUTOMATION": "1",
            "GOGC": "400",  # Go's garbage collector would take a fifth of the CPU time
            **(environment or {}),
        }

    def elsewhere(self, environment: Mapping[str, str]) -> Terraform:
        """The same configuration with other environment variables."""
        other = copy.copy(self)
        other._environment = {**self._environment, **environment}
        return other

    def init(self) -> None:
        """Install the provider from a local mirror if there is one, otherwise from the registry."""
        mirror = _mirror()
        self("init", "-backend=false", *([f"-plugin-dir={mirror}"] if mirror else []))

    def apply(self, **variables: object) -> None:
        self("apply", "-auto-approve", *_given(variables))

    def destroy(self, **variables: object) -> None:
        self("destroy", "-auto-approve", *_given(variables))

    def changes(self, **variables: object) -> dict[str, list[str]]:
        """The attributes that an apply would change, by resource address."""
        self("plan", "-out=changes.plan", *_given(variables))
        plan = json.loads(self("show", "-json", "changes.plan"))
        return {
            resource["address"]: _differences(resource["change"])
            for resource in plan["resource_changes"]
            if resource["change"]["actions"] not in (["no-op"], ["read"])
        }

    def outputs(self) -> dict[str, Any]:
        return {name: output["value"] for name, output in json.loads(self("output", "-json")).items()}

    def state(self) -> str:
        """The content of the state file."""
        return (self.folder / "terraform.tfstate").read_text()

    def __call__(self, command: str, *arguments: str) -> str:
        """Run a command and return its output. Raises TerraformFailed."""
        done = subprocess.run(
            [_program(), f"-chdir={self.folder}", command, *_without_color(command), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env=self._environment,
        )
        if done.returncode != 0:
            raise TerraformFailed(f"terraform {command}: {done.returncode}\n{done.stdout[-20_000:]}{done.stderr}")
        return done.stdout


def _without_color(command: str) -> list[str]:
    return [] if command == "fmt" else ["-no-color"]


def _given(variables: Mapping[str, object]) -> list[str]:
    return ["-input=false", *(f"-var={name}={as_argument(value)}" for name, value in variables.items())]


def as_argument(value: object) -> str:
    """A value for -var: text unchanged, anything else as JSON, which HCL accepts."""
    return value if isinstance(value, str) else json.dumps(value)


def _differences(change: Mapping[str, Any]) -> list[str]:
    before, after = change["before"] or {}, change["after"] or {}
    unknown = change.get("after_unknown") or {}
    return sorted(
        name for name in {*before, *after, *unknown} if before.get(name) != after.get(name) or unknown.get(name) is True
    )


@cache
def _program() -> str:
    program = shutil.which("terraform")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_TERRAFORM)
    return program


@cache
def _mirror() -> Path | None:
    """The root of a provider mirror: TF_PLUGIN_DIR, or one of the usual locations."""
    if named := os.environ.get("TF_PLUGIN_DIR"):
        return Path(named)
    home = Path.home()
    places = [Path("/opt"), Path("/usr/local/share/terraform"), Path("/usr/share/terraform")]
    places += [home / ".terraform.d", home / ".local/share/terraform"]
    roots = [root for place in places for root in (place, *sorted(place.glob("*/")))]
    return next((root for root in roots if list(root.glob(PROVIDER))), None)
