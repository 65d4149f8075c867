"""Released migrations never change: a database that applied them rejects edited files.

A release records its files: `cd migrations && sha256sum *.sql > ../tests/migrations/released.sha256`
"""

from pathlib import Path

from scripts.packaging.migrations import split_migrations

RECORDED = Path(__file__).with_name("released.sha256")


def released() -> dict[str, str]:
    """Checksums by file name."""
    lines = RECORDED.read_text(encoding="utf-8").splitlines()
    return {name: checksum for checksum, name in (line.split() for line in lines)}


def test_released_files_are_unchanged() -> None:
    files = {f"{migration.version}.sql": migration.checksum for migration in split_migrations()}

    assert {name: files.get(name) for name in released()} == released()


def test_new_files_come_after_released_ones() -> None:
    names = [f"{migration.version}.sql" for migration in split_migrations()]

    assert names[: len(released())] == sorted(released())
