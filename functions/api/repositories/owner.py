"""What bounds how much a user may have, however many requests come at once.

A statement sees the database as it was when the statement began: two at once would both find room for one more. So
whatever adds something first touches its owner's row, and only if that row is still as the statement sees it. When it
is not, nothing is written, the outcome is `again`, and the statement is sent once more.
"""

# ruff: noqa: S608 - what is put together are constants of this folder; what clients send are parameters

import json
from typing import Any

from functions.shared.database import Database, DatabaseUnavailable, Statement, Value


def owner(*changes: str) -> str:
    """The CTE `owner`, with further `changes` of the user's row: a row of it when the statement may go on.

    It stands after one called `verdict` with an `outcome`, which is `fine` when there is something to write; it also
    makes the user at first sight.
    """
    touched = "updated_at = greatest(clock_timestamp(), users.updated_at + interval '1 microsecond')"
    return f"""
    owner AS (
        INSERT INTO users (id) SELECT :user_id FROM verdict WHERE outcome = 'fine'
        ON CONFLICT (id) DO UPDATE
           SET {", ".join([touched, *changes])}
         WHERE users.updated_at = (SELECT seen.updated_at FROM users AS seen WHERE seen.id = :user_id)
        RETURNING id
    )"""


#: That of a statement which changes nothing else about the user.
OWNER = owner()

#: The outcome of such a statement, for its last SELECT from `verdict`.
OUTCOME = "CASE WHEN outcome = 'fine' AND NOT EXISTS (SELECT FROM owner) THEN 'again' ELSE outcome END"

#: With n requests of one user at once, the last has to ask n times; nobody honest sends more.
_MOST_TRIES = 60


def decide(database: Database, statement: Statement, **parameters: Value) -> dict[str, Any]:
    """The document of a statement with an `outcome` other than `again`; without a row that is `not_found`.

    Raises as `Database.rows` does; DatabaseUnavailable too when the same user keeps writing.
    """
    for _ in range(_MOST_TRIES):
        document: dict[str, Any] = json.loads(database.document(statement, **parameters) or '{"outcome": "not_found"}')
        if document["outcome"] != "again":
            return document
    raise DatabaseUnavailable("too many requests of one user at once")
