"""Accounts with their cash."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from functions.api.errors import NameTaken, ObjectNotFound, TooManyAccounts, found
from functions.api.limits import MAX_ACCOUNTS
from functions.api.repositories.arrays import joined
from functions.api.repositories.owner import OUTCOME, OWNER, execute
from functions.shared.database import Database, Statement, StatementFailed

UNIQUE_VIOLATION = "23505"

#: An account is at most 1.7 KB as JSON, and the Data API returns at most 1 MiB.
_PAGE = 500

_ACCOUNT = """
    jsonb_build_object(
        'id', {0}.id, 'account_name', {0}.account_name, 'account_purpose', {0}.account_purpose,
        'cash_balance', {0}.cash_balance, 'cash_interest', {0}.cash_interest,
        'total_value', {0}.cash_balance + (
            SELECT coalesce(sum(round(quantity * current_price, 2)), 0)
              FROM priced_positions WHERE account_id = {0}.id),
        'created_at', iso8601({0}.created_at), 'updated_at', iso8601({0}.updated_at))"""

LIST_ACCOUNTS = Statement(
    f"""
    SELECT text_rows(coalesce(jsonb_agg({_ACCOUNT.format("account")} ORDER BY account_name), '[]')::text),
           CASE WHEN count(*) = {_PAGE} THEN max(account_name) END
      FROM (SELECT * FROM accounts WHERE user_id = :user_id AND account_name > :after
             ORDER BY account_name LIMIT {_PAGE}) AS account
    """,
    idempotent=True,
)

CREATE_ACCOUNT = Statement(
    f"""
    WITH checked AS (
        SELECT CASE WHEN bool_or(account_name = :account_name) THEN 'name_taken'
                    WHEN count(*) >= {MAX_ACCOUNTS} THEN 'too_many'
                    ELSE 'ok' END AS outcome
          FROM accounts WHERE user_id = :user_id
    ), {OWNER}, account AS (
        INSERT INTO accounts (user_id, account_name, account_purpose, cash_balance, cash_interest)
        SELECT id, :account_name, :account_purpose, :cash_balance::numeric, :cash_interest::numeric FROM owner
        RETURNING *
    )
    SELECT jsonb_build_object('outcome', {OUTCOME}, 'account', (SELECT {_ACCOUNT.format("account")} FROM account))
      FROM checked
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

# Not idempotent: a repeated statement finds no row.
DELETE_ACCOUNT = Statement(
    "DELETE FROM accounts WHERE id = :account_id::uuid AND user_id = :user_id RETURNING 'deleted'", idempotent=False
)

DELETE_ALL_ACCOUNTS = Statement("DELETE FROM accounts WHERE user_id = :user_id", idempotent=True)


class Accounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all_of(self, user_id: str) -> str:
        """Return a JSON array, ordered by name. Takes one statement per 500 accounts."""
        return joined(self._database.pages(LIST_ACCOUNTS, user_id=user_id))

    def create(self, user_id: str, **fields: Any) -> dict[str, Any]:
        """Return the new account. Raises NameTaken or TooManyAccounts."""
        document = execute(self._database, CREATE_ACCOUNT, user_id=user_id, **fields)
        match document["outcome"]:
            case "name_taken":
                raise NameTaken
            case "too_many":
                raise TooManyAccounts(MAX_ACCOUNTS)
        account: dict[str, Any] = document["account"]
        return account

    def change(self, user_id: str, account_id: UUID, changes: Mapping[str, Any]) -> str:
        """Return the changed account. In `changes`, None keeps a field. Raises ObjectNotFound or NameTaken."""
        try:
            return found(self._database.document(CHANGE_ACCOUNT, user_id=user_id, account_id=account_id, **changes))
        except StatementFailed as error:
            if error.sqlstate == UNIQUE_VIOLATION:
                raise NameTaken from error
            raise

    def delete(self, user_id: str, account_id: UUID) -> None:
        """Delete the account and its positions. Raises ObjectNotFound."""
        if not self._database.rows(DELETE_ACCOUNT, {"user_id": user_id, "account_id": account_id}):
            raise ObjectNotFound

    def delete_all(self, user_id: str) -> None:
        self._database.rows(DELETE_ALL_ACCOUNTS, {"user_id": user_id})
