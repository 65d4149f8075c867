"""User profiles: one row per user, created on first use."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from functions.api.errors import RetiresTooLate, found
from functions.shared.database import Database, Statement
from functions.shared.portfolio import OLDEST

_USER = """
    jsonb_build_object(
        'display_name', display_name, 'birth_year', birth_year, 'current_age', age_this_year(birth_year),
        'years_until_retirement', years_until_retirement, 'target_retirement_income', target_retirement_income,
        'annual_contribution', annual_contribution, 'income_streams', income_streams,
        'asset_class_targets', asset_class_targets, 'region_targets', region_targets,
        'created_at', iso8601(created_at))"""

#: Retirement may not begin after age 110. The fields' own bounds are checked earlier.
_IS_PLAUSIBLE = f"""
    coalesce(extract(year FROM now())::integer - asked.birth_year + asked.years_until_retirement <= {OLDEST}, true)"""

# Writes on first use only. `created` is true for the statement that inserted the row; a retry after a lost response
# returns false, which no caller relies on.
SEE_USER = Statement(
    f"""
    WITH seen AS (
        SELECT * FROM users WHERE id = :user_id
    ), made AS (
        INSERT INTO users (id) SELECT :user_id WHERE NOT EXISTS (SELECT FROM seen)
        ON CONFLICT (id) DO UPDATE SET id = excluded.id
        RETURNING users.*, xmax = 0 AS created
    )
    SELECT jsonb_build_object('user', {_USER}, 'created', false) FROM seen
     UNION ALL
    SELECT jsonb_build_object('user', {_USER}, 'created', created) FROM made
    """,
    idempotent=True,
)

# A field that `changes` lacks keeps its value; one that is null becomes NULL. An age is stored as the birth year that
# it follows from, so that it doesn't grow stale.
CHANGE_USER = Statement(
    f"""
    WITH changed AS (
        SELECT changes || CASE WHEN jsonb_exists(changes, 'current_age') AND NOT jsonb_exists(changes, 'birth_year')
                               THEN jsonb_build_object('birth_year', extract(year FROM now())::integer
                                                                     - (changes ->> 'current_age')::integer)
                               ELSE '{{}}' END AS changes
          FROM (SELECT :changes::jsonb AS changes) AS requested
    ), asked AS (
        SELECT merged.*
          FROM users CROSS JOIN changed CROSS JOIN LATERAL jsonb_populate_record(users, changed.changes) AS merged
         WHERE users.id = :user_id
    ), written AS (
        UPDATE users
           SET display_name = asked.display_name, birth_year = asked.birth_year,
               years_until_retirement = asked.years_until_retirement,
               target_retirement_income = asked.target_retirement_income,
               annual_contribution = asked.annual_contribution, income_streams = asked.income_streams,
               asset_class_targets = asked.asset_class_targets, region_targets = asked.region_targets,
               updated_at = clock_timestamp()
          FROM asked
         WHERE users.id = asked.id AND {_IS_PLAUSIBLE}
        RETURNING users.*
    )
    SELECT coalesce((SELECT {_USER} FROM written), 'null') FROM asked
    """,
    idempotent=True,
)

# All user data references this row and is deleted with it.
ERASE_USER = Statement("DELETE FROM users WHERE id = :user_id", idempotent=True)


class Users:
    def __init__(self, database: Database) -> None:
        self._database = database

    def see(self, user_id: str) -> str:
        """Return `{"user": {...}, "created": bool}`; a new user gets a default profile."""
        return found(self._database.document(SEE_USER, user_id=user_id))

    def change(self, user_id: str, changes: Mapping[str, Any]) -> str:
        """Change the profile and return it. Fields that `changes` lacks stay; None unsets a goal.

        Raises RetiresTooLate if nothing was changed because retirement would begin after age 110.
        """
        parameters = {"user_id": user_id, "changes": json.dumps(changes, default=_number)}
        document = self._database.document(CHANGE_USER, **parameters)
        if document is None:
            self.see(user_id)
            document = self._database.document(CHANGE_USER, **parameters)
        if document == "null":
            raise RetiresTooLate(OLDEST)
        return found(document)

    def erase(self, user_id: str) -> None:
        """Delete the user with all their accounts, positions, jobs, and results."""
        self._database.rows(ERASE_USER, {"user_id": user_id})


def _number(amount: Decimal) -> float:
    """Return a float: it preserves the cents of an amount up to a billion, and a target's three decimals."""
    return float(amount)
