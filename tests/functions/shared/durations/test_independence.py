"""Durations also serve planning, so they depend neither on how progress is shown nor on the plans."""

import ast

import pytest

from scripts.manifest import ROOT

FOLDER = ROOT / "functions" / "shared" / "durations"
MODULES = sorted(path.name for path in FOLDER.glob("*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_durations_import_neither_progress_nor_plans(module: str) -> None:
    tree = ast.parse((FOLDER / module).read_text())
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}

    assert not {name for name in imported if name.startswith(("functions.shared.progress", "functions.shared.plans"))}
