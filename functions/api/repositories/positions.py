"""Positions, each with its instrument at the price that applies to the owner."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from functions.api.errors import AlreadyHeld, ObjectNotFound, TooManyPositions, found
from functions.api.limits import MAX_POSITIONS
from functions.api.repositories.accounts import UNIQUE_VIOLATION
from functions.api.repositories.arrays import joined
from functions.api.repositories.classified import with_rules
from functions.api.repositories.owner import OUTCOME, OWNER, execute
from functions.shared.database import Database, Statement, StatementFailed, Value

#: A position is at most 3.5 KB with its instrument, and the Data API returns at most 1 MiB.
_PAGE = 250

_POSITION = """
    jsonb_build_object(
        'id', held.id, 'account_id', held.account_id, 'symbol', held.symbol, 'quantity', held.quantity,
        'current_price', held.current_price, 'instrument_name', held.name, 'instrument_type', held.instrument_type,
        'value', round(held.quantity * held.current_price, 2),
        'is_value_only', held.is_value_only, 'cost_basis', held.cost_basis,
        'instrument', jsonb_build_object(
            'symbol', held.symbol, 'name', held.name, 'instrument_type', held.instrument_type,
            'classified_by', held.classified_by,
            'current_price', held.current_price, 'price_as_of', held.price_as_of,
            'allocation_asset_class', held.allocation_asset_class,
            'allocation_regions', held.allocation_regions, 'allocation_sectors', held.allocation_sectors),
        'created_at', iso8601(held.created_at), 'updated_at', iso8601(held.updated_at))"""

LIST_POSITIONS = Statement(
    f"""
    SELECT text_rows(page.positions::text), page.last
      FROM accounts
     CROSS JOIN LATERAL (
           SELECT coalesce(jsonb_agg(position ORDER BY symbol), '[]') AS positions,
                  CASE WHEN count(*) = {_PAGE} THEN max(symbol) END AS last
             FROM (SELECT {_POSITION} AS position, held.symbol
                     FROM priced_positions AS held
                    WHERE held.account_id = accounts.id AND held.symbol > :after
                    ORDER BY held.symbol LIMIT {_PAGE}) AS entry) AS page
     WHERE accounts.id = :account_id::uuid AND accounts.user_id = :user_id
    """,
    idempotent=True,
)

READ_POSITION = Statement(
    f"""
    SELECT {_POSITION} FROM priced_positions AS held WHERE held.id = :position_id::uuid AND held.user_id = :user_id
    """,
    idempotent=True,
)

# A repeated statement sets the same quantity, but reports that the symbol was held before.
SET_POSITION = Statement(
    f"""
    WITH account AS (
        SELECT id FROM accounts WHERE id = :account_id::uuid AND user_id = :user_id
    ), held AS (
        SELECT count(*) AS positions,
               coalesce(bool_or(symbol = :symbol AND account_id = :account_id::uuid), false) AS is_held
          FROM positions JOIN accounts ON accounts.id = positions.account_id
         WHERE accounts.user_id = :user_id
    ), checked AS (
        SELECT CASE WHEN NOT EXISTS (SELECT FROM account) THEN 'not_found'
                    WHEN NOT is_held AND positions >= {MAX_POSITIONS} THEN 'too_many'
                    ELSE 'ok' END AS outcome, is_held
          FROM held
    ), {OWNER}, written AS (
        INSERT INTO positions (account_id, symbol, quantity, price, price_as_of)
        SELECT account.id, :symbol, :quantity::numeric, :price::numeric,
               CASE WHEN :price::numeric IS NOT NULL THEN current_date END
          FROM account CROSS JOIN owner
        ON CONFLICT (account_id, symbol) DO UPDATE
           SET quantity = excluded.quantity,
               price = coalesce(excluded.price, positions.price),
               price_as_of = coalesce(excluded.price_as_of, positions.price_as_of),
               is_value_only = positions.is_value_only AND excluded.price IS NULL,
               updated_at = now()
        RETURNING id
    )
    SELECT jsonb_build_object('outcome', {OUTCOME}, 'position_id', (SELECT id FROM written), 'is_held', is_held)
      FROM checked
    """,
    idempotent=True,
)

CHANGE_POSITION = Statement(
    """
    UPDATE positions
       SET account_id = coalesce(:account_id::uuid, positions.account_id),
           symbol = coalesce(:symbol, symbol),
           quantity = coalesce(:quantity::numeric, quantity),
           name = CASE WHEN :symbol <> symbol THEN NULL ELSE name END,
           price = CASE WHEN :price::numeric IS NOT NULL THEN :price::numeric
                        WHEN :symbol <> symbol THEN NULL ELSE price END,
           price_as_of = CASE WHEN :price::numeric IS NOT NULL THEN current_date
                              WHEN :symbol <> symbol THEN NULL ELSE price_as_of END,
           is_value_only = is_value_only AND :price::numeric IS NULL AND coalesce(:symbol = symbol, true),
           cost_basis = CASE WHEN :symbol <> symbol THEN NULL ELSE cost_basis END,
           updated_at = now()
      FROM accounts
     WHERE positions.id = :position_id::uuid AND accounts.id = positions.account_id AND accounts.user_id = :user_id
       AND (:account_id::uuid IS NULL OR EXISTS (
               SELECT FROM accounts AS target WHERE target.id = :account_id::uuid AND target.user_id = :user_id))
    RETURNING 'changed'
    """,
    idempotent=True,
)

# The classification applies to all of the user's positions in the symbol; null removes it. The statement keeps at most
# as many classifications as positions, so that changing symbols can't fill the table.
CLASSIFY_POSITION = Statement(
    f"""
    WITH held AS (
        SELECT accounts.user_id, positions.symbol
          FROM positions JOIN accounts ON accounts.id = positions.account_id
         WHERE positions.id = :position_id::uuid AND accounts.user_id = :user_id
    ), written AS (
        INSERT INTO classifications (user_id, symbol, instrument_type, allocation_asset_class, allocation_regions,
                                     allocation_sectors)
        SELECT held.user_id, held.symbol, given.instrument_type, given.asset_classes, given.regions, given.sectors
          FROM held CROSS JOIN jsonb_to_record(:classification::jsonb) AS given (
               instrument_type text, asset_classes jsonb, regions jsonb, sectors jsonb)
         WHERE :classification <> 'null'
        ON CONFLICT (user_id, symbol) DO UPDATE
           SET instrument_type = excluded.instrument_type, allocation_asset_class = excluded.allocation_asset_class,
               allocation_regions = excluded.allocation_regions, allocation_sectors = excluded.allocation_sectors,
               updated_at = now()
    ), removed AS (
        DELETE FROM classifications USING held
         WHERE classifications.user_id = held.user_id
           AND (classifications.symbol = held.symbol AND :classification = 'null'
                OR classifications.symbol <> held.symbol AND classifications.updated_at < (
                   SELECT updated_at FROM classifications AS newer WHERE newer.user_id = :user_id
                    ORDER BY updated_at DESC OFFSET {MAX_POSITIONS} LIMIT 1))
    )
    SELECT 'classified' FROM held
    """,
    idempotent=True,
)

# Not idempotent: a repeated statement finds no row.
DELETE_POSITION = Statement(
    """
    DELETE FROM positions USING accounts
     WHERE positions.id = :position_id::uuid AND accounts.id = positions.account_id AND accounts.user_id = :user_id
    RETURNING 'deleted'
    """,
    idempotent=False,
)


class Positions:
    def __init__(self, database: Database) -> None:
        self._database = database

    def in_account(self, user_id: str, account_id: UUID) -> str:
        """Return `{"positions": [...]}` by symbol; one statement per page. Raises ObjectNotFound."""
        pages = self._database.pages(LIST_POSITIONS, user_id=user_id, account_id=account_id)
        if not pages:
            raise ObjectNotFound
        return with_rules(f'{{"positions": {joined(pages)}}}')

    def set(
        self, user_id: str, account_id: UUID, symbol: str, quantity: Decimal, price: Decimal | None
    ) -> tuple[str, bool]:
        """Hold this quantity of a symbol in an account. Returns the position, and whether it is new.

        Without a price, a position keeps its own. Raises ObjectNotFound or TooManyPositions.
        """
        document = execute(
            self._database,
            SET_POSITION,
            user_id=user_id,
            account_id=account_id,
            symbol=symbol,
            quantity=quantity,
            price=price,
        )
        match document["outcome"]:
            case "not_found":
                raise ObjectNotFound
            case "too_many":
                raise TooManyPositions(MAX_POSITIONS)
        return self._read(user_id, document["position_id"]), not document["is_held"]

    def change(self, user_id: str, position_id: UUID, changes: Mapping[str, Any]) -> str:
        """Return the changed position. In `changes`, None keeps a field. Raises ObjectNotFound or AlreadyHeld."""
        try:
            changed = self._database.rows(CHANGE_POSITION, {"user_id": user_id, "position_id": position_id, **changes})
        except StatementFailed as error:
            if error.sqlstate == UNIQUE_VIOLATION:
                raise AlreadyHeld from error
            raise
        if not changed:
            raise ObjectNotFound
        return self._read(user_id, str(position_id))

    def classify(self, user_id: str, position_id: UUID, classification: Mapping[str, Any] | None) -> str:
        """Classify the position's symbol for this user; None reverts to the reference data. Returns the position.

        Raises ObjectNotFound.
        """
        document = json.dumps(classification, default=float)
        parameters: dict[str, Value] = {"user_id": user_id, "position_id": position_id, "classification": document}
        if not self._database.rows(CLASSIFY_POSITION, parameters):
            raise ObjectNotFound
        return self._read(user_id, str(position_id))

    def delete(self, user_id: str, position_id: UUID) -> None:
        """Raises ObjectNotFound."""
        if not self._database.rows(DELETE_POSITION, {"user_id": user_id, "position_id": position_id}):
            raise ObjectNotFound

    def _read(self, user_id: str, position_id: str) -> str:
        return with_rules(found(self._database.document(READ_POSITION, user_id=user_id, position_id=position_id)))
