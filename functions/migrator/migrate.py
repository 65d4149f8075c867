"""Plain SQL files, applied in order, each once and in one transaction with its own record."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pglast

from functions.shared.database import Database, Statement

_FILE_NAME = re.compile(r"^(\d{3})_[a-z0-9_]+\.sql$")
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


class MigrationError(Exception):
    """The files and the database disagree; nothing was changed (do not retry, mend the files)."""


@dataclass(frozen=True)
class Migration:
    version: str
    """The file's name without its ending, such as `001_initial_schema`."""
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def statements(self) -> Iterator[Statement]:
        """One by one, as the Data API takes them, split by PostgreSQL's own parser. Raises pglast's ParseError."""
        for statement in pglast.split(self.sql):
            yield Statement(statement, idempotent=False)


def read_migrations(folder: Path) -> list[Migration]:
    """The migrations of a folder in their order. Raises MigrationError for a name that has no place in it."""
    files = sorted(folder.glob("*.sql"))
    if not files:
        raise MigrationError(f"no migrations in the folder {folder.name}")
    for number, file in enumerate(files, start=1):
        match = _FILE_NAME.match(file.name)
        if not match or int(match[1]) != number:
            raise MigrationError(
                f"{file.name} is not the migration {number:03}: names go 001_name.sql, 002_name.sql, ..."
            )
    return [Migration(file.stem, file.read_text(encoding="utf-8")) for file in files]


def migrate(database: Database, folder: Path) -> list[str]:
    """Applies what is missing and answers its versions; a second migrator at the same time waits and finds it done.

    Raises MigrationError when an applied file was edited or is gone, StatementFailed when a migration fails: that one
    is rolled back, those before it stay.
    """
    migrations = read_migrations(folder)
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
        for statement in migration.statements():
            database.rows(statement, transaction=transaction)
        database.rows(_RECORD, {"version": migration.version, "checksum": migration.checksum}, transaction)
    return True


def _check(applied: dict[str, str], migrations: list[Migration]) -> None:
    known = {migration.version: migration.checksum for migration in migrations}
    for version, checksum in applied.items():
        if version not in known:
            raise MigrationError(f"{version} was applied to the database, but there is no such file")
        if known[version] != checksum:
            raise MigrationError(f"{version} was edited after it was applied; add a new migration instead")
