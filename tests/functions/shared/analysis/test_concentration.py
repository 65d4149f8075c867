from decimal import Decimal

import pytest

from functions.shared.analysis.concentration import measure_concentration
from functions.shared.analysis.valuation import value_portfolio
from tests.portfolios import account, all_cash, instrument, many, one_stock, position, sample, snapshot, stock


def test_holdings_are_aggregated_over_accounts() -> None:
    holdings = {h.symbol: h for h in measure_concentration(value_portfolio(sample())).holdings}

    assert len(holdings) == 16
    assert holdings["VTI"].value == 180 * Decimal("301.15")
    assert holdings["VTI"].share == pytest.approx(Decimal("17.974"), abs=Decimal("0.001"))


@pytest.mark.parametrize("number", [1, 4, 10])
def test_equal_holdings_count_in_full(number: int) -> None:
    equal = [position(instrument(f"E{n}", "100"), "1") for n in range(number)]
    concentration = measure_concentration(value_portfolio(snapshot(account("One", *equal, cash="5000"))))

    assert concentration.effective_holdings == pytest.approx(number)


def test_effective_holdings_are_inverse_of_summed_squared_shares() -> None:
    held = [position(instrument("A", "75"), "1"), position(stock("B", "25"), "1")]
    concentration = measure_concentration(value_portfolio(snapshot(account("One", *held))))

    assert concentration.effective_holdings == pytest.approx(1 / (0.75**2 + 0.25**2))
    assert [holding.symbol for holding in concentration.single_companies] == ["B"]


def test_shares_of_holdings_and_cash_sum_to_100() -> None:
    valuation = value_portfolio(many())
    concentration = measure_concentration(valuation)
    cash_share = 100 * valuation.cash / valuation.total

    assert len(concentration.holdings) == 500
    assert sum(h.share for h in concentration.holdings) == pytest.approx(100 - cash_share)
    assert sum(h.share for h in measure_concentration(value_portfolio(one_stock())).holdings) == 100


def test_cash_alone_is_not_a_holding() -> None:
    concentration = measure_concentration(value_portfolio(all_cash()))

    assert concentration.holdings == ()
    assert concentration.effective_holdings is None
