"""What changed since the previous analysis, and why."""

from datetime import UTC, datetime

import pytest

from functions.shared.portfolio import PreviousAnalysis
from tests.functions.reporter.reading import chapter, report_on
from tests.portfolios import account, instrument, position, snapshot


def test_report_states_changes_since_previous_analysis() -> None:
    before = report_on(snapshot(account("One", position(instrument("VTI", "100"), "10"))))
    now = snapshot(account("One", position(instrument("VTI", "110"), "10"), cash="400")).model_copy(
        update={
            "previous": PreviousAnalysis(as_of=datetime(2026, 10, 1, tzinfo=UTC), success_rate=61.2, kept=before.kept)
        }
    )

    assert chapter(report_on(now), "What changed since last time") == (
        "Since October 1, 2026, the portfolio went up by $500, from $1,000 to $1,500. Prices added $100; "
        "deposits, withdrawals, trades and dividends added $400. Cash went from 0% to 27%. Stocks went from 100% to "
        "73%. The chance that your money lasts was about 61% then.\n\n"
    )


@pytest.mark.parametrize(
    ("price", "quantity", "expected"),
    [
        ("100", "10", "Nothing has changed since October 1, 2026: the portfolio is still worth $1,000."),
        (
            "90",
            "10",
            "Since October 1, 2026, the portfolio went down by $100, from $1,000 to $900. All of that comes from "
            "prices.",
        ),
        (
            "100",
            "12",
            "Since October 1, 2026, the portfolio went up by $200, from $1,000 to $1,200. All of that comes from "
            "deposits, withdrawals, trades and dividends.",
        ),
        (
            "50",
            "20",
            "The portfolio is worth $1,000, as it was on October 1, 2026. Prices took away $500; deposits, "
            "withdrawals, trades and dividends added $500.",
        ),
    ],
)
def test_only_causes_that_apply_are_stated(price: str, quantity: str, expected: str) -> None:
    before = report_on(snapshot(account("One", position(instrument("VTI", "100"), "10"))))
    now = snapshot(account("One", position(instrument("VTI", price), quantity))).model_copy(
        update={
            "previous": PreviousAnalysis(as_of=datetime(2026, 10, 1, tzinfo=UTC), success_rate=None, kept=before.kept)
        }
    )

    assert chapter(report_on(now), "What changed since last time") == f"{expected}\n\n"
