"""The SQL of packages, as constants in their modules, and parsed by PostgreSQL's own parser."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import pglast
from pglast.parser import parse_sql_json

from functions import dead_letters
from functions.shared.database import Statement
from functions.shared.jobs import OWNS_JOB
from scripts.local.data_api import FaultControl
from scripts.local.data_api.faults import MAX_SQL_SHOWN

PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


def sent(control: FaultControl) -> list[dict[str, Any]]:
    """The calls of the Data API since the last reset, apart from those that depend on time: of a dead letter that an
    earlier test left, and of an agent that has worked for 3 s.
    """
    begins = {statement.sql[:MAX_SQL_SHOWN] for statement in (*statements_of(dead_letters).values(), OWNS_JOB)}
    return [call for call in control.statements() if call["sql"] not in begins]


def statements_of(package: ModuleType) -> dict[str, Statement]:
    """Every named statement of the package's modules, including subpackages, by name."""
    return {name: statement for module in _modules(package) for name, statement in _named(module)}


def sql_of(package: ModuleType) -> dict[str, str]:
    """The location of each SQL text in the package, as `module.NAME`. Importing modules count too."""
    return {
        statement.sql: f"{module.__name__}.{name}" for module in _modules(package) for name, statement in _named(module)
    }


def statements_reachable_from(packages: Iterable[str]) -> dict[str, Statement]:
    """Every named statement of the packages and of all modules in `functions` that they import, even indirectly."""
    return {
        f"{module.__name__}.{name}": value for module in _reachable_from(packages) for name, value in _named(module)
    }


def builders_reachable_from(packages: Iterable[str]) -> set[str]:
    """The functions in these modules that build statements, which are named only if a module calls the function."""
    return {
        f"{module.__name__}.{function.name}"
        for module in _reachable_from(packages)
        for function in ast.walk(_tree(module))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == Statement.__name__
    }


def _reachable_from(packages: Iterable[str]) -> list[ModuleType]:
    found: dict[str, ModuleType] = {}
    to_visit = [module for package in packages for module in _modules(importlib.import_module(package))]
    while to_visit:
        module = to_visit.pop()
        if module.__name__ not in found:
            found[module.__name__] = module
            to_visit += [importlib.import_module(name) for name in _imports(module)]
    return list(found.values())


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(module.name)


@cache
def _imports(module: ModuleType) -> list[str]:
    """The modules of `functions` that a module imports, anywhere in its code."""
    names: list[str] = []
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name for name in names if name.startswith("functions.") and _is_module(name)]


@cache
def _tree(module: ModuleType) -> ast.Module:
    assert module.__file__
    return ast.parse(Path(module.__file__).read_text(encoding="utf-8"))


@cache
def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # an attribute of a module, whose name has no submodules
        return False


def _named(module: ModuleType) -> Iterator[tuple[str, Statement]]:
    return ((name, value) for name, value in vars(module).items() if isinstance(value, Statement))


def parsed(statement: Statement) -> tuple[Any, ...]:
    tree: tuple[Any, ...] = pglast.parse_sql(PARAMETER.sub("$1", statement.sql))
    return tree


def writes(statement: Statement) -> bool:
    """Whether the statement inserts, updates, deletes or locks rows."""
    nodes: str = parse_sql_json(PARAMETER.sub("$1", statement.sql))
    return any(f'"{kind}"' in nodes for kind in ("InsertStmt", "UpdateStmt", "DeleteStmt", "LockingClause"))
