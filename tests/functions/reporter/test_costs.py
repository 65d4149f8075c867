"""What a portfolio costs: fees of funds, and the gains that sales realize."""

import re
from decimal import Decimal

from tests.functions.reporter.reading import chapter, report_on
from tests.portfolios import account, instrument, position, snapshot


def test_expense_ratio_has_all_of_its_digits() -> None:
    fund = instrument("SPY", "100").model_copy(update={"expense_ratio": Decimal("0.0945")})
    other = instrument("GLD", "100").model_copy(update={"expense_ratio": Decimal("0.4000")})
    costs = chapter(report_on(snapshot(account("One", position(fund, "500"), position(other, "50")))), "What it costs")

    assert "| SPY | $50,000 | 0.0945% | $47 |" in costs
    assert "| GLD | $5,000 | 0.40% | $20 |" in costs


def test_fees_and_unknown_fees_are_stated() -> None:
    dear = instrument("DEAR", "100", kind="mutual_fund").model_copy(update={"expense_ratio": Decimal("1.00")})
    report = report_on(snapshot(account("One", position(dear, "500"), position(instrument("FUND", "100"), "50"))))

    costs = chapter(report, "What it costs")
    assert costs.startswith(
        "### Fund fees\n\nFees are known for 91% of your fund money: $50,000 of $55,000. These funds charge 1.00% a "
        "year, about $500. Over the 25 years until retirement, that adds up to about $"
    )
    assert "The fee of FUND ($5,000) comes on top." in costs
    assert "**The funds whose fees we know charge about $500 a year.**" in report.content


def test_no_total_of_fees_is_stated_if_none_is_known() -> None:
    report = report_on(snapshot(account("One", position(instrument("FUND", "100"), "50"))))

    assert chapter(report, "What it costs").startswith(
        "### Fund fees\n\nWe do not know the fees of your funds: FUND ($5,000).\n\n"
    )


def test_sale_at_a_gain_is_stated() -> None:
    held = position(instrument("VTI", "100"), "1000").model_copy(update={"cost_basis": Decimal(20_000)})
    report = report_on(snapshot(account("Brokerage", held), annual_contribution=0, region_targets=None))

    assert re.search(r"realizes a gain of \$2\d,\d{3}, which is taxed", chapter(report, "What to do"))
    assert "| Brokerage | $100,000 | $20,000 | $80,000 | - |" in chapter(report, "What it costs")


def test_unknown_cost_is_stated() -> None:
    held = position(instrument("VTI", "100"), "1000")
    report = report_on(snapshot(account("Brokerage", held), annual_contribution=0, region_targets=None))

    assert "may realize a gain: your file has no cost for VTI" in chapter(report, "What to do")
    assert "Your file has no cost basis" in chapter(report, "What it costs")
