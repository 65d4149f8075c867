"""Checks that the database is reachable."""

from functions.shared.database import Database, Statement

PING = Statement("SELECT 1", idempotent=True)


def ping(database: Database) -> None:
    """Raises DatabaseError if the database is unreachable."""
    database.rows(PING)
