"""Imports: a whole portfolio in one statement, all or nothing."""

# ruff: noqa: S608 - only constants of this folder are interpolated; client input is passed as parameters

import json
from typing import Any

from pydantic import BaseModel

from functions.api.portfolio_csv import ImportedPortfolio
from functions.api.problems import ERRORS_TOLD
from functions.api.repositories.accounts import MAX_ACCOUNTS
from functions.api.repositories.owner import OUTCOME, OWNER, decide
from functions.api.repositories.positions import MAX_POSITIONS
from functions.shared.database import Database, Statement

#: What a portfolio says, and `import_verdict` on it: `fine`, or why nothing may be written. Its prices are of the
#: day that the file says, but of today at the latest.
READ_IMPORT = f"""
    named AS (
        SELECT entry.name, entry.cash, entry.holdings
          FROM jsonb_to_recordset(:portfolio::jsonb) AS entry (name text, cash numeric, holdings jsonb)
    ), holding AS (
        SELECT named.name AS account_name, entry.line, entry.symbol, entry.name, entry.quantity, entry.price,
               CASE WHEN entry.price IS NOT NULL THEN least(entry.priced_on, current_date) END AS price_as_of
          FROM named
         CROSS JOIN LATERAL jsonb_to_recordset(named.holdings)
                    AS entry (line integer, symbol text, name text, quantity numeric, price numeric, priced_on date)
    ), unpriced AS (
        SELECT holding.line, holding.symbol FROM holding
          LEFT JOIN instruments ON instruments.symbol = holding.symbol
         WHERE holding.price IS NULL AND instruments.current_price IS NULL
    ), kept AS (
        SELECT count(DISTINCT accounts.id) AS accounts, count(positions.id) AS positions
          FROM accounts LEFT JOIN positions ON positions.account_id = accounts.id
         WHERE accounts.user_id = :user_id AND accounts.account_name NOT IN (SELECT name FROM named)
    ), import_verdict AS (
        SELECT CASE WHEN EXISTS (SELECT FROM unpriced) THEN 'unpriced'
                    WHEN kept.accounts + (SELECT count(*) FROM named) > {MAX_ACCOUNTS} THEN 'too_many_accounts'
                    WHEN kept.positions + (SELECT count(*) FROM holding) > {MAX_POSITIONS} THEN 'too_many_positions'
                    ELSE 'fine' END AS outcome
          FROM kept
    )"""

#: Replaces the named accounts' cash and positions. What is held before and after keeps its row and its id, so that the
#: statement touches no row twice.
WRITE_IMPORT = """
    account AS (
        INSERT INTO accounts (user_id, account_name, cash_balance)
        SELECT owner.id, named.name, named.cash FROM named CROSS JOIN owner
        ON CONFLICT (user_id, account_name) DO UPDATE SET cash_balance = excluded.cash_balance, updated_at = now()
        RETURNING id, account_name
    ), sold AS (
        DELETE FROM positions USING account
         WHERE positions.account_id = account.id AND NOT EXISTS (
               SELECT FROM holding
                WHERE holding.account_name = account.account_name AND holding.symbol = positions.symbol)
    ), position AS (
        INSERT INTO positions (account_id, symbol, quantity, name, price, price_as_of)
        SELECT account.id, holding.symbol, holding.quantity, holding.name, holding.price, holding.price_as_of
          FROM holding JOIN account ON account.account_name = holding.account_name
        ON CONFLICT (account_id, symbol) DO UPDATE
           SET quantity = excluded.quantity, price = excluded.price, price_as_of = excluded.price_as_of,
               name = excluded.name, updated_at = now()
    )"""

#: What was imported, valued as `priced_positions` does; the view does not see yet what this statement writes. Only the
#: first unpriced holdings are listed: a problem document names no more, and 1,000 would exceed the Data API's row.
IMPORTED = f"""
    'unpriced', (SELECT coalesce(
        jsonb_agg(jsonb_build_object('line', line, 'symbol', symbol) ORDER BY line, symbol), '[]')
        FROM (SELECT line, symbol FROM unpriced ORDER BY line, symbol LIMIT {ERRORS_TOLD}) AS listed),
    'accounts', (SELECT count(*) FROM named),
    'positions', (SELECT count(*) FROM holding),
    'total_value', round(coalesce((SELECT sum(cash) FROM named), 0) + coalesce((
        SELECT sum(holding.quantity * CASE WHEN holding.price_as_of < instruments.price_as_of
                                           THEN instruments.current_price
                                           ELSE coalesce(holding.price, instruments.current_price) END)
          FROM holding LEFT JOIN instruments ON instruments.symbol = holding.symbol), 0), 2)"""

IMPORT_PORTFOLIO = Statement(
    f"""
    WITH {READ_IMPORT}, verdict AS (SELECT outcome FROM import_verdict), {OWNER}, {WRITE_IMPORT}
    SELECT jsonb_build_object('outcome', {OUTCOME}, {IMPORTED}) FROM verdict
    """,
    idempotent=True,
)


class Unpriced(BaseModel):
    """A holding for which neither the file nor the reference data has a price."""

    line: int | None
    symbol: str


class ImportOutcome(BaseModel):
    """`outcome`: fine, unpriced, too_many_accounts or too_many_positions; unless it is fine nothing was written."""

    outcome: str
    unpriced: list[Unpriced]
    """The first 100."""
    accounts: int
    positions: int
    total_value: float
    """In US dollars; a float keeps cents exactly up to 90 trillion."""


class Portfolio:
    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, user_id: str, portfolio: ImportedPortfolio) -> ImportOutcome:
        """Replaces the accounts that the portfolio names, and leaves the others as they are."""
        document = decide(self._database, IMPORT_PORTFOLIO, user_id=user_id, portfolio=import_document(portfolio))
        return ImportOutcome.model_validate(document)


def import_document(portfolio: ImportedPortfolio) -> str:
    """The parameter `portfolio`; numbers are text, so that not a digit is lost."""
    accounts: list[dict[str, Any]] = [
        {
            "name": account.name,
            "cash": str(account.cash),
            "holdings": [
                {
                    "line": holding.line,
                    "symbol": holding.symbol,
                    "name": holding.name,
                    "quantity": str(holding.quantity),
                    "price": None if holding.price is None else str(holding.price),
                    "priced_on": portfolio.priced_on and portfolio.priced_on.isoformat(),
                }
                for holding in account.holdings
            ],
        }
        for account in portfolio.accounts
    ]
    return json.dumps(accounts, ensure_ascii=False)
