"""Accounts with their cash."""

# ruff: noqa: S608 - what is put together are constants of this folder; what clients send are parameters

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from functions.api.repositories.owner import OUTCOME, OWNER, decide
from functions.shared.database import Database, Statement, StatementFailed

UNIQUE_VIOLATION = "23505"

#: As many as a file may name.
MAX_ACCOUNTS = 1_000

_ACCOUNT = """
    jsonb_build_object(
        'id', {0}.id, 'account_name', {0}.account_name, 'account_purpose', {0}.account_purpose,
        'cash_balance', {0}.cash_balance, 'cash_interest', {0}.cash_interest,
        'created_at', iso8601({0}.created_at), 'updated_at', iso8601({0}.updated_at))"""

LIST_ACCOUNTS = Statement(
    f"""
    SELECT coalesce(jsonb_agg({_ACCOUNT.format("accounts")} ORDER BY account_name), '[]')
      FROM accounts WHERE user_id = :user_id
    """,
    idempotent=True,
)

CREATE_ACCOUNT = Statement(
    f"""
    WITH verdict AS (
        SELECT CASE WHEN bool_or(account_name = :account_name) THEN 'name_taken'
                    WHEN count(*) >= {MAX_ACCOUNTS} THEN 'too_many'
                    ELSE 'fine' END AS outcome
          FROM accounts WHERE user_id = :user_id
    ), {OWNER}, account AS (
        INSERT INTO accounts (user_id, account_name, account_purpose, cash_balance, cash_interest)
        SELECT id, :account_name, :account_purpose, :cash_balance::numeric, :cash_interest::numeric FROM owner
        RETURNING *
    )
    SELECT jsonb_build_object('outcome', {OUTCOME}, 'account', (SELECT {_ACCOUNT.format("account")} FROM account))
      FROM verdict
    """,
    idempotent=False,
)

CHANGE_ACCOUNT = Statement(
    f"""
    UPDATE accounts
       SET account_name = coalesce(:account_name, account_name),
           account_purpose = coalesce(:account_purpose, account_purpose),
           cash_balance = coalesce(:cash_balance::numeric, cash_balance),
           cash_interest = coalesce(:cash_interest::numeric, cash_interest),
           updated_at = now()
     WHERE id = :account_id::uuid AND user_id = :user_id
    RETURNING {_ACCOUNT.format("accounts")}
    """,
    idempotent=True,
)

# A second sending would find nothing: not the same answer.
DELETE_ACCOUNT = Statement(
    "DELETE FROM accounts WHERE id = :account_id::uuid AND user_id = :user_id RETURNING 'deleted'", idempotent=False
)

DELETE_ALL_ACCOUNTS = Statement("DELETE FROM accounts WHERE user_id = :user_id", idempotent=True)


class NameTaken(Exception):
    """Another account of the user has this name; nothing was changed."""


class Accounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all_of(self, user_id: str) -> str:
        """An array, by name."""
        return self._database.document(LIST_ACCOUNTS, user_id=user_id) or "[]"

    def create(self, user_id: str, **fields: Any) -> tuple[str, dict[str, Any] | None]:
        """The outcome (fine, name_taken, too_many) and, when it is fine, the account."""
        decision = decide(self._database, CREATE_ACCOUNT, user_id=user_id, **fields)
        return decision["outcome"], decision["account"]

    def change(self, user_id: str, account_id: UUID, changes: Mapping[str, Any]) -> str | None:
        """The account with the changes, None for a field that stays; None when the user has no such account.

        Raises NameTaken when another account of his has that name.
        """
        try:
            return self._database.document(CHANGE_ACCOUNT, user_id=user_id, account_id=account_id, **changes)
        except StatementFailed as error:
            if error.sqlstate == UNIQUE_VIOLATION:
                raise NameTaken from error
            raise

    def delete(self, user_id: str, account_id: UUID) -> bool:
        """Its positions go with it. False when the user has no such account."""
        return bool(self._database.rows(DELETE_ACCOUNT, {"user_id": user_id, "account_id": account_id}))

    def delete_all(self, user_id: str) -> None:
        self._database.rows(DELETE_ALL_ACCOUNTS, {"user_id": user_id})
