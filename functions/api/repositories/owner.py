"""Per-user quotas under concurrency.

A statement sees the database as of its start, so two concurrent statements could both find room for one more row.
Therefore every insert first updates its owner's row, provided that the row hasn't changed since the statement started.
If it has, nothing is written, the outcome is `again`, and the statement is repeated.
"""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

import json
from typing import Any

from functions.api.errors import found
from functions.shared.database import Database, DatabaseUnavailable, Statement, Value


def owner(*changes: str) -> str:
    """Return the CTE `owner`, which updates the user's row with `changes` and returns it if the statement may proceed.

    It must follow a CTE `checked` whose `outcome` is `ok` if there is something to write. It also creates the user on
    first use.
    """
    touched = "updated_at = greatest(clock_timestamp(), users.updated_at + interval '1 microsecond')"
    return f"""
    owner AS (
        INSERT INTO users (id) SELECT :user_id FROM checked WHERE outcome = 'ok'
        ON CONFLICT (id) DO UPDATE
           SET {", ".join([touched, *changes])}
         WHERE users.updated_at = (SELECT seen.updated_at FROM users AS seen WHERE seen.id = :user_id)
        RETURNING id
    )"""


#: The CTE for a statement that changes nothing else about the user.
OWNER = owner()

#: The outcome of such a statement, for its final SELECT from `checked`.
OUTCOME = "CASE WHEN outcome = 'ok' AND NOT EXISTS (SELECT FROM owner) THEN 'again' ELSE outcome END"

#: With n concurrent requests by one user, the last needs n tries. Legitimate clients never send more.
_MAX_TRIES = 60


def execute(database: Database, statement: Statement, **parameters: Value) -> dict[str, Any]:
    """Run a statement until its `outcome` isn't `again`, and return its document.

    Raises ObjectNotFound if it returns no row, the errors of `Database.rows`, and DatabaseUnavailable if the same user
    keeps writing.
    """
    for _ in range(_MAX_TRIES):
        document: dict[str, Any] = json.loads(found(database.document(statement, **parameters)))
        if document["outcome"] != "again":
            return document
    raise DatabaseUnavailable("too many concurrent requests of one user")
