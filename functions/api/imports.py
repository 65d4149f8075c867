"""Imports portfolio files: preview, write, undo."""

import json
from typing import Any
from uuid import UUID, uuid4

from functions.api.portfolio_csv import ImportedPortfolio, SkippedLine
from functions.api.problems import Conflict, FieldError, Invalid, NotFound
from functions.api.repositories.accounts import MAX_ACCOUNTS
from functions.api.repositories.import_outcome import ImportOutcome, Unpriced
from functions.api.repositories.portfolio import Existing, Portfolio
from functions.api.repositories.positions import MAX_POSITIONS
from functions.api.sample_portfolio import sample_portfolio


def import_portfolio(
    repository: Portfolio,
    user_id: str,
    portfolio: ImportedPortfolio,
    *,
    existing: Existing = Existing.REPLACE,
    dry_run: bool = False,
) -> str:
    """Write or preview a file's accounts and return `Imported` as JSON. Raises Invalid and writes nothing."""
    return json.dumps(_import(repository, user_id, portfolio, existing, dry_run=dry_run))


def import_sample(repository: Portfolio, user_id: str) -> str:
    """Add the sample accounts whose names are free, without touching others. Returns `SampleImported` as JSON."""
    document = _import(repository, user_id, sample_portfolio(), Existing.SKIP, dry_run=False)
    if document["accounts"] == 0:
        document |= {"import_id": None, "message": "Accounts of these names exist already. Nothing was changed."}
    else:
        document["message"] = "The sample portfolio was added. Accounts that existed were left as they are."
    return json.dumps(document)


def _import(
    repository: Portfolio, user_id: str, portfolio: ImportedPortfolio, existing: Existing, *, dry_run: bool
) -> dict[str, Any]:
    import_id = None if dry_run else uuid4()
    if import_id is None:
        outcome = repository.preview(user_id, portfolio, existing)
    else:
        outcome = repository.write(user_id, import_id, portfolio, existing)
    refuse_unless_fine(outcome)
    document = outcome.model_dump(exclude={"outcome", "unpriced"})
    of_file = [{"line": warning.line, "message": warning.message} for warning in portfolio.warnings]
    document["warnings"] = sorted(of_file + document["warnings"], key=lambda warning: warning["line"] or 0)
    document["skipped"] = [_skipped(line) for line in portfolio.skipped]
    document["import_id"] = import_id and str(import_id)
    return document


def undo_import(repository: Portfolio, user_id: str, import_id: UUID) -> None:
    """Restore what an import replaced. Raises NotFound, or Conflict if its accounts were edited since."""
    match repository.undo(user_id, import_id):
        case "not_found":
            raise NotFound
        case "edited":
            raise Conflict("The accounts of this import were changed since, so it can't be undone.")


def refuse_unless_fine(outcome: ImportOutcome) -> None:
    """Raises Invalid, naming what to change in the file."""
    match outcome.outcome:
        case "unpriced":
            errors = list(map(_unpriced, outcome.unpriced))
            raise Invalid(errors, errors[0].message)
        case "too_many_positions":
            raise Invalid.of(
                "file", f"With this file you would have more than {MAX_POSITIONS:,} positions. Leave some out."
            )
        case "too_many_accounts":
            raise Invalid.of(
                "file", f"With this file you would have more than {MAX_ACCOUNTS:,} accounts. Leave some out."
            )


def _unpriced(holding: Unpriced) -> FieldError:
    where = "" if holding.line is None else f"Line {holding.line}: "
    return FieldError("price", f"{where}no price of {holding.symbol} is known. Add a column price, or value.")


def _skipped(line: SkippedLine) -> dict[str, Any]:
    document: dict[str, Any] = {"line": line.line, "reason": line.reason}
    if line.amount is not None:
        document["amount"] = float(line.amount)
    if line.last_line is not None:
        document["last_line"] = line.last_line
    return document
