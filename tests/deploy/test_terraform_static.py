"""The configuration is formatted and valid, and passes terraform/tests/ against a mocked AWS."""

from __future__ import annotations

import re

import pytest

from scripts.manifest import ROOT, read_manifest
from tests.deploy.terraform import Terraform, TerraformFailed

ARCH = "arm64"  # the variable's default
TESTS = sorted(file.name for file in (ROOT / "terraform" / "tests").glob("*.tftest.hcl"))


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Terraform, with a placeholder for each function's zip."""
    packages = tmp_path_factory.mktemp("packages")
    (packages / ARCH).mkdir()
    for name in read_manifest().functions:
        (packages / ARCH / f"{name}.zip").write_text(name)
    terraform = Terraform(tmp_path_factory.mktemp("static"), {"TF_VAR_packages_dir": str(packages)})
    terraform.init()
    return terraform


def test_configuration_is_formatted(terraform: Terraform) -> None:
    terraform("fmt", "-check", "-diff", "-recursive")


def test_configuration_is_valid(terraform: Terraform) -> None:
    terraform("validate")


def test_terraform_tests_pass(terraform: Terraform) -> None:
    """In one process, which reads the provider's schema once."""
    passed = terraform("test")

    assert [name for name in TESTS if f"tests/{name}... pass" not in passed] == []


def test_missing_zip_is_reported_with_command_that_builds_it(terraform: Terraform) -> None:
    with pytest.raises(TerraformFailed, match=r"nowhere/arm64/\w+.zip does not exist.\s+Build it\s+first:\s+python3"):
        terraform.elsewhere({"TF_VAR_packages_dir": "nowhere"})("test", "-filter=tests/queues.tftest.hcl")


def test_dashboard_shows_every_emitted_metric() -> None:
    emitted = re.findall(r'"([A-Z][A-Za-z]+)": _?[(a-z]', (ROOT / "functions/shared/metrics.py").read_text("utf-8"))
    dashboard = (ROOT / "terraform/dashboard.tf").read_text("utf-8")

    assert "JobsGivenUp" in emitted
    assert [name for name in emitted if f'"{name}"' not in dashboard] == []


def test_every_variable_is_typed_described_and_validated() -> None:
    """A bool needs no validation."""
    for file in (ROOT / "terraform").rglob("variables*.tf"):
        for block in file.read_text(encoding="utf-8").split('\nvariable "')[1:]:
            wanted = ["description =", "type "] + ([] if "= bool" in block else ["validation {"])
            assert [part for part in wanted if part not in block] == [], block.partition('"')[0]
