"""Reads a user's current portfolio, which becomes the job's snapshot, and the snapshot that a job has committed."""

# ruff: noqa: S608 - only constants of this file are interpolated

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from functions.shared.agent_declaration import JobType
from functions.shared.classification_rules import classify
from functions.shared.database import Database, DatabaseUnavailable, Statement
from functions.shared.portfolio import Account, Instrument, Snapshot, Symbol
from functions.shared.sample import EXAMPLE_GOALS, sample_lines
from functions.shared.sample_jobs import ANALYZES_SAMPLE
from functions.shared.section_names import SNAPSHOT, SUMMARY

#: Positions (or accounts without any) per page: each is at most 4 KB as JSON, and the Data API returns at most 1 MiB.
_LINES_A_PAGE = 200
#: Characters of a committed snapshot per page: at most 960 KB.
_CHARACTERS_A_PAGE = 240_000
_MOST_TRIES = 5

_OF_USER = f"""
    SELECT accounts.account_name, accounts.account_purpose, accounts.cash_balance, accounts.cash_interest,
           held.symbol, held.quantity, held.is_value_only, held.cost_basis, held.name, held.instrument_type,
           held.classified_by, held.current_price, held.price_as_of, held.allocation_asset_class,
           held.allocation_regions, held.allocation_sectors, held.expense_ratio
      FROM accounts LEFT JOIN priced_positions AS held ON held.account_id = accounts.id AND held.quantity > 0
     WHERE accounts.user_id = :user_id
     ORDER BY accounts.account_name, held.symbol LIMIT {_LINES_A_PAGE} OFFSET :after::integer"""
_WARNINGS_KEPT = 100
#: Warnings of the import that an account comes from: the latest one that named it and was not undone.
_WARNINGS_OF_USER = f"""
    SELECT to_char(created_at, 'YYYY-MM-DD') AS imported_on, warning ->> 'message' AS message
      FROM imports CROSS JOIN LATERAL jsonb_array_elements(warnings) WITH ORDINALITY AS listed (warning, place)
     WHERE imports.id IN (
           SELECT DISTINCT ON (name) made.id
             FROM imports AS made CROSS JOIN LATERAL unnest(made.accounts) AS name
             JOIN accounts ON accounts.user_id = :user_id AND accounts.account_name = name
            WHERE made.user_id = :user_id AND made.undone_at IS NULL
            ORDER BY name, made.created_at DESC)
       AND :after::integer = 0
     ORDER BY created_at DESC, place LIMIT {_WARNINGS_KEPT}"""
_OF_SAMPLE = """
    SELECT entry.account AS account_name, entry.purpose AS account_purpose, entry.cash AS cash_balance,
           0 AS cash_interest, entry.quantity, false AS is_value_only, NULL::numeric AS cost_basis,
           NULL AS classified_by, instruments.symbol, instruments.name, instruments.instrument_type,
           instruments.current_price, instruments.price_as_of, instruments.allocation_asset_class,
           instruments.allocation_regions, instruments.allocation_sectors, instruments.expense_ratio
      FROM jsonb_to_recordset(:sample::jsonb)
           AS entry (account text, purpose text, cash numeric, symbol text, quantity numeric)
      JOIN instruments ON instruments.symbol = entry.symbol"""


_NO_WARNINGS = "SELECT NULL AS imported_on, NULL AS message WHERE false"


def _load(lines: str, warnings: str, *, is_sample: bool) -> Statement:
    """Return the statement that loads a page. Decimals are text, so that no digit is lost on the way to the agents.

    The first page includes the results that the last completed analysis of the same portfolio kept for comparison.

    `version` changes with every write to an account, a position or a classification, and so shows whether two pages
    belong to the same state of the portfolio.
    """
    return Statement(
        f"""
    WITH line AS (
        {lines}
    ), warned AS (
        {warnings}
    ), account AS (
        SELECT account_name, account_purpose, cash_balance, cash_interest, count(*) AS lines,
               coalesce(jsonb_agg(jsonb_build_object(
                   'symbol', symbol, 'quantity', quantity::text, 'is_value_only', is_value_only,
                   'cost_basis', cost_basis::text,
                   'instrument', jsonb_build_object(
                       'symbol', symbol, 'name', name, 'instrument_type', instrument_type,
                       'classified_by', classified_by,
                       'current_price', current_price::text, 'price_as_of', price_as_of,
                       'allocation_asset_class', allocation_asset_class, 'allocation_regions', allocation_regions,
                       'allocation_sectors', allocation_sectors, 'expense_ratio', expense_ratio::text)) ORDER BY symbol)
                   FILTER (WHERE symbol IS NOT NULL), '[]') AS positions
          FROM line GROUP BY account_name, account_purpose, cash_balance, cash_interest
    ), page AS (
        SELECT sum(lines) AS lines, coalesce(jsonb_agg(jsonb_build_object(
                   'name', account_name, 'purpose', account_purpose, 'cash_balance', cash_balance::text,
                   'cash_interest', cash_interest::text, 'positions', positions) ORDER BY account_name), '[]')
               AS accounts
          FROM account
    ), last_job AS (
        SELECT id FROM jobs
         WHERE user_id = :user_id AND job_type = '{JobType.PORTFOLIO}' AND status = 'completed' AND :after::integer = 0
           AND {"" if is_sample else "NOT "}{ANALYZES_SAMPLE}
         ORDER BY created_at DESC, id DESC LIMIT 1
    ), previous AS (
        SELECT jsonb_build_object(
                   'as_of', max(payload ->> 'as_of') FILTER (WHERE section = '{SUMMARY}'),
                   'success_rate', max((payload ->> 'success_rate')::float8) FILTER (WHERE section = '{SUMMARY}'),
                   'kept', jsonb_agg(payload -> 'kept') FILTER (WHERE payload ? 'kept') -> 0) AS document
          FROM job_results JOIN last_job ON job_results.job_id = last_job.id
        HAVING count(*) > 0
    ), written AS (
        SELECT concat_ws(' ', count(DISTINCT accounts.id), sum(accounts.xmin::text::bigint),
                         count(positions.id), sum(positions.xmin::text::bigint),
                         (SELECT sum(xmin::text::bigint) FROM classifications WHERE user_id = :user_id)) AS version
          FROM accounts LEFT JOIN positions ON positions.account_id = accounts.id
         WHERE accounts.user_id = :user_id
    )
    SELECT text_rows(jsonb_build_object(
               'taken_at', iso8601(now()),
               'profile', jsonb_build_object(
                   'current_age', age_this_year(users.birth_year),
                   'years_until_retirement', users.years_until_retirement,
                   'target_retirement_income', users.target_retirement_income::text,
                   'annual_contribution', users.annual_contribution::text, 'income_streams', users.income_streams,
                   'asset_class_targets', users.asset_class_targets, 'region_targets', users.region_targets),
               'previous', (SELECT document FROM previous),
               'import_warnings', (SELECT coalesce(jsonb_agg(to_jsonb(warned)), '[]') FROM warned),
               'accounts', (SELECT accounts FROM page), 'version', (SELECT version FROM written))::text),
           CASE WHEN (SELECT lines FROM page) = {_LINES_A_PAGE} THEN (:after::integer + {_LINES_A_PAGE})::text END
      FROM users WHERE users.id = :user_id
    """,
        idempotent=True,
    )


_LOAD = _load(_OF_USER, _WARNINGS_OF_USER, is_sample=False)
_LOAD_SAMPLE = _load(_OF_SAMPLE, _NO_WARNINGS, is_sample=True)

# MATERIALIZED, because PostgreSQL would otherwise convert the document to text again for every row.
_READ_SNAPSHOT = Statement(
    f"""
    WITH snapshot AS MATERIALIZED (
        SELECT payload::text AS document FROM job_results
         WHERE job_id = :job_id::uuid AND section = '{SNAPSHOT}'
    ), page AS MATERIALIZED (
        SELECT substr(document, 1 + :after::integer, {_CHARACTERS_A_PAGE}) AS document,
               CASE WHEN length(document) > :after::integer + {_CHARACTERS_A_PAGE}
                    THEN (:after::integer + {_CHARACTERS_A_PAGE})::text END AS next_after
          FROM snapshot
    )
    SELECT text_rows(document), next_after FROM page
    """,
    idempotent=True,
)


class _Page(Snapshot):
    """A page of a portfolio. An account whose positions do not fit continues on the next page."""

    version: str


def load_snapshot(database: Database, user_id: str) -> Snapshot | None:
    """Return the current portfolio, or None if the user was deleted along with their jobs.

    Runs one statement for up to 200 positions and another for each 200 more. Raises DatabaseError, or
    DatabaseUnavailable (retry later) if the portfolio changed between pages five times in a row.
    """
    for _ in range(_MOST_TRIES):
        pages = [_Page.model_validate_json(page) for page in database.pages(_LOAD, after="0", user_id=user_id)]
        if not pages:
            return None
        if all(page.version == pages[0].version for page in pages):
            return _assembled(pages)
    raise DatabaseUnavailable("the portfolio changes while it is read")


def load_sample(database: Database, user_id: str) -> Snapshot | None:
    """Return the sample portfolio with example goals, or None if the user was deleted. Runs one statement.

    Does not read or change the user's accounts and goals. Raises DatabaseError.
    """
    pages = database.pages(_LOAD_SAMPLE, after="0", user_id=user_id, sample=json.dumps(sample_lines()))
    if not pages:
        return None
    sample = _assembled([_Page.model_validate_json(page) for page in pages])
    return sample.model_copy(update={"is_sample": True, "profile": EXAMPLE_GOALS})


def committed_snapshot(database: Database, job_id: UUID) -> Snapshot:
    """Return the portfolio that the agents of every attempt use.

    Runs one statement for up to 240,000 characters and another for each 240,000 more. Raises LookupError if the job
    does not exist or has no snapshot yet, and DatabaseError.
    """
    pages = database.pages(_READ_SNAPSHOT, after="0", job_id=job_id)
    if not pages:
        raise LookupError(f"job {job_id} has no snapshot")
    return Snapshot.model_validate_json("".join(pages))


def _assembled(pages: Sequence[_Page]) -> Snapshot:
    accounts: dict[str, Account] = {}
    for account in (account for page in pages for account in page.accounts):
        begun = accounts.get(account.name, account.model_copy(update={"positions": ()}))
        accounts[account.name] = begun.model_copy(update={"positions": begun.positions + account.positions})
    return Snapshot(
        taken_at=pages[0].taken_at,
        profile=pages[0].profile,
        accounts=tuple(accounts.values()),
        import_warnings=pages[0].import_warnings,
        previous=pages[0].previous,
    )


def unclassified_names(snapshot: Snapshot) -> dict[Symbol, str]:
    """Return the symbols without a classification, in alphabetical order, with their names in the portfolio."""
    found = {
        position.symbol: position.instrument.name
        for account in snapshot.accounts
        for position in account.positions
        if position.instrument.is_unclassified
    }
    return dict(sorted(found.items()))


def with_rules(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with classifications of the holdings that the rules identify without doubt."""
    known = {symbol: classify(symbol, name) for symbol, name in unclassified_names(snapshot).items()}
    return with_classifications(snapshot, {symbol: instrument for symbol, instrument in known.items() if instrument})


def with_classifications(snapshot: Snapshot, instruments: Mapping[Symbol, Instrument]) -> Snapshot:
    """Return the snapshot with these classifications of unclassified symbols; the user's prices and names stay."""

    def classified(instrument: Instrument) -> Instrument:
        known = instruments.get(instrument.symbol) if instrument.is_unclassified else None
        if known is None:
            return instrument
        return known.model_copy(
            update={
                "name": instrument.name,
                "current_price": instrument.current_price,
                "price_as_of": instrument.price_as_of,
            }
        )

    return snapshot.model_copy(
        update={
            "accounts": tuple(
                account.model_copy(
                    update={
                        "positions": tuple(
                            position.model_copy(update={"instrument": classified(position.instrument)})
                            for position in account.positions
                        )
                    }
                )
                for account in snapshot.accounts
            )
        }
    )
