"""PostgreSQL's log, which AWS keeps for a year, contains no parameter, no key and no row."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import CheckViolation, NotNullViolation, UniqueViolation

from scripts.local.postgres import LOGGING, Postgres
from scripts.manifest import ROOT

MARKED = "marked-name-of-a-person"
SLOW = "SELECT pg_sleep(1.1), %s::text"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The log of slow and failing statements with marked values."""
    state = tmp_path_factory.mktemp("logged")
    server = Postgres(state, durable=False)
    try:
        with server, psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE people (name text PRIMARY KEY, note text NOT NULL CHECK (length(note) < 90))"
            )
            connection.execute(SLOW, [MARKED])
            connection.execute("INSERT INTO people VALUES (%s, %s)", [MARKED, MARKED])
            _fails(connection, UniqueViolation, "INSERT INTO people VALUES (%s, %s)", MARKED, MARKED)
            _fails(connection, CheckViolation, "INSERT INTO people VALUES (%s, %s)", f"{MARKED}-2", MARKED * 5)
            _fails(connection, NotNullViolation, "INSERT INTO people VALUES (%s, %s)", f"{MARKED}-3", None)
            _fails(connection, UniqueViolation, f"INSERT INTO people VALUES ('{MARKED}', 'written into the statement')")
        yield (state / "postgres.log").read_text(encoding="utf-8")
    finally:
        server.erase()


def _fails(connection: psycopg.Connection, kind: type[Exception], statement: str, *values: str | None) -> None:
    with pytest.raises(kind):
        connection.execute(statement.encode(), values or None)


def test_slow_statements_and_errors_are_logged(log: str) -> None:
    assert re.search(r"duration: [1-9]\d{3,}\.\d+ ms +execute <unnamed>: SELECT pg_sleep", log)
    assert log.count('duplicate key value violates unique constraint "people_pkey"') == 2
    assert 'violates check constraint "people_note_check"' in log
    assert 'null value in column "note"' in log


def test_log_has_no_value_of_parameter_key_or_row(log: str) -> None:
    assert MARKED not in log
    assert not re.search(r"DETAIL|STATEMENT|parameters:", log)


def test_local_server_logs_like_the_deployed_one() -> None:
    terraform = (ROOT / "terraform" / "database.tf").read_text(encoding="utf-8")
    deployed = re.findall(r'name +=\s"(log_\w+)"\s+value += "(\w+)"', terraform)

    assert dict(deployed) == LOGGING
