"""Each database user has exactly the grants that the statements of its functions need, by table and column.

The needs come from PostgreSQL's own analysis of every statement that a module of these functions, or a module that it
imports, defines (see `privileges.py`). Both directions are compared: a missing grant would fail in production, and a
superfluous one would let a function do more than it does. Statements also call functions of the migrations and fire
triggers; the ones that read tables run with their owner's privileges, which the last test checks, so they add no needs.
"""

import re
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors

from functions.migrator.grants import ROLES
from functions.shared.database import Statement
from functions.shared.jobs import COMMIT_SECTION
from scripts.local.data_api.parameters import numbered
from scripts.local.postgres import SUPERUSER, Postgres
from scripts.manifest import read_manifest
from tests.functions.migrator.conftest import SignIn
from tests.functions.migrator.privileges import ANY, Analyzer, Connection, Need, granted_to
from tests.statements import builders_reachable_from, statements_reachable_from

STRING = re.compile("'[^']*'")
_USAGE = ("day", "rounds", "user_hash")


@pytest.fixture
def analyzer(server: Postgres, product_data_api: object) -> Iterator[Analyzer]:
    with psycopg.connect(server.dsn(user=SUPERUSER), autocommit=True) as connection:
        yield Analyzer(connection)


def packages(user: str) -> list[str]:
    """The packages of all functions that sign in as this user of the manifest."""
    functions = read_manifest().functions.values()
    return [f"functions.{function.name}" for function in functions if function.database_user == user]


def statements(user: str) -> dict[str, Statement]:
    """The statements of these functions, by location."""
    return statements_reachable_from(packages(user))


@pytest.mark.parametrize("user", ROLES)
def test_grants_are_those_that_statements_need(analyzer: Analyzer, user: str) -> None:
    needed = {need for statement in statements(user).values() for need in analyzer.needs(statement)}
    columns = {need for need in needed if need.column != ANY}
    granted = {Need(*privilege) for privilege in granted_to(ROLES[user])}

    assert sorted(columns - granted) == []
    assert sorted(granted - columns) == []
    on_tables = {(need.table, need.privilege) for need in granted}
    assert {(need.table, need.privilege) for need in needed} == on_tables


@pytest.mark.parametrize("user", ROLES)
def test_user_may_run_each_of_its_statements(sign_in: SignIn, user: str) -> None:
    refused, connection = {}, sign_in(user)
    for place, statement in statements(user).items():
        try:
            explain(connection, statement)
        except errors.InsufficientPrivilege as error:
            refused[place] = str(error)

    assert refused == {}


def test_statement_of_another_user_is_refused(sign_in: SignIn) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="job_results"):
        explain(sign_in("api"), COMMIT_SECTION)


def test_statements_of_each_user_are_found() -> None:
    api, workers = statements("api"), statements("workers")

    assert {"functions.api.repositories.submission.SUBMIT", "functions.api.repositories.statistics.READ_RUNS"} <= {*api}
    assert {
        "functions.planner.jobs._CLAIM",
        "functions.planner.portfolio._LOAD_SAMPLE",
        "functions.shared.durations.history.READ_HISTORY",
        "functions.shared.jobs.COMMIT_SECTION",
        "functions.shared.progress.repository.NOTE_PROGRESS",
        "functions.dead_letters.jobs._FAIL",
    } <= {*workers}
    assert {*api} & {*workers} == set()


def test_no_statement_is_built_while_functions_run() -> None:
    """`_load` builds both of its statements when its module is imported."""
    builders = builders_reachable_from(name for user in ROLES for name in packages(user))

    assert builders == {"functions.planner.portfolio._load"}


@pytest.mark.parametrize(
    ("sql", "needed"),
    [
        ("SELECT 1", []),
        ("SELECT birth_year FROM users WHERE id = :id", ["users SELECT birth_year", "users SELECT id"]),
        ("SELECT * FROM daily_usage", [f"daily_usage SELECT {name}" for name in _USAGE]),
        ("SELECT daily_usage FROM daily_usage", [f"daily_usage SELECT {name}" for name in _USAGE]),
        ("SELECT count(*) FROM jobs", [f"jobs SELECT {ANY}"]),
        ("SELECT id FROM jobs FOR UPDATE", ["jobs SELECT id", f"jobs UPDATE {ANY}"]),
        ("SELECT xmin::text FROM accounts", ["accounts SELECT xmin"]),
        ("SELECT current_price FROM priced_positions", ["priced_positions SELECT current_price"]),
        (
            "INSERT INTO daily_usage AS used (user_hash, day, rounds) VALUES (:hash, '2026-11-29', 1)"
            " ON CONFLICT (user_hash) DO UPDATE SET rounds = used.rounds + 1 RETURNING day",
            [
                *(f"daily_usage INSERT {name}" for name in _USAGE),
                *(f"daily_usage SELECT {name}" for name in _USAGE),
                "daily_usage UPDATE rounds",
            ],
        ),
        (
            "WITH gone AS (DELETE FROM imports USING users WHERE user_id = users.id RETURNING imports.id)"
            " SELECT (SELECT count(id) FROM gone), EXISTS (SELECT FROM jobs WHERE status = :status)",
            ["imports DELETE ", "imports SELECT id", "imports SELECT user_id", "jobs SELECT status", "users SELECT id"],
        ),
    ],
)  # fmt: skip
def test_needs_are_found(analyzer: Analyzer, sql: str, needed: list[str]) -> None:
    found = analyzer.needs(Statement(sql, idempotent=True))

    assert sorted(f"{need.table} {need.privilege} {need.column}" for need in found) == sorted(needed)


def test_functions_that_read_tables_run_as_owner_on_fixed_path(server: Postgres, product_data_api: object) -> None:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
        ).fetchall()
        functions = connection.execute(
            "SELECT proname, prosrc, prosecdef, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        ).fetchall()
    names = re.compile(rf"\b({'|'.join(table for (table,) in tables)})\b")

    reading = {name for name, source, _, _ in functions if names.search(STRING.sub("", source))}
    assert reading == {name for name, _, runs_as_owner, _ in functions if runs_as_owner}
    assert {"guard_result_insert", "queue_position"} <= reading
    paths = [path for _, _, runs_as_owner, path in functions if runs_as_owner]
    assert all(path == ["search_path=public, pg_catalog, pg_temp"] for path in paths)


def explain(connection: Connection, statement: Statement) -> None:
    """Plan the statement without running it. PostgreSQL checks the privileges as for an execution."""
    connection.execute(f"EXPLAIN (GENERIC_PLAN) {numbered(statement.sql)[0]}".encode())
