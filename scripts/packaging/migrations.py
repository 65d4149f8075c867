"""Splits the migrations into statements, so that no SQL parser is deployed.

`migrations/<version>.sql` becomes `migrations/<version>.json`, which the migrator's zip contains.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final

import pglast
from pglast.parser import ParseError

from functions.migrator.migrate import Migration, MigrationError
from scripts.manifest import ROOT

FOLDER: Final = ROOT / "migrations"
_FILE_NAME: Final = re.compile(r"^(\d{3})_[a-z0-9_]+\.sql$")


def split_migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return a folder's migrations in order, split by PostgreSQL's own parser.

    Raises MigrationError for a file name out of sequence and for SQL that does not parse.
    """
    files = sorted(folder.glob("*.sql"))
    if not files:
        raise MigrationError(f"there are no migrations in the folder {folder.name}")
    for number, file in enumerate(files, start=1):
        match = _FILE_NAME.match(file.name)
        if not match or int(match[1]) != number:
            raise MigrationError(
                f"{file.name} is not migration {number:03}: names are 001_name.sql, 002_name.sql, and so on"
            )
    return [_split(file) for file in files]


def write_migrations(folder: Path = FOLDER) -> None:
    """Write each migration's statements next to its source, and remove orphaned ones. Raises MigrationError."""
    documents = {f"{one.version}.json": f"{one.model_dump_json(indent=1)}\n" for one in split_migrations(folder)}
    for old in folder.glob("*.json"):
        if old.name not in documents:
            old.unlink()
    for name, document in documents.items():
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != document:
            new = file.with_suffix(".new")
            new.write_text(document, encoding="utf-8")
            new.replace(file)


def _split(file: Path) -> Migration:
    sql = file.read_text(encoding="utf-8")
    try:
        statements = tuple(pglast.split(sql))
    except ParseError as error:
        raise MigrationError(f"{file.name} is not SQL: {error}") from error
    return Migration(version=file.stem, checksum=hashlib.sha256(sql.encode()).hexdigest(), statements=statements)
