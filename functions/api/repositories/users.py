"""User profiles: one row per user, created on first use."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from functions.api.errors import found
from functions.shared.database import Database, Statement

_USER = """
    jsonb_build_object(
        'display_name', display_name, 'current_age', current_age, 'years_until_retirement', years_until_retirement,
        'target_retirement_income', target_retirement_income, 'annual_contribution', annual_contribution,
        'asset_class_targets', asset_class_targets, 'region_targets', region_targets,
        'created_at', iso8601(created_at))"""

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

CHANGE_USER = Statement(
    f"""
    UPDATE users
       SET display_name = coalesce(:display_name, display_name),
           current_age = coalesce(:current_age::integer, current_age),
           years_until_retirement = coalesce(:years_until_retirement::integer, years_until_retirement),
           target_retirement_income = coalesce(:target_retirement_income::numeric, target_retirement_income),
           annual_contribution = coalesce(:annual_contribution::numeric, annual_contribution),
           asset_class_targets = coalesce(:asset_class_targets::jsonb, asset_class_targets),
           region_targets = coalesce(:region_targets::jsonb, region_targets),
           updated_at = clock_timestamp()
     WHERE id = :user_id
    RETURNING {_USER}
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
        """Change the profile and return it. In `changes`, None keeps a field."""
        parameters = {name: _parameter(value) for name, value in changes.items()}
        document = self._database.document(CHANGE_USER, user_id=user_id, **parameters)
        if document is None:
            self.see(user_id)
            document = self._database.document(CHANGE_USER, user_id=user_id, **parameters)
        return found(document)

    def erase(self, user_id: str) -> None:
        """Delete the user with all their accounts, positions, jobs, and results."""
        self._database.rows(ERASE_USER, {"user_id": user_id})


def _parameter(value: Any) -> Any:
    """Encode targets as JSON numbers; a float preserves their three decimals."""
    return json.dumps(value, default=_number) if isinstance(value, Mapping) else value


def _number(share: Decimal) -> float:
    return float(share)
