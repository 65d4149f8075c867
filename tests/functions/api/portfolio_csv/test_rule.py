"""Money is never misread or silently left out, whatever the layout."""

from decimal import Decimal

import pytest

from functions.api.portfolio_csv import ImportedPortfolio, UnreadableCsv, parse_portfolio_csv
from tests.functions.api.portfolio_csv.layout_holdings import CENT, File
from tests.functions.api.portfolio_csv.layouts import build

SEEDS = range(400)
"""Each seed is another layout. Run `python -m tests.functions.api.portfolio_csv.test_rule 10000` for more."""


def violation(file: File) -> str | None:
    """How the result of reading a file breaks the rule, or None."""
    try:
        portfolio = parse_portfolio_csv(file.body)
    except UnreadableCsv as error:
        messages = " ".join(error.message for error in error.errors).lower()
        if file.foreign is None:
            return f"refused: {messages}"
        return None if file.foreign in messages and "us dollars" in messages else f"unclear: {messages}"
    if file.foreign is not None:
        return "foreign money was read as dollars"
    return _misread(file, portfolio) or _left_out(file, portfolio)


def _misread(file: File, portfolio: ImportedPortfolio) -> str | None:
    found = sorted(_worth(portfolio))
    accounts = sorted(file.cash[name] + sum((h.value for h in held), Decimal()) for name, held in file.accounts.items())
    if found != accounts:
        return f"accounts are worth {accounts}, not {found}"
    cash = sorted(account.cash for account in portfolio.accounts)
    if cash != sorted(file.cash.values()):
        return f"cash is {file.cash}, not {cash}"
    read = sorted(h.quantity for account in portfolio.accounts for h in account.holdings)
    written = sorted(h.value if h.quantity is None else h.quantity for held in file.accounts.values() for h in held)
    return None if read == written else f"quantities are {written}, not {read}"


def _worth(portfolio: ImportedPortfolio) -> list[Decimal]:
    return [
        account.cash + sum(((h.quantity * (h.price or 0)).quantize(CENT) for h in account.holdings), Decimal())
        for account in portfolio.accounts
    ]


def _left_out(file: File, portfolio: ImportedPortfolio) -> str | None:
    reported = {
        line
        for skipped in portfolio.skipped
        for line in range(skipped.line, (skipped.last_line or skipped.line) + 1)
        if skipped.amount is not None or skipped.last_line is not None
    }
    if silent := [line for line in file.asides if line not in reported]:
        return f"lines {silent} were left out silently"
    differs = any("than the total" in warning.message for warning in portfolio.warnings)
    return None if differs == file.wrong_total else f"a wrong total: {file.wrong_total}, reported: {differs}"


@pytest.mark.parametrize("seed", SEEDS)
def test_money_is_never_misread_or_left_out(seed: int) -> None:
    file = build(seed)

    assert violation(file) is None, file.body.decode(
        "utf-16" if file.body[:2] in {b"\xff\xfe", b"\xfe\xff"} else "cp1252"
    )


if __name__ == "__main__":
    import sys

    wrong = [(seed, problem) for seed in range(int(sys.argv[1])) if (problem := violation(build(seed)))]
    for seed, problem in wrong[:20]:
        sys.stdout.write(f"{seed}: {problem[:300]}\n")
    sys.stdout.write(f"{len(wrong)} violations in {sys.argv[1]} files\n")
