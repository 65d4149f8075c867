"""The SQL of a package, and what PostgreSQL's own parser says of it."""

import importlib
import pkgutil
import re
from types import ModuleType
from typing import Any

import pglast
from pglast import ast
from pglast.visitors import Visitor

from functions.shared.database import Statement

PARAMETER = re.compile(r"(?<!:):([a-z_]+)")


def statements_of(package: ModuleType) -> dict[str, Statement]:
    """Every statement that a module of the package, or of one inside it, has a name for."""
    found: dict[str, Statement] = {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        named = vars(importlib.import_module(module.name)).items()
        found |= {name: value for name, value in named if isinstance(value, Statement)}
    return found


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

    # The visitor calls methods by the names of PostgreSQL's nodes.
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
