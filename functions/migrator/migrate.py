"""Applies migrations in order, each once, in one transaction with its record.

The migrations are plain SQL files. `scripts/packaging/migrations.py` splits them into statements when the zip is
built.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from functions.shared.database import Database, Statement

_LOCK = 4_151_003  # arbitrary; prevents two migrators from running at once

_CREATE_TABLE = Statement(
    """
    CREATE TABLE IF NOT EXISTS schema_migrations (
        version text PRIMARY KEY,
        checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )""",
    idempotent=True,
)
_APPLIED = Statement("SELECT version, checksum FROM schema_migrations ORDER BY version", idempotent=True)
_TAKE_LOCK = Statement(f"SELECT pg_advisory_xact_lock({_LOCK})", idempotent=False)
_RECORD = Statement("INSERT INTO schema_migrations (version, checksum) VALUES (:version, :checksum)", idempotent=False)


#: Before the first release, migrations are rewritten in place and databases are not upgraded.
_START_EMPTY = "Start with an empty database: on AWS a new one, locally scripts/start_dev_server.py --fresh."


class MigrationError(Exception):
    """The files and the database disagree. Nothing was changed; do not retry, fix the files."""


class Migration(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    """The source's file name without its extension, such as `001_initial_schema`."""
    checksum: str
    """SHA-256 of the source."""
    statements: tuple[str, ...]
    """Separate, as the Data API requires."""


def read_migrations(folder: Path) -> list[Migration]:
    """Return the migrations built into the zip, in order. Raises MigrationError if there are none."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise MigrationError(f"there are no built migrations in the folder {folder.name}: run package_docker.py")
    return [Migration.model_validate_json(file.read_bytes()) for file in files]


def migrate(database: Database, migrations: Sequence[Migration]) -> list[str]:
    """Apply pending migrations and return their versions. A concurrent migrator waits, then finds nothing to do.

    Raises MigrationError if an applied file was edited or removed, StatementFailed if a migration fails: that one is
    rolled back, earlier ones remain.
    """
    applied = _applied(database)
    _check(applied, migrations)
    missing = (migration for migration in migrations if migration.version not in applied)
    return [migration.version for migration in missing if _apply(database, migration)]


def _applied(database: Database) -> dict[str, str]:
    """Return checksums by version. The lock is needed because concurrent CREATE TABLE IF NOT EXISTS statements can
    fail.
    """
    with database.transaction() as transaction:
        database.rows(_TAKE_LOCK, transaction=transaction)
        database.rows(_CREATE_TABLE, transaction=transaction)
        return dict(database.rows(_APPLIED, transaction=transaction))


def _apply(database: Database, migration: Migration) -> bool:
    """Return False if another migrator has already applied it."""
    with database.transaction() as transaction:
        database.rows(_TAKE_LOCK, transaction=transaction)
        if migration.version in dict(database.rows(_APPLIED, transaction=transaction)):
            return False
        for statement in migration.statements:
            database.rows(Statement(statement, idempotent=False), transaction=transaction)
        database.rows(_RECORD, {"version": migration.version, "checksum": migration.checksum}, transaction)
    return True


def _check(applied: dict[str, str], migrations: Sequence[Migration]) -> None:
    known = {migration.version: migration.checksum for migration in migrations}
    for version, checksum in applied.items():
        if version not in known:
            raise MigrationError(f"{version} was applied to the database, but there is no such file. {_START_EMPTY}")
        if known[version] != checksum:
            raise MigrationError(f"{version} was edited after it was applied. {_START_EMPTY}")
