"""Migrations, applied in order, each once and in one transaction with its own record.

They are plain SQL files, which `scripts/packaging/migrations.py` splits into statements when the zip is built.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from functions.shared.database import Database, Statement

_LOCK = 4_151_003  # any number; it keeps two migrators apart

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


#: Before the first release migrations are rewritten in place, and no database is upgraded.
_START_EMPTY = "Start with an empty database: on AWS a new one, locally scripts/start_dev_server.py --fresh."


class MigrationError(Exception):
    """The files and the database disagree; nothing was changed (do not retry, mend the files)."""


class Migration(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    """The source's name without its ending, such as `001_initial_schema`."""
    checksum: str
    """SHA-256 of the source."""
    statements: tuple[str, ...]
    """One by one, as the Data API takes them."""


def read_migrations(folder: Path) -> list[Migration]:
    """Return the migrations that were built into the zip, in their order. Raises MigrationError if there are none."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise MigrationError(f"there are no built migrations in the folder {folder.name}: run package_docker.py")
    return [Migration.model_validate_json(file.read_bytes()) for file in files]


def migrate(database: Database, migrations: Sequence[Migration]) -> list[str]:
    """Applies what is missing and answers its versions; a second migrator at the same time waits and finds it done.

    Raises MigrationError when an applied file was edited or is gone, StatementFailed when a migration fails: that one
    is rolled back, those before it stay.
    """
    applied = _applied(database)
    _check(applied, migrations)
    missing = (migration for migration in migrations if migration.version not in applied)
    return [migration.version for migration in missing if _apply(database, migration)]


def _applied(database: Database) -> dict[str, str]:
    """Checksums by version. The lock keeps two from creating the table at once, which IF NOT EXISTS does not."""
    with database.transaction() as transaction:
        database.rows(_TAKE_LOCK, transaction=transaction)
        database.rows(_CREATE_TABLE, transaction=transaction)
        return dict(database.rows(_APPLIED, transaction=transaction))


def _apply(database: Database, migration: Migration) -> bool:
    """False when another migrator was faster."""
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
