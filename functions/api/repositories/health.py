"""Whether the database answers."""

from functions.shared.database import Database, Statement

PING = Statement("SELECT 1", idempotent=True)


def ping(database: Database) -> None:
    """Raises DatabaseError when it does not answer."""
    database.rows(PING)
