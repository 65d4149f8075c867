"""The functions' database user can read and change rows, and nothing else."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo
from pydantic import ValidationError

from functions.migrator.application_user import ApplicationUser, grant_application_user, scram_verifier
from functions.shared.database import Database
from scripts.local.data_api import FaultControl
from scripts.local.postgres import Postgres
from tests.rows import Rows

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def user() -> ApplicationUser:
    return ApplicationUser(username=f"user_{uuid4().hex}", password="a" * 40)


@pytest.fixture
def connection(server: Postgres, database: Database, user: ApplicationUser) -> Iterator[Connection]:
    """As that user, with his password."""
    grant_application_user(database, user)
    with psycopg.connect(dsn_of(server, user), autocommit=True) as connection:
        yield connection


def test_it_reads_and_changes_rows(connection: Connection) -> None:
    connection.execute("INSERT INTO users (id) VALUES ('somebody')")
    connection.execute("UPDATE users SET display_name = 'Some Body' WHERE id = 'somebody'")
    rows = connection.execute("SELECT display_name FROM users WHERE id = 'somebody'").fetchall()
    connection.execute("DELETE FROM users WHERE id = 'somebody'")

    assert rows == [("Some Body",)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (name text)",
        "ALTER TABLE jobs DISABLE TRIGGER ALL",
        "DROP TABLE jobs",
        "TRUNCATE users CASCADE",
        "CREATE OR REPLACE FUNCTION guard_job_update() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "SELECT version FROM schema_migrations",
        "DELETE FROM schema_migrations",
        "CREATE ROLE other LOGIN",
        "SET ROLE alex",
    ],
)
def test_it_changes_neither_the_schema_nor_its_own_rights(connection: Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


def test_its_password_follows_the_secret(server: Postgres, database: Database, user: ApplicationUser) -> None:
    grant_application_user(database, user)
    renewed = user.model_copy(update={"password": "b" * 40})

    grant_application_user(database, renewed)

    psycopg.connect(dsn_of(server, renewed)).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(dsn_of(server, user))


def test_it_gets_at_tables_that_came_later(database: Database, rows: Rows, connection: Connection) -> None:
    name = f"later_{uuid4().hex}"
    rows.run(f"CREATE TABLE {name} (n int)")

    grant_application_user(database, user_of(connection))

    assert connection.execute(f"SELECT n FROM {name}").fetchall() == []


def test_no_statement_tells_its_password(database: Database, faults: FaultControl, user: ApplicationUser) -> None:
    grant_application_user(database, user)

    sent = " ".join(str(call["sql"]) for call in faults.statements())
    assert f"CREATE ROLE {user.username}" in sent
    assert user.password not in sent


@pytest.mark.parametrize(
    "secret",
    [{"username": 'a"; DROP TABLE jobs; --', "password": "a" * 40}, {"username": "alex", "password": "it's short"}],
)
def test_a_secret_that_could_not_stand_in_a_statement_is_refused_and_not_told(secret: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        ApplicationUser.model_validate(secret)

    assert secret["password"] not in str(refused.value)


def test_the_verifier_is_that_of_rfc_7677() -> None:
    """Its example: https://www.rfc-editor.org/rfc/rfc7677#section-3."""
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


def user_of(connection: Connection) -> ApplicationUser:
    return ApplicationUser(username=connection.info.user, password=connection.info.password)
