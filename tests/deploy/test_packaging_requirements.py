"""Requirement files are pinned and hashed, and match pyproject.toml, the manifest and the code."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.manifest import ROOT, Manifest, read_manifest
from scripts.packaging.contents import own_files
from scripts.packaging.errors import PackagingError
from scripts.packaging.lock import RUNTIME_HAS, pinned_versions, write_requirements

FUNCTIONS = read_manifest().functions
PACKAGE_OF_MODULE = {
    "aws_lambda_powertools": "aws-lambda-powertools",
    "dateutil": "python-dateutil",
    "markdown_it": "markdown-it-py",
    "mcp_types": "mcp-types",
}


def requirements(name: str) -> dict[str, list[str]]:
    """Each requirement (`name==version`) with its options."""
    text = (ROOT / "functions" / name / "requirements.txt").read_text()
    lines = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#")).replace("\\\n", " ")
    return {parts[0]: parts[1:] for parts in (line.split() for line in lines.splitlines())}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_packages_are_pinned_and_hashed_without_naming_registry(name: str) -> None:
    for requirement, hashes in requirements(name).items():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][\w.]*", requirement)
        assert hashes
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes)
    text = (ROOT / "functions" / name / "requirements.txt").read_text()
    assert "://" not in text
    assert "--index" not in text


@pytest.mark.parametrize("name", FUNCTIONS)
def test_versions_match_pyproject(name: str) -> None:
    pins = pinned_versions()

    assert {pins[package] for package in FUNCTIONS[name].packages} <= set(requirements(name))
    given = {requirement.partition("==")[0]: requirement for requirement in requirements(name)}
    assert not {package for package in set(given) & set(pins) if given[package] != pins[package]}


def test_all_functions_share_package_versions() -> None:
    versions = {requirement for name in FUNCTIONS for requirement in requirements(name)}

    assert len(versions) == len({requirement.partition("==")[0] for requirement in versions})


@pytest.mark.parametrize("name", FUNCTIONS)
def test_runtime_packages_are_left_out(name: str) -> None:
    assert not {requirement.partition("==")[0] for requirement in requirements(name)} & RUNTIME_HAS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_declared_packages_match_imports(name: str) -> None:
    sources = [file for path, file in own_files(name).items() if path.endswith(".py")]
    imported = {PACKAGE_OF_MODULE.get(module, module) for file in sources for module in modules(file)}

    assert imported - RUNTIME_HAS == set(FUNCTIONS[name].packages)


def test_only_retirement_has_numpy() -> None:
    assert [name for name, function in FUNCTIONS.items() if "numpy" in function.packages] == ["retirement"]


def test_package_without_pin_in_pyproject_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["pydantic>=2", "numpy==2.4.6"]\n')
    manifest = Manifest.model_validate(
        {
            "functions": {
                "api": {
                    "description": "Serves requests.",
                    "trigger": "http",
                    "memory_mb": 128,
                    "timeout_s": 1,
                    "packages": ["pydantic", "numpy"],
                }
            },
            "queues": {},
        }
    )

    with pytest.raises(PackagingError, match="does not pin pydantic to one version"):
        write_requirements(manifest, tmp_path)


def modules(file: Path) -> Iterator[str]:
    """The third-party modules that a file imports at run time, without those for type checkers only."""
    tree = ast.parse(file.read_text())
    for_checkers = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
        for node in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if id(node) in for_checkers:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [str(node.module)]
        else:
            continue
        yield from {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"functions"}
