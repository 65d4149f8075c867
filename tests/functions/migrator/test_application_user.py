"""The functions' database user has the rights that their statements need, and no others."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo
from pydantic import ValidationError

from functions import migrator
from functions.migrator.application_user import RIGHTS, ApplicationUser, grant_application_user, scram_verifier
from functions.shared.database import Database
from scripts.local.data_api import FaultControl
from scripts.local.postgres import Postgres
from scripts.manifest import read_manifest
from tests.rows import Rows
from tests.statements import Needs, statements_of

Connection = psycopg.Connection[tuple[Any, ...]]
ALLOWED = {(table, right) for table, rights in RIGHTS.items() for right in re.findall("[A-Z]+", rights)}
"""For rights to some columns only, a test below checks that the other columns are denied."""


@pytest.fixture
def user() -> ApplicationUser:
    return ApplicationUser(username=f"user_{uuid4().hex}", password="a" * 40)


@pytest.fixture
def connection(server: Postgres, owner: Database, user: ApplicationUser) -> Iterator[Connection]:
    """A connection as that user, with its password."""
    grant_application_user(owner, user)
    with psycopg.connect(dsn_of(server, user), autocommit=True) as connection:
        yield connection


def test_user_reads_and_changes_rows(connection: Connection) -> None:
    connection.execute("INSERT INTO users (id) VALUES ('one who reads')")
    connection.execute("UPDATE users SET display_name = 'Some Body' WHERE id = 'one who reads'")
    rows = connection.execute("SELECT display_name FROM users WHERE id = 'one who reads'").fetchall()
    connection.execute("DELETE FROM users WHERE id = 'one who reads'")

    assert rows == [("Some Body",)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (name text)",
        "ALTER TABLE jobs DISABLE TRIGGER ALL",
        "DROP TABLE jobs",
        "TRUNCATE users CASCADE",
        "CREATE OR REPLACE FUNCTION guard_job_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA mine",
        "CREATE TEMPORARY TABLE job_results (job_id uuid, section text)",
        "ALTER TABLE users ADD COLUMN mine text",
        "DROP TRIGGER jobs_guard_update ON jobs",
        "ALTER FUNCTION guard_job_update() SECURITY DEFINER",
        "SET session_replication_role = replica",
        "SELECT version FROM schema_migrations",
        "INSERT INTO schema_migrations (version, checksum) VALUES ('999_mine', '')",
        "DELETE FROM schema_migrations",
        "UPDATE instruments SET name = 'Mine'",
        "INSERT INTO instruments SELECT * FROM instruments",
        "DELETE FROM instruments",
        "UPDATE job_results SET payload = '{}'",
        "DELETE FROM job_results",
        "UPDATE job_events SET message = ''",
        "COPY users TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT rolpassword FROM pg_authid",
        "CREATE ROLE other LOGIN",
        "SET ROLE alex",
    ],
)
def test_user_cannot_change_schema_rights_or_protected_rows(connection: Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


def test_password_follows_secret(server: Postgres, owner: Database, user: ApplicationUser) -> None:
    grant_application_user(owner, user)
    renewed = user.model_copy(update={"password": "b" * 40})

    grant_application_user(owner, renewed)

    psycopg.connect(dsn_of(server, renewed)).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(dsn_of(server, user))


def test_obsolete_rights_are_revoked(owner: Database, rows: Rows, connection: Connection) -> None:
    rows.run(f"GRANT TRUNCATE ON users TO {connection.info.user}")
    rows.run(f"GRANT UPDATE (name) ON instruments TO {connection.info.user}")

    grant_application_user(owner, user_of(connection))

    assert rights_of(connection) == ALLOWED


def test_user_has_exactly_the_rights_that_statements_need(connection: Connection) -> None:
    packages = [import_module(f"functions.{name}") for name in ("shared", *read_manifest().functions)]
    statements = [sql for package in packages if package is not migrator for sql in statements_of(package).values()]
    needed = {right for sql in statements for right in Needs(sql).rights}

    assert needed == ALLOWED == rights_of(connection)


def test_no_statement_contains_the_password(owner: Database, faults: FaultControl, user: ApplicationUser) -> None:
    grant_application_user(owner, user)

    sent = " ".join(str(call["sql"]) for call in faults.statements())
    assert f"CREATE ROLE {user.username}" in sent
    assert user.password not in sent


@pytest.mark.parametrize(
    "secret",
    [{"username": 'a"; DROP TABLE jobs; --', "password": "a" * 40}, {"username": "alex", "password": "it's short"}],
)
def test_unsafe_secret_is_refused_without_revealing_it(secret: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        ApplicationUser.model_validate(secret)

    assert secret["password"] not in str(refused.value)


def test_verifier_matches_rfc_7677() -> None:
    """The RFC's example: https://www.rfc-editor.org/rfc/rfc7677#section-3."""
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    exchanged = (
        b"n=user,r=rOprNGfwEbeRWgbNEkqO,"
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    proof = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")

    stored, server_key = (base64.b64decode(part) for part in scram_verifier("pencil", salt).split("$")[2].split(":"))

    signature = hmac.digest(stored, exchanged, "sha256")
    client_key = bytes(ours ^ theirs for ours, theirs in zip(proof, signature, strict=True))
    assert hashlib.sha256(client_key).digest() == stored
    assert base64.b64encode(hmac.digest(server_key, exchanged, "sha256")) == (
        b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    )


def dsn_of(server: Postgres, user: ApplicationUser) -> str:
    return make_conninfo(server.dsn(), user=user.username, password=user.password)


def rights_of(connection: Connection) -> set[tuple[Any, ...]]:
    """Table and right of every relation of ours in the database, including rights on some columns only."""
    return set(
        connection.execute(
            """SELECT table_name, privilege_type FROM information_schema.table_privileges WHERE grantee = current_user
                UNION SELECT table_name, privilege_type FROM information_schema.column_privileges
                       WHERE grantee = current_user"""
        ).fetchall()
    )


def user_of(connection: Connection) -> ApplicationUser:
    return ApplicationUser(username=connection.info.user, password=connection.info.password)
