"""Positions, each with its instrument at the price that applies to the owner."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from functions.api.errors import AlreadyHeld, ObjectNotFound, PriceUnknown, TooManyPositions, found
from functions.api.repositories.accounts import UNIQUE_VIOLATION
from functions.api.repositories.arrays import joined
from functions.api.repositories.owner import OUTCOME, OWNER, execute
from functions.shared.database import Database, Statement, StatementFailed, Value

#: Per user, across all accounts.
MAX_POSITIONS = 1_000

#: A position is at most 2.7 KB with its instrument, and the Data API returns at most 1 MiB.
_PAGE = 300

_POSITION = """
    jsonb_build_object(
        'id', held.id, 'account_id', held.account_id, 'symbol', held.symbol, 'quantity', held.quantity,
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

#: Whether the reference data has a price for the symbol.
_IS_PRICED = """
    EXISTS (SELECT FROM instruments WHERE instruments.symbol = :symbol AND instruments.current_price IS NOT NULL)"""

CREATE_POSITION = Statement(
    f"""
    WITH account AS (
        SELECT id FROM accounts WHERE id = :account_id::uuid AND user_id = :user_id
    ), checked AS (
        SELECT CASE WHEN NOT EXISTS (SELECT FROM account) THEN 'not_found'
                    WHEN bool_or(positions.symbol = :symbol AND accounts.id = :account_id::uuid) THEN 'already_held'
                    WHEN count(*) >= {MAX_POSITIONS} THEN 'too_many'
                    WHEN :price::numeric IS NULL AND NOT {_IS_PRICED} THEN 'price_unknown'
                    ELSE 'ok' END AS outcome
          FROM positions JOIN accounts ON accounts.id = positions.account_id
         WHERE accounts.user_id = :user_id
    ), {OWNER}, written AS (
        INSERT INTO positions (account_id, symbol, quantity, price, price_as_of)
        SELECT account.id, :symbol, :quantity::numeric, :price::numeric,
               CASE WHEN :price::numeric IS NOT NULL THEN current_date END
          FROM account CROSS JOIN owner
        RETURNING id
    )
    SELECT jsonb_build_object('outcome', {OUTCOME}, 'position_id', (SELECT id FROM written)) FROM checked
    """,
    idempotent=False,
)

CHANGE_POSITION = Statement(
    f"""
    WITH held AS (
        SELECT positions.id, :price::numeric IS NULL AND :symbol <> positions.symbol AND NOT {_IS_PRICED} AS is_unpriced
          FROM positions JOIN accounts ON accounts.id = positions.account_id
         WHERE positions.id = :position_id::uuid AND accounts.user_id = :user_id
           AND (:account_id::uuid IS NULL OR EXISTS (
                   SELECT FROM accounts AS target WHERE target.id = :account_id::uuid AND target.user_id = :user_id))
    ), changed AS (
    UPDATE positions
       SET account_id = coalesce(:account_id::uuid, positions.account_id),
           symbol = coalesce(:symbol, positions.symbol),
           quantity = coalesce(:quantity::numeric, positions.quantity),
           name = CASE WHEN :symbol <> symbol THEN NULL ELSE positions.name END,
           price = CASE WHEN :price::numeric IS NOT NULL THEN :price::numeric
                        WHEN :symbol <> symbol THEN NULL ELSE price END,
           price_as_of = CASE WHEN :price::numeric IS NOT NULL THEN current_date
                              WHEN :symbol <> symbol THEN NULL ELSE price_as_of END,
           is_value_only = is_value_only AND :price::numeric IS NULL AND coalesce(:symbol = symbol, true),
           cost_basis = CASE WHEN :symbol <> symbol THEN NULL ELSE cost_basis END,
           updated_at = now()
      FROM held WHERE positions.id = held.id AND held.is_unpriced IS NOT TRUE
    )
    SELECT coalesce(is_unpriced, false) FROM held
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
        return f'{{"positions": {joined(pages)}}}'

    def create(self, user_id: str, account_id: UUID, symbol: str, quantity: Decimal, price: Decimal | None) -> str:
        """Return the new position. Raises ObjectNotFound, AlreadyHeld, TooManyPositions, or PriceUnknown."""
        document = execute(
            self._database,
            CREATE_POSITION,
            user_id=user_id,
            account_id=account_id,
            symbol=symbol,
            quantity=quantity,
            price=price,
        )
        match document["outcome"]:
            case "not_found":
                raise ObjectNotFound
            case "already_held":
                raise AlreadyHeld
            case "too_many":
                raise TooManyPositions(MAX_POSITIONS)
            case "price_unknown":
                raise PriceUnknown
        return self._read(user_id, document["position_id"])

    def change(self, user_id: str, position_id: UUID, changes: Mapping[str, Any]) -> str:
        """Return the changed position. In `changes`, None keeps a field.

        Raises ObjectNotFound, AlreadyHeld, or PriceUnknown.
        """
        try:
            held = self._database.rows(CHANGE_POSITION, {"user_id": user_id, "position_id": position_id, **changes})
        except StatementFailed as error:
            if error.sqlstate == UNIQUE_VIOLATION:
                raise AlreadyHeld from error
            raise
        if not held:
            raise ObjectNotFound
        ((is_unpriced,),) = held
        if is_unpriced:
            raise PriceUnknown
        return self._read(user_id, str(position_id))

    def classify(self, user_id: str, position_id: UUID, classification: Mapping[str, Any] | None) -> str:
        """Classify the position's symbol for this user; None returns to the reference data. Returns the position.

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
        return found(self._database.document(READ_POSITION, user_id=user_id, position_id=position_id))
