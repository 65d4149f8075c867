"""The configuration is well formed, valid, and says for a mocked AWS what terraform/tests/ demand of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.table import ROOT, read_table
from tests.deploy.terraform import Terraform, TerraformFailed

ARCH = "arm64"  # the variable's default
TESTS = sorted((ROOT / "terraform" / "tests").glob("*.tftest.hcl"))


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """With a zip for each function, whose content nobody looks at."""
    packages = tmp_path_factory.mktemp("packages")
    (packages / ARCH).mkdir()
    for name in read_table().functions:
        (packages / ARCH / f"{name}.zip").write_text(name)
    terraform = Terraform(tmp_path_factory.mktemp("static"), {"TF_VAR_packages_dir": str(packages)})
    terraform.init()
    return terraform


def test_it_is_formatted(terraform: Terraform) -> None:
    terraform("fmt", "-check", "-diff", "-recursive")


def test_it_is_valid(terraform: Terraform) -> None:
    terraform("validate")


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name.removesuffix(".tftest.hcl"))
def test_its_own_tests_pass(terraform: Terraform, file: Path) -> None:
    terraform("test", f"-filter=tests/{file.name}")


def test_a_zip_that_was_not_built_is_told_with_the_command_that_builds_it(terraform: Terraform) -> None:
    with pytest.raises(TerraformFailed, match=r"There is no nowhere/arm64/\w+.zip. Build it first:\s+python3"):
        terraform.elsewhere({"TF_VAR_packages_dir": "nowhere"})("test", "-filter=tests/queues.tftest.hcl")


def test_every_variable_is_typed_described_and_validated_unless_it_is_a_switch() -> None:
    """A switch, of type bool, has nothing that could be wrong."""
    for file in (ROOT / "terraform").rglob("variables*.tf"):
        for block in file.read_text(encoding="utf-8").split('\nvariable "')[1:]:
            wanted = ["description =", "type "] + ([] if "= bool" in block else ["validation {"])
            assert [part for part in wanted if part not in block] == [], block.partition('"')[0]
