"""Each database user's password comes from its secret, and the user can do only what its grants allow."""

import base64
import hashlib
import hmac
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo
from pydantic import ValidationError

from functions.migrator.database_user import DatabaseUser, scram_verifier, set_up_database_user
from functions.migrator.grants import API, ROLES, WORKERS
from functions.shared.database import Database
from scripts.local.data_api import FaultControl
from scripts.local.postgres import Postgres
from tests.functions.migrator.conftest import SignIn
from tests.functions.migrator.privileges import Connection, granted_to
from tests.rows import Rows


@pytest.fixture
def user() -> DatabaseUser:
    return DatabaseUser(username=f"user_{uuid4().hex}", password="a" * 40)


def test_api_reads_and_changes_rows(sign_in: SignIn) -> None:
    connection = sign_in("api")
    connection.execute("INSERT INTO users (id) VALUES ('one who reads')")
    connection.execute("UPDATE users SET display_name = 'Some Body' WHERE id = 'one who reads'")
    rows = connection.execute("SELECT display_name FROM users WHERE id = 'one who reads'").fetchall()
    connection.execute("DELETE FROM users WHERE id = 'one who reads'")

    assert rows == [("Some Body",)]


@pytest.mark.parametrize("name", ROLES)
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
        "INSERT INTO instruments (symbol) VALUES ('MINE')",
        "DELETE FROM instruments",
        "UPDATE job_results SET payload = '{}'",
        "DELETE FROM job_results",
        "UPDATE job_events SET message = ''",
        "UPDATE jobs SET user_id = 'someone else'",
        "UPDATE jobs SET sections = '{}'",
        "COPY users TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT rolpassword FROM pg_authid",
        "CREATE ROLE other LOGIN",
        "SET ROLE alex",
    ],
)
def test_users_cannot_change_schema_privileges_or_protected_rows(sign_in: SignIn, name: str, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        sign_in(name).execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO users (id) VALUES ('mine')",
        "UPDATE users SET display_name = 'Mine'",
        "DELETE FROM users",
        "SELECT display_name FROM users",
        "INSERT INTO accounts (user_id, account_name) VALUES ('mine', 'Mine')",
        "UPDATE accounts SET cash_balance = 0",
        "DELETE FROM accounts",
        "INSERT INTO positions (account_id, symbol, quantity) VALUES (gen_random_uuid(), 'SPY', 1)",
        "UPDATE positions SET quantity = 1",
        "DELETE FROM positions",
        "SELECT cost_basis FROM positions",
        "UPDATE imports SET undone_at = now()",
        "DELETE FROM imports",
        "SELECT replaced FROM imports",
        "INSERT INTO jobs (id, user_id, job_type, sections) VALUES (gen_random_uuid(), 'mine', 'charts', '{charts}')",
        "DELETE FROM jobs",
        "UPDATE jobs SET round = round + 1",
        "SELECT idempotency_key FROM jobs",
        "DELETE FROM job_events",
        "SELECT rounds FROM daily_usage",
        "DELETE FROM daily_usage",
    ],
)
def test_workers_cannot_change_portfolios_or_read_the_rest(sign_in: SignIn, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        sign_in("workers").execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO job_results (job_id, section, attempt, payload, started_at, duration_ms)"
        " VALUES (gen_random_uuid(), 'charts', 1, '{}', now(), 1)",
        "UPDATE job_results SET duration_ms = 1",
        "UPDATE jobs SET attempt = attempt + 1",
        "UPDATE jobs SET failures = 3 WHERE failures = 2",
        "SELECT worker FROM jobs",
        "SELECT lease_expires_at FROM jobs",
        "SELECT details FROM job_events",
        "INSERT INTO job_events (job_id, seq, kind, agent) VALUES (gen_random_uuid(), 1, 'completed', 'planner')",
    ],
)
def test_api_cannot_write_results_or_claim_jobs(sign_in: SignIn, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        sign_in("api").execute(statement)


def test_password_follows_secret(server: Postgres, owner: Database, user: DatabaseUser) -> None:
    set_up_database_user(owner, user, API.grants)
    renewed = user.model_copy(update={"password": "b" * 40})

    set_up_database_user(owner, renewed, API.grants)

    psycopg.connect(dsn_of(server, renewed)).close()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(dsn_of(server, user))


def test_obsolete_privileges_are_revoked(server: Postgres, owner: Database, rows: Rows, user: DatabaseUser) -> None:
    set_up_database_user(owner, user, WORKERS.grants)
    rows.run(f"GRANT TRUNCATE ON users TO {user.username}")
    rows.run(f"GRANT UPDATE (name) ON instruments TO {user.username}")

    set_up_database_user(owner, user, API.grants)

    with psycopg.connect(dsn_of(server, user), autocommit=True) as connection:
        assert privileges_of(connection) == granted_to(API)


@pytest.mark.parametrize("name", ROLES)
def test_users_have_their_grants_in_database(sign_in: SignIn, name: str) -> None:
    assert privileges_of(sign_in(name)) == granted_to(ROLES[name])


def test_no_statement_contains_the_password(owner: Database, faults: FaultControl, user: DatabaseUser) -> None:
    set_up_database_user(owner, user, API.grants)

    sent = " ".join(str(call["sql"]) for call in faults.statements())
    assert f"CREATE ROLE {user.username}" in sent
    assert user.password not in sent


@pytest.mark.parametrize(
    "secret",
    [{"username": 'a"; DROP TABLE jobs; --', "password": "a" * 40}, {"username": "alex", "password": "it's short"}],
)
def test_unsafe_secret_is_refused_without_revealing_it(secret: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        DatabaseUser.model_validate(secret)

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


def dsn_of(server: Postgres, user: DatabaseUser) -> str:
    return make_conninfo(server.dsn(), user=user.username, password=user.password)


def privileges_of(connection: Connection) -> set[tuple[Any, ...]]:
    """The connected user's privileges in the database, in the same form."""
    return set(
        connection.execute(
            """
            SELECT relname, privilege_type, '' FROM pg_class CROSS JOIN aclexplode(relacl) AS acl
             WHERE acl.grantee = current_user::regrole
             UNION
            SELECT relname, privilege_type, attname
              FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid CROSS JOIN aclexplode(attacl) AS acl
             WHERE acl.grantee = current_user::regrole
            """
        ).fetchall()
    )
