"""A database user of the functions: its password from a secret, and its privileges from `grants.py`."""

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from functions.migrator.grants import Grant
from functions.shared.database import Database, Statement

#: PostgreSQL's default number of iterations.
_ITERATIONS = 4096
_LOCK = 4_151_004  # arbitrary; prevents two migrators from creating the user at once

_TAKE_LOCK = Statement(f"SELECT pg_advisory_xact_lock({_LOCK})", idempotent=False)
_EXISTS = Statement("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)", idempotent=True)


# A temporary table would shadow a table of the same name.
_NO_TEMPORARY_TABLES = """
    DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$"""


class DatabaseUser(BaseModel):
    """The content of the secret. Neither part has special characters, so both are safe to insert into a statement."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    username: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    password: str = Field(pattern=r"^[A-Za-z0-9]{32,128}$", repr=False)
    password_version: int = 1


def set_up_database_user(database: Database, user: DatabaseUser, grants: Mapping[str, Grant]) -> None:
    """Create the user or set its password, and replace its privileges with `grants`, by table.

    Call it after the migrations, which create the tables. Safe to repeat, also while functions are running. Raises
    DatabaseError; nothing has been changed in that case.
    """
    with database.transaction() as transaction:
        database.rows(_TAKE_LOCK, transaction=transaction)
        ((exists,),) = database.rows(_EXISTS, {"name": user.username}, transaction)
        for sql in _statements("ALTER" if exists else "CREATE", user, grants):
            database.rows(Statement(sql, idempotent=False), transaction=transaction)


def _statements(verb: str, user: DatabaseUser, grants: Mapping[str, Grant]) -> list[str]:
    verifier = scram_verifier(user.password, secrets.token_bytes(16))
    return [
        f"{verb} ROLE {user.username} LOGIN PASSWORD '{verifier}'",
        f"GRANT USAGE ON SCHEMA public TO {user.username}",
        _NO_TEMPORARY_TABLES,
        # Also revokes privileges on columns.
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {user.username}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {user.username}",
        *(f"GRANT {grant.privileges()} ON {table} TO {user.username}" for table, grant in grants.items()),
    ]


def scram_verifier(password: str, salt: bytes) -> str:
    """Return the hash that PostgreSQL stores (RFC 5803). Sending it keeps the password itself out of statement logs."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${_ITERATIONS}:{_text(salt)}${_text(stored_key)}:{_text(server_key)}"


def _text(content: bytes) -> str:
    return b64encode(content).decode()
