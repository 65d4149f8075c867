"""The database user of the functions: signs in with the password of a secret, and may do what `RIGHTS` says."""

import hashlib
import hmac
import secrets
from base64 import b64encode

from pydantic import BaseModel, ConfigDict, Field

from functions.shared.database import Database, Statement

#: PostgreSQL's own number of iterations.
_ITERATIONS = 4096
_LOCK = 4_151_004  # any number; it keeps two from making the user at once

_TAKE_LOCK = Statement(f"SELECT pg_advisory_xact_lock({_LOCK})", idempotent=False)
_EXISTS = Statement("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)", idempotent=True)


#: All that the functions' statements need, by table. Cascades run with the rights of the tables' owner.
RIGHTS = {
    "users": "SELECT, INSERT, UPDATE, DELETE",
    "accounts": "SELECT, INSERT, UPDATE, DELETE",
    "positions": "SELECT, INSERT, UPDATE, DELETE",
    "imports": "SELECT, INSERT, UPDATE, DELETE",
    "instruments": "SELECT",
    "priced_positions": "SELECT",
    "jobs": "SELECT, INSERT, UPDATE, DELETE",
    "job_results": "SELECT, INSERT",
    "job_events": "SELECT, INSERT, DELETE",
    "daily_usage": "SELECT, INSERT, UPDATE, DELETE",
}


# A temporary table named as one of ours would be found before it, by the guards too.
_NO_TEMPORARY_TABLES = """
    DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$"""


class ApplicationUser(BaseModel):
    """What the secret says. Letters and digits only, so that both can stand in a statement as they are."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    username: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    password: str = Field(pattern=r"^[A-Za-z0-9]{32,128}$", repr=False)
    password_version: int = 1


def grant_application_user(database: Database, user: ApplicationUser) -> None:
    """Makes the user, or gives it the secret's password, and these rights in place of those that it had.

    To be called after the migrations, which make the tables. Safe to call again, also while functions are at work.
    Raises DatabaseError; nothing was changed then.
    """
    with database.transaction() as transaction:
        database.rows(_TAKE_LOCK, transaction=transaction)
        ((exists,),) = database.rows(_EXISTS, {"name": user.username}, transaction)
        for sql in _statements("ALTER" if exists else "CREATE", user):
            database.rows(Statement(sql, idempotent=False), transaction=transaction)


def _statements(verb: str, user: ApplicationUser) -> list[str]:
    verifier = scram_verifier(user.password, secrets.token_bytes(16))
    return [
        f"{verb} ROLE {user.username} LOGIN PASSWORD '{verifier}'",
        f"GRANT USAGE ON SCHEMA public TO {user.username}",
        _NO_TEMPORARY_TABLES,
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {user.username}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {user.username}",
        *(f"GRANT {rights} ON {table} TO {user.username}" for table, rights in RIGHTS.items()),
    ]


def scram_verifier(password: str, salt: bytes) -> str:
    """What PostgreSQL stores of a password (RFC 5803); sent in its place, so that no log of statements tells it."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${_ITERATIONS}:{_text(salt)}${_text(stored_key)}:{_text(server_key)}"


def _text(content: bytes) -> str:
    return b64encode(content).decode()
