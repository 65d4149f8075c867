"""Imports portfolio files, or previews what an import would change."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from functions.api.portfolio_csv import ImportedPortfolio, SkippedLine, parse_portfolio_csv
from functions.api.repositories.portfolio import Existing, Portfolio
from functions.shared.sample import SAMPLE_PORTFOLIO, SAMPLE_PURPOSES


def import_portfolio(
    repository: Portfolio,
    user_id: str,
    portfolio: ImportedPortfolio,
    *,
    existing: Existing = Existing.REPLACE,
    dry_run: bool = False,
) -> str:
    """Write or preview a file's accounts and return `Imported` as JSON.

    Raises HoldingsUnpriced or FileOverLimit, and writes nothing.
    """
    return json.dumps(_import(repository, user_id, portfolio, existing, dry_run=dry_run))


def import_sample(repository: Portfolio, user_id: str) -> str:
    """Add the sample accounts whose names are free, without touching others. Returns `SampleImported` as JSON."""
    portfolio = parse_portfolio_csv(SAMPLE_PORTFOLIO.read_bytes())
    accounts = tuple(replace(account, purpose=SAMPLE_PURPOSES[account.name]) for account in portfolio.accounts)
    document = _import(repository, user_id, replace(portfolio, accounts=accounts), Existing.SKIP, dry_run=False)
    if document["accounts"] == 0:
        document |= {"import_id": None, "message": "Accounts with these names already exist. Nothing was changed."}
    else:
        document["message"] = "The sample portfolio was added. Existing accounts were left unchanged."
    return json.dumps(document)


def _import(
    repository: Portfolio, user_id: str, portfolio: ImportedPortfolio, existing: Existing, *, dry_run: bool
) -> dict[str, Any]:
    import_id = None if dry_run else uuid4()
    if import_id is None:
        document = repository.preview(user_id, portfolio, existing)
    else:
        document = repository.write(user_id, import_id, portfolio, existing)
    of_file = [{"line": warning.line, "message": warning.message} for warning in portfolio.warnings]
    document["warnings"] = sorted(of_file + document["warnings"], key=lambda warning: warning["line"] or 0)
    document["skipped"] = [_skipped(line) for line in portfolio.skipped]
    document["import_id"] = import_id and str(import_id)
    return document


def _skipped(line: SkippedLine) -> dict[str, Any]:
    amount = None if line.amount is None else float(line.amount)
    fields = {"line": line.line, "reason": line.reason, "amount": amount, "last_line": line.last_line}
    return {name: value for name, value in fields.items() if value is not None}
