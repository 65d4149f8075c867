from math import exp, log, sqrt

import pytest

from functions.shared.analysis.drawdown import maximum_drawdown
from functions.shared.analysis.risk import Mix, mix_of, outlook
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import AssetClass, Snapshot
from tests.portfolios import account, instrument, many, one_stock, position, snapshot, stock, unknown


def mix(portfolio: Snapshot) -> Mix:
    return mix_of(value_portfolio(portfolio))


def test_two_classes_follow_formula_for_two_assets() -> None:
    view = outlook(Mix({AssetClass.EQUITY: 0.6, AssetClass.FIXED_INCOME: 0.4}))

    variance = (0.6 * 0.17) ** 2 + (0.4 * 0.06) ** 2 + 2 * 0.6 * 0.17 * 0.4 * 0.06 * 0.15
    assert view.expected_return == pytest.approx(0.6 * 0.06 + 0.4 * 0.02)
    assert view.volatility == pytest.approx(sqrt(variance))
    assert sum(view.risk_shares.values()) == pytest.approx(1)
    assert view.risk_shares[AssetClass.EQUITY] == pytest.approx(
        ((0.6 * 0.17) ** 2 + 0.6 * 0.17 * 0.4 * 0.06 * 0.15) / variance
    )


def test_diversification_lowers_volatility() -> None:
    mixed = outlook(Mix({AssetClass.EQUITY: 0.5, AssetClass.COMMODITIES: 0.5}))

    assert mixed.volatility < outlook(Mix({AssetClass.EQUITY: 1.0})).volatility


def test_median_and_bad_year_are_log_normal_quantiles() -> None:
    view = outlook(Mix({AssetClass.EQUITY: 1.0}))
    sigma = sqrt(log(1 + (0.17 / 1.06) ** 2))

    assert 1 + view.median_return == pytest.approx(1.06 * exp(-(sigma**2) / 2))
    assert log((1 + view.bad_year) / (1 + view.median_return)) / sigma == pytest.approx(-1.6448536)


def test_single_stock_has_risk_of_market_and_company() -> None:
    view = outlook(mix(one_stock()))

    assert view.volatility == pytest.approx(sqrt(0.17**2 + 0.40**2))
    assert view.expected_return == pytest.approx(0.06)
    assert view.own_risk_share == pytest.approx(0.40**2 / (0.17**2 + 0.40**2))
    assert view.holding_shares == {"TSLA": pytest.approx(1.0)}


def test_company_in_two_accounts_is_one_risk() -> None:
    """Two thirds in one company, one third in a fund: companies would be independent, so they must be merged first."""
    nvda, fund = stock("NVDA", "100"), instrument("VTI", "100")
    portfolio = snapshot(account("A", position(nvda, "10"), position(fund, "10")), account("B", position(nvda, "10")))

    view = outlook(mix(portfolio))

    own = (2 / 3 * 0.40) ** 2
    assert view.volatility == pytest.approx(sqrt(0.17**2 + own))
    assert view.holding_shares["NVDA"] == pytest.approx((own + 2 / 3 * 0.17**2) / (0.17**2 + own))


def test_risks_of_many_companies_cancel_out() -> None:
    stocks = [position(stock(f"S{n}", "10"), "1") for n in range(100)]

    assert mix(snapshot(account("A", *stocks))).own_volatility == pytest.approx(0.40 / 10)


def test_shares_of_risk_sum_to_one() -> None:
    view = outlook(mix(many()))

    assert sum(view.risk_shares.values()) + view.own_risk_share == pytest.approx(1)
    assert 0 < view.own_risk_share < 1


def test_undiversified_part_is_held_in_companies() -> None:
    held = mix(many(60))

    for asset_class, weight in held.undiversified.items():
        assert 0 < weight < held.weights[asset_class]


def test_own_risk_deepens_drawdown() -> None:
    fund = snapshot(account("A", position(instrument("VTI", "100"), "1")))

    assert maximum_drawdown(outlook(mix(one_stock()))).median > 2 * maximum_drawdown(outlook(mix(fund))).median


def test_unclassified_holding_has_its_own_class() -> None:
    assert mix(unknown()).weights[AssetClass.UNCLASSIFIED] == pytest.approx(3750 / 17750)
