"""The privileges that a statement needs, as PostgreSQL determines them.

With `debug_print_parse`, PostgreSQL reports the analyzed form of each statement ("Error Reporting and Logging", section
"What to Log"). Every query in it, CTEs and subqueries included, lists for each relation the privileges and the columns
that the executor will check: the node `RTEPermissionInfo` in PostgreSQL's parsenodes.h, with attribute numbers offset
by 7. Preparing the statement is enough: nothing runs, and no parameter needs a value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.errors import Diagnostic

from functions.migrator.grants import Role
from functions.shared.database import Statement
from scripts.local.data_api.parameters import numbered

Connection = psycopg.Connection[tuple[Any, ...]]

#: The bits of `requiredPerms` in parsenodes.h. SELECT ... FOR UPDATE has that of UPDATE.
_BITS = {"INSERT": 1, "SELECT": 2, "UPDATE": 4, "DELETE": 8}
_NODE = re.compile(
    r"\{RTEPERMISSIONINFO :relid (\d+) :inh \w+ :requiredPerms (\d+) :checkAsUser \d+"
    r" :selectedCols \(b([\d ]*)\) :insertedCols \(b([\d ]*)\) :updatedCols \(b([\d ]*)\)\}"
)
_COLUMN_OFFSET, _WHOLE_ROW = 7, 0
ANY = "(any)"
_COLUMNS = """
    SELECT pg_class.oid::bigint, relname, attnum, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
"""
_REPORT = (
    *("SET debug_print_parse = on", "SET debug_pretty_print = off", "SET client_min_messages = log"),
    "SET log_min_messages = panic",
)


@dataclass(frozen=True, order=True)
class Need:
    """A privilege on a column. DELETE has none, and `ANY` means any one column: for counting or locking rows."""

    table: str
    privilege: str
    column: str


class Analyzer:
    """Analyzes statements on a connection of a superuser, which it reserves for itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._reports: list[str] = []
        self._tables: dict[int, tuple[str, dict[int, str]]] = {}
        for oid, table, number, column in connection.execute(_COLUMNS):
            self._tables.setdefault(oid, (table, {}))[1][number] = column
        for setting in _REPORT:
            connection.execute(setting)
        connection.add_notice_handler(self._receive)

    def needs(self, statement: Statement) -> set[Need]:
        """The privileges that a statement needs on the tables and views of the schema `public`."""
        self._reports.clear()
        self._connection.execute(f"PREPARE analyzed AS {numbered(statement.sql)[0]}".encode())
        self._connection.execute("DEALLOCATE analyzed")
        assert self._reports, "PostgreSQL reports every statement"
        nodes = [node for report in self._reports for node in _NODE.findall(report)]
        assert len(nodes) == sum(report.count("RTEPERMISSIONINFO") for report in self._reports), "unknown format"
        found = {need for node in nodes for need in self._needs(*node)}
        certain = {(need.table, need.privilege) for need in found if need.column != ANY}
        return {need for need in found if need.column != ANY or (need.table, need.privilege) not in certain}

    def _needs(self, oid: str, required: str, selected: str, inserted: str, updated: str) -> Iterator[Need]:
        if int(oid) not in self._tables:
            return
        table, names = self._tables[int(oid)]
        columns = {"SELECT": selected, "INSERT": inserted, "UPDATE": updated}
        for privilege, bit in _BITS.items():
            if not int(required) & bit:
                continue
            if privilege == "DELETE":
                yield Need(table, privilege, "")
                continue
            numbers = [int(member) - _COLUMN_OFFSET for member in columns[privilege].split()]
            if _WHOLE_ROW in numbers:
                numbers = [number for number in names if number > 0]
            yield from (Need(table, privilege, names[number]) for number in numbers)
            if not numbers:
                yield Need(table, privilege, ANY)

    def _receive(self, notice: Diagnostic) -> None:
        if notice.message_primary == "parse tree:":
            self._reports.append(" ".join((notice.message_detail or "").split()))


def granted_to(role: Role) -> set[tuple[str, str, str]]:
    """The role's privileges as table, privilege and column; the column is empty for a whole table."""
    by_column = {
        (table, privilege, column)
        for table, grant in role.grants.items()
        for privilege, columns in grant.columns.items()
        for column in columns
    }
    return by_column | {(table, "DELETE", "") for table, grant in role.grants.items() if grant.delete}
