"""Runs Terraform on the configuration in a folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

_QUERY_TIMEOUT_S = 60
#: Exit status of `plan -detailed-exitcode` if the plan contains changes.
_CHANGES = 2


class TerraformError(Exception):
    """Terraform is missing or failed. The message is a sentence."""


class Plan(BaseModel):
    """A plan, stored in `file` for Terraform to apply."""

    file: Path
    is_empty: bool
    variables: dict[str, Any]
    """The value of each variable, whatever its source; null if it has none."""
    deployed_region: str | None
    """Region of the last apply; None if nothing is deployed."""


def is_initialized(folder: Path) -> bool:
    """Return whether `terraform init` has succeeded here. It writes the providers' lock file last."""
    return (folder / ".terraform").is_dir() and (folder / ".terraform.lock.hcl").is_file()


class Terraform:
    """Runs Terraform in a folder. Commands print to this process's terminal, except queries."""

    def __init__(self, folder: Path) -> None:
        """Raises TerraformError if Terraform is not installed."""
        program = shutil.which("terraform")
        if program is None:
            raise TerraformError("There is no terraform on the PATH: install Terraform 1.11 or newer.")
        self._program = program
        self._folder = folder

    def init(self) -> None:
        """Download the providers and configure the state, unless already done. Raises TerraformError."""
        if not is_initialized(self._folder):
            self._run("init", "-input=false")

    def plan(self, variables: Sequence[str], file: Path) -> Plan:
        """Create a plan. `variables` are arguments such as `-var=region=eu-west-1`. Raises TerraformError."""
        status = self._run("plan", "-input=false", "-detailed-exitcode", f"-out={file}", *variables, good=(0, _CHANGES))
        shown = self._ask("show", "-json", str(file))
        deployed = shown.get("prior_state", {}).get("values", {}).get("outputs", {})
        return Plan(
            file=file,
            is_empty=status == 0,
            variables={name: entry.get("value") for name, entry in shown["variables"].items()},
            deployed_region=deployed.get("region", {}).get("value"),
        )

    def apply(self, plan: Plan) -> None:
        """Apply the plan. Raises TerraformError; resources created before the error stay."""
        self._run("apply", "-input=false", str(plan.file))

    def outputs(self) -> dict[str, Any]:
        """Return the outputs, empty if nothing is deployed. Raises TerraformError."""
        return {name: output["value"] for name, output in self._ask("output", "-json").items()}

    def _run(self, command: str, *arguments: str, good: Sequence[int] = (0,)) -> int:
        color = [] if sys.stdout.isatty() else ["-no-color"]
        sys.stdout.flush()
        done = subprocess.run([self._program, f"-chdir={self._folder}", command, *color, *arguments], check=False)
        if done.returncode not in good:
            raise TerraformError(f"`terraform {command}` failed. See its output above.")
        return done.returncode

    def _ask(self, command: str, *arguments: str) -> dict[str, Any]:
        completed = subprocess.run(
            [self._program, f"-chdir={self._folder}", command, *arguments],
            capture_output=True,
            text=True,
            timeout=_QUERY_TIMEOUT_S,
            check=False,
        )
        if completed.returncode:
            raise TerraformError(f"`terraform {command}` failed: {completed.stderr.strip()}")
        document: dict[str, Any] = json.loads(completed.stdout)
        return document
