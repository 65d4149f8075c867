"""What an import says to the client, fine or not."""

import json

from functions.api.portfolio_csv import ImportedPortfolio
from functions.api.problems import FieldError, Invalid
from functions.api.repositories.accounts import MAX_ACCOUNTS
from functions.api.repositories.portfolio import ImportOutcome, Portfolio, Unpriced
from functions.api.repositories.positions import MAX_POSITIONS


def import_portfolio(repository: Portfolio, user_id: str, portfolio: ImportedPortfolio) -> str:
    """Replaces the named accounts; answers counts, value and skipped lines. Raises Invalid, with nothing written."""
    outcome = repository.replace(user_id, portfolio)
    refuse_unless_fine(outcome)
    return json.dumps(
        {
            "accounts": outcome.accounts,
            "positions": outcome.positions,
            "total_value": outcome.total_value,
            "skipped": [{"line": skipped.line, "reason": skipped.reason} for skipped in portfolio.skipped],
        }
    )


def refuse_unless_fine(outcome: ImportOutcome) -> None:
    """Raises Invalid, which names what to change in the file."""
    match outcome.outcome:
        case "unpriced":
            raise Invalid(map(_unpriced, outcome.unpriced), "The file can't be imported: prices are missing.")
        case "too_many_positions":
            raise Invalid.of(
                "file", f"With this file you would have more than {MAX_POSITIONS:,} positions: leave some out."
            )
        case "too_many_accounts":
            raise Invalid.of(
                "file", f"With this file you would have more than {MAX_ACCOUNTS:,} accounts: leave some out."
            )


def _unpriced(holding: Unpriced) -> FieldError:
    where = "Give" if holding.line is None else f"In line {holding.line}, give"
    return FieldError("price", f"{where} the price of {holding.symbol}: none is known here.")
