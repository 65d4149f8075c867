"""The SQL of a package, parsed by PostgreSQL's own parser."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pglast
from pglast import ast
from pglast.visitors import Visitor

from functions.shared.database import Statement

PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


def statements_of(package: ModuleType) -> dict[str, Statement]:
    """Every named statement of the package's modules, including subpackages, by name."""
    return {name: statement for module in _modules(package) for name, statement in _named(module)}


def sql_of(package: ModuleType) -> dict[str, str]:
    """The location of each SQL text in the package, as `module.NAME`. Importing modules count too."""
    return {
        statement.sql: f"{module.__name__}.{name}" for module in _modules(package) for name, statement in _named(module)
    }


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(module.name)


def _named(module: ModuleType) -> Iterator[tuple[str, Statement]]:
    return ((name, value) for name, value in vars(module).items() if isinstance(value, Statement))


def parsed(statement: Statement) -> tuple[Any, ...]:
    tree: tuple[Any, ...] = pglast.parse_sql(PARAMETER.sub("$1", statement.sql))
    return tree


class Needs(Visitor):
    """The rights that a statement needs, as (table, right)."""

    def __init__(self, statement: Statement) -> None:
        super().__init__()
        self._ctes: set[str] = set()
        self._rights: set[tuple[str, str]] = set()
        self(parsed(statement))

    @property
    def rights(self) -> set[tuple[str, str]]:
        return {(table, right) for table, right in self._rights if table not in self._ctes}

    @property
    def writes(self) -> bool:
        return any(right != "SELECT" for _, right in self.rights)

    # The visitor calls methods named after PostgreSQL's nodes.
    def visit_CommonTableExpr(self, _ancestors: object, node: Any) -> None:  # noqa: N802
        self._ctes.add(node.ctename)

    def visit_RangeVar(self, _ancestors: object, node: Any) -> None:  # noqa: N802
        self._rights.add((node.relname, "SELECT"))

    def visit_InsertStmt(self, _ancestors: object, node: Any) -> None:  # noqa: N802
        self._rights.add((node.relation.relname, "INSERT"))
        if node.onConflictClause is not None and node.onConflictClause.targetList:
            self._rights.add((node.relation.relname, "UPDATE"))

    def visit_UpdateStmt(self, _ancestors: object, node: Any) -> None:  # noqa: N802
        self._rights.add((node.relation.relname, "UPDATE"))

    def visit_DeleteStmt(self, _ancestors: object, node: Any) -> None:  # noqa: N802
        self._rights.add((node.relation.relname, "DELETE"))

    def visit_SelectStmt(self, _ancestors: object, node: Any) -> None:  # noqa: N802
        if node.lockingClause:
            self._rights |= {
                (str(table.relname), "UPDATE") for table in node.fromClause if isinstance(table, ast.RangeVar)
            }
