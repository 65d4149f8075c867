"""Brings a database to the latest schema: applies pending files of migrations/ in order."""

import sys
from argparse import ArgumentParser

from functions.migrator.migrate import MigrationError, migrate
from functions.shared.database import DatabaseError
from scripts.cli import run
from scripts.deployment import add_arguments, find
from scripts.packaging.migrations import split_migrations


def main() -> int:
    """Return 0 if the database is up to date, 1 if a migration failed: it was rolled back, earlier ones remain."""
    parser = ArgumentParser(description=__doc__)
    add_arguments(parser)
    try:
        applied = migrate(find(parser.parse_args()).connect(), split_migrations())
    except (MigrationError, DatabaseError) as error:
        print(f"The migration failed: {error}", file=sys.stderr)
        return 1
    print(f"Applied {', '.join(applied)}." if applied else "The database is up to date.")
    return 0


if __name__ == "__main__":
    run(main)
