"""Imports: a whole portfolio in one statement, all or nothing."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

import json
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from functions.api.errors import FileOverLimit, HoldingsUnpriced, ImportEdited, UnpricedHolding
from functions.api.limits import MAX_ACCOUNTS, MAX_ERRORS, MAX_POSITIONS
from functions.api.portfolio_csv import ImportedPortfolio
from functions.api.repositories.owner import OUTCOME, OWNER, execute
from functions.shared.database import Database, Statement


class Existing(StrEnum):
    """How to treat existing accounts whose names occur in the file."""

    REPLACE = "replace"
    KEEP = "keep"
    """Leave them unchanged; import the file's as new accounts, such as "Roth IRA (2)"."""
    SKIP = "skip"
    """Leave them unchanged; skip the file's."""


_CHANGES_PREVIEWED, _CHANGES_LISTED = 50, 10
"""Accounts; a statement that writes returns a smaller document."""
_PRICES_LISTED = 10
_IMPORTS_KEPT = 10
_ROOM_FOR_NAME = 90
"""Characters kept from a name before a number is appended.

For shortened names the number depends on the account's place in the file, so that names stay unique.
"""
_FURTHEST = 2
"""Warn if a price is more than this many times the last known one, or less than that fraction of it."""

#: The portfolio in a file, and `import_checked`, whose `outcome` is `ok` or the reason to write nothing. Prices date
#: from the day stated in the file, or from today if that is earlier. `counting_price` is defined as in
#: `priced_positions`. Existing accounts with the same names (except those created by this import) are replaced, kept
#: next to those in the file, or left unchanged: see `Existing`.
READ_IMPORT = f"""
    other AS (
        SELECT account_name FROM accounts
         WHERE user_id = :user_id AND NOT EXISTS (
               SELECT FROM imports WHERE id = :import_id::uuid AND imports.created_at = accounts.created_at)
    ), listed AS (
        SELECT listed.name, purpose, cash, holdings, place, listed.name IN (SELECT account_name FROM other) AS is_taken,
               length(listed.name) > {_ROOM_FOR_NAME} AS is_long
          FROM ROWS FROM (jsonb_to_recordset(coalesce(:portfolio::jsonb -> 'accounts', '[]'))
                          AS (name text, purpose text, cash numeric, holdings jsonb)) WITH ORDINALITY
               AS listed (name, purpose, cash, holdings, place)
    ), taken AS (
        SELECT account_name AS name FROM other UNION ALL SELECT name FROM listed
    ), named AS (
        SELECT coalesce(free.name, listed.name) AS name, purpose, cash, holdings
          FROM listed
          LEFT JOIN LATERAL (
               SELECT numbered.name
                 FROM (SELECT left(listed.name, {_ROOM_FOR_NAME}) || format(' (%s)', generate_series(
                                  CASE WHEN is_long THEN {MAX_ACCOUNTS} + place ELSE 2 END, 100 * {MAX_ACCOUNTS},
                                  CASE WHEN is_long THEN {MAX_ACCOUNTS} ELSE 1 END)) AS name) AS numbered
                WHERE numbered.name NOT IN (SELECT name FROM taken)
                LIMIT 1) AS free ON is_taken AND :existing::text = '{Existing.KEEP}'
         WHERE NOT (is_taken AND :existing::text = '{Existing.SKIP}')
    ), entry AS (
        SELECT named.name AS account_name, entry.*,
               CASE WHEN entry.price IS NOT NULL THEN least(coalesce(entry.priced_on, current_date), current_date) END
               AS price_as_of
          FROM named
         CROSS JOIN LATERAL jsonb_to_recordset(named.holdings) AS entry (
                    line integer, symbol text, name text, quantity numeric, price numeric, priced_on date,
                    is_value_only boolean, cost_basis numeric)
    ), holding AS (
        SELECT entry.*, instruments.current_price AS known_price, instruments.price_as_of AS known_on,
               CASE WHEN NOT entry.is_value_only AND entry.price_as_of < instruments.price_as_of
                    THEN instruments.current_price
                    ELSE coalesce(entry.price, instruments.current_price) END AS counting_price
          FROM entry LEFT JOIN instruments ON instruments.symbol = entry.symbol
    ), unpriced AS (
        SELECT line, symbol FROM holding WHERE counting_price IS NULL
    ), far AS (
        SELECT line, format('%s at $%s is far from its last known price, $%s on %s. Check the line.', symbol,
                            trim(to_char(price, '999,999,990.00')), trim(to_char(known_price, '999,999,990.00')),
                            to_char(known_on, 'FMMonth FMDD, YYYY')) AS message
          FROM holding
         WHERE NOT is_value_only AND (price > known_price * {_FURTHEST} OR price * {_FURTHEST} < known_price)
         ORDER BY line LIMIT {_PRICES_LISTED}
    ), warning AS (
        SELECT coalesce(jsonb_agg(jsonb_build_object('line', line, 'message', format('Line %s: %s', line, message))
                                  ORDER BY line), '[]') AS of_prices FROM far
    ), kept AS (
        SELECT count(DISTINCT accounts.id) AS accounts, count(positions.id) AS positions
          FROM accounts LEFT JOIN positions ON positions.account_id = accounts.id
         WHERE accounts.user_id = :user_id AND accounts.account_name NOT IN (SELECT name FROM named)
    ), import_checked AS (
        SELECT CASE WHEN EXISTS (SELECT FROM unpriced) THEN 'unpriced'
                    WHEN kept.accounts + (SELECT count(*) FROM named) > {MAX_ACCOUNTS} THEN 'too_many_accounts'
                    WHEN kept.positions + (SELECT count(*) FROM holding) > {MAX_POSITIONS} THEN 'too_many_positions'
                    ELSE 'ok' END AS outcome
          FROM kept
    )"""

_REPLACE_POSITION = """ON CONFLICT (account_id, symbol) DO UPDATE
           SET quantity = excluded.quantity, price = excluded.price, price_as_of = excluded.price_as_of,
               name = excluded.name, is_value_only = excluded.is_value_only, cost_basis = excluded.cost_basis,
               updated_at = now()"""

#: Replaces the named accounts' cash and positions, and saves the previous ones for undo. Rows present before and after
#: keep their ids, so that the statement touches no row twice.
WRITE_IMPORT = f"""
    replaced AS (
        SELECT named.name, accounts.id IS NOT NULL AS existed, accounts.cash_balance::text AS cash,
               (SELECT count(*) FROM holding WHERE holding.account_name = named.name) AS imported,
               (SELECT coalesce(jsonb_agg(jsonb_build_object(
                           'symbol', symbol, 'quantity', quantity::text, 'name', positions.name, 'price', price::text,
                           'price_as_of', price_as_of, 'is_value_only', is_value_only,
                           'cost_basis', cost_basis::text)), '[]')
                  FROM positions WHERE positions.account_id = accounts.id) AS positions
          FROM named LEFT JOIN accounts ON accounts.user_id = :user_id AND accounts.account_name = named.name
    ), import AS (
        INSERT INTO imports (id, user_id, accounts, warnings, replaced)
        SELECT :import_id::uuid, owner.id, (SELECT array_agg(name) FROM named),
               coalesce(:portfolio::jsonb -> 'warnings', '[]') || (SELECT of_prices FROM warning),
               (SELECT jsonb_agg(to_jsonb(replaced)) FROM replaced)
          FROM owner WHERE EXISTS (SELECT FROM named)
    ), forgotten AS (
        DELETE FROM imports USING owner
         WHERE imports.user_id = owner.id AND imports.created_at < (
               SELECT created_at FROM imports AS newer WHERE newer.user_id = :user_id
                ORDER BY created_at DESC OFFSET {_IMPORTS_KEPT - 2} LIMIT 1)
    ), account AS (
        INSERT INTO accounts (user_id, account_name, account_purpose, cash_balance)
        SELECT owner.id, named.name, named.purpose, named.cash FROM named CROSS JOIN owner
        ON CONFLICT (user_id, account_name) DO UPDATE SET cash_balance = excluded.cash_balance, updated_at = now()
        RETURNING id, account_name
    ), sold AS (
        DELETE FROM positions USING account
         WHERE positions.account_id = account.id AND NOT EXISTS (
               SELECT FROM holding
                WHERE holding.account_name = account.account_name AND holding.symbol = positions.symbol)
    ), position AS (
        INSERT INTO positions (account_id, symbol, quantity, name, price, price_as_of, is_value_only, cost_basis)
        SELECT account.id, holding.symbol, trim_scale(holding.quantity), holding.name, trim_scale(holding.price),
               holding.price_as_of, holding.is_value_only, holding.cost_basis
          FROM holding JOIN account ON account.account_name = holding.account_name
        {_REPLACE_POSITION}
    )"""


def imported(changes: int) -> str:
    """Return the SQL for the fields that an import returns; the view doesn't include the statement's own writes yet.

    Lists only the first unpriced holdings, or else the first `changes`: all 1,000 would exceed the Data API's limit.
    """
    return f"""
    'unpriced', (SELECT coalesce(
        jsonb_agg(jsonb_build_object('line', line, 'symbol', symbol) ORDER BY line, symbol), '[]')
        FROM (SELECT line, symbol FROM unpriced ORDER BY line, symbol LIMIT {MAX_ERRORS}) AS listed),
    'accounts', (SELECT count(*) FROM named),
    'positions', (SELECT count(*) FROM holding),
    'total_value', coalesce((SELECT sum(cash) FROM named), 0)
                   + coalesce((SELECT sum(round(quantity * counting_price, 2)) FROM holding), 0),
    'warnings', (SELECT of_prices FROM warning),
    'changes', (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'account', name, 'before', before, 'after', jsonb_build_object(
            'positions', positions, 'cash', cash, 'total_value', cash + value)) ORDER BY before IS NULL, name), '[]')
        FROM (SELECT named.name, named.cash, imported.positions, imported.value, present.before
                FROM named
               CROSS JOIN LATERAL (
                     SELECT count(*) AS positions, coalesce(sum(round(quantity * counting_price, 2)), 0) AS value
                       FROM holding WHERE holding.account_name = named.name) AS imported
                LEFT JOIN LATERAL (
                     SELECT jsonb_build_object('positions', count(held.id), 'cash', accounts.cash_balance,
                                'total_value', accounts.cash_balance
                                               + coalesce(sum(round(held.quantity * held.current_price, 2)), 0))
                            AS before
                       FROM accounts LEFT JOIN priced_positions AS held ON held.account_id = accounts.id
                      WHERE accounts.user_id = :user_id AND accounts.account_name = named.name
                      GROUP BY accounts.id) AS present ON true
               ORDER BY present.before IS NULL, named.name
               LIMIT CASE WHEN EXISTS (SELECT FROM unpriced) THEN 0 ELSE {changes} END) AS listed)"""


#: For a statement that writes.
IMPORTED = imported(_CHANGES_LISTED)

PREVIEW_IMPORT = Statement(
    f"""
    WITH {READ_IMPORT}
    SELECT jsonb_build_object('outcome', outcome, {imported(_CHANGES_PREVIEWED)}) FROM import_checked
    """,
    idempotent=True,
)

# The id identifies the import: a repeated statement has the outcome `known` and writes nothing.
IMPORT_PORTFOLIO = Statement(
    f"""
    WITH {READ_IMPORT}, checked AS (
        SELECT CASE WHEN EXISTS (SELECT FROM imports WHERE id = :import_id::uuid) THEN 'known'
                    ELSE outcome END AS outcome
          FROM import_checked
    ), {OWNER}, {WRITE_IMPORT}
    SELECT jsonb_build_object('outcome', {OUTCOME}, {IMPORTED}) FROM checked
    """,
    idempotent=True,
)

# Allowed only while nothing written by the import has changed. `known` if already undone.
UNDO_IMPORT = Statement(
    f"""
    WITH import AS (
        SELECT id, created_at, undone_at, replaced FROM imports WHERE id = :import_id::uuid AND user_id = :user_id
    ), entry AS (
        SELECT entry.*, import.created_at
          FROM import CROSS JOIN LATERAL jsonb_to_recordset(import.replaced)
               AS entry (name text, existed boolean, cash numeric, imported integer, positions jsonb)
    ), untouched AS (
        SELECT accounts.id, entry.*
          FROM entry JOIN accounts ON accounts.user_id = :user_id AND accounts.account_name = entry.name
         WHERE accounts.updated_at = entry.created_at
           AND (SELECT count(*) = entry.imported AND coalesce(bool_and(updated_at = entry.created_at), true)
                  FROM positions WHERE positions.account_id = accounts.id)
    ), checked AS (
        SELECT CASE WHEN undone_at IS NOT NULL THEN 'known'
                    WHEN (SELECT count(*) FROM untouched) < (SELECT count(*) FROM entry) THEN 'edited'
                    ELSE 'ok' END AS outcome
          FROM import
    ), {OWNER}, undone AS (
        UPDATE imports SET undone_at = now() FROM owner WHERE imports.id = :import_id::uuid
    ), removed AS (
        DELETE FROM accounts USING untouched, owner WHERE accounts.id = untouched.id AND NOT untouched.existed
    ), restored AS (
        UPDATE accounts SET cash_balance = untouched.cash, updated_at = now()
          FROM untouched CROSS JOIN owner WHERE accounts.id = untouched.id AND untouched.existed
    ), before AS (
        SELECT untouched.id AS account_id, held.*
          FROM untouched CROSS JOIN owner
         CROSS JOIN LATERAL jsonb_to_recordset(untouched.positions) AS held (
                    symbol text, quantity numeric, name text, price numeric, price_as_of date, is_value_only boolean,
                    cost_basis numeric)
         WHERE untouched.existed
    ), sold AS (
        DELETE FROM positions USING untouched, owner
         WHERE positions.account_id = untouched.id AND untouched.existed AND NOT EXISTS (
               SELECT FROM before WHERE before.account_id = positions.account_id AND before.symbol = positions.symbol)
    ), position AS (
        INSERT INTO positions (account_id, symbol, quantity, name, price, price_as_of, is_value_only, cost_basis)
        SELECT account_id, symbol, quantity, name, price, price_as_of, is_value_only, cost_basis FROM before
        {_REPLACE_POSITION}
    )
    SELECT jsonb_build_object('outcome', {OUTCOME}) FROM checked
    """,
    idempotent=True,
)


class Portfolio:
    def __init__(self, database: Database) -> None:
        self._database = database

    def preview(
        self, user_id: str, portfolio: ImportedPortfolio, existing: Existing = Existing.REPLACE
    ) -> dict[str, Any]:
        """Return the result of `write`, and raise its errors, without writing anything."""
        return self._import(PREVIEW_IMPORT, user_id, None, portfolio, existing)

    def write(
        self, user_id: str, import_id: UUID, portfolio: ImportedPortfolio, existing: Existing = Existing.REPLACE
    ) -> dict[str, Any]:
        """Write the portfolio's accounts, and leave all others unchanged.

        Returns accounts, positions, total_value, warnings, and changes, as in `Imported`. The id identifies the import:
        repeating the call changes nothing. Raises HoldingsUnpriced or FileOverLimit.
        """
        return self._import(IMPORT_PORTFOLIO, user_id, import_id, portfolio, existing)

    def undo(self, user_id: str, import_id: UUID) -> None:
        """Restore what an import replaced, unless that was done before. Raises ObjectNotFound or ImportEdited."""
        if execute(self._database, UNDO_IMPORT, user_id=user_id, import_id=import_id)["outcome"] == "edited":
            raise ImportEdited

    def _import(
        self,
        statement: Statement,
        user_id: str,
        import_id: UUID | None,
        portfolio: ImportedPortfolio,
        existing: Existing,
    ) -> dict[str, Any]:
        parameters = {"user_id": user_id, "import_id": import_id, "existing": existing}
        document = execute(self._database, statement, portfolio=import_document(portfolio), **parameters)
        raise_refused_import(document)
        return {key: value for key, value in document.items() if key not in {"outcome", "unpriced"}}


def raise_refused_import(document: dict[str, Any]) -> None:
    """Raises HoldingsUnpriced or FileOverLimit for such an outcome."""
    match document["outcome"]:
        case "unpriced":
            raise HoldingsUnpriced([UnpricedHolding(**holding) for holding in document["unpriced"]])
        case "too_many_accounts":
            raise FileOverLimit("accounts", MAX_ACCOUNTS)
        case "too_many_positions":
            raise FileOverLimit("positions", MAX_POSITIONS)


def import_document(portfolio: ImportedPortfolio) -> str:
    """Return the `portfolio` parameter as JSON; numbers are strings, to preserve every digit."""
    priced_on = portfolio.priced_on and portfolio.priced_on.isoformat()
    accounts: list[dict[str, Any]] = [
        {
            "name": account.name,
            "purpose": account.purpose,
            "cash": str(account.cash),
            "holdings": [
                {
                    "line": holding.line,
                    "symbol": holding.symbol,
                    "name": holding.name,
                    "quantity": _text(holding.quantity),
                    "price": _text(holding.price),
                    "priced_on": priced_on,
                    "is_value_only": holding.is_value_only,
                    "cost_basis": _text(holding.cost_basis),
                }
                for holding in account.holdings
            ],
        }
        for account in portfolio.accounts
    ]
    warnings = [{"line": warning.line, "message": warning.message} for warning in portfolio.warnings]
    return json.dumps({"accounts": accounts, "warnings": warnings}, ensure_ascii=False)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"
