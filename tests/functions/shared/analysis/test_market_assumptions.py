from decimal import Decimal
from math import exp, log, sqrt

import pytest

from functions.shared.analysis.allocation import Part, by_asset_class
from functions.shared.analysis.market_assumptions import CLASSES, CORRELATIONS, MARKET, log_normal, outlook, weights_of
from functions.shared.analysis.valuation import value_portfolio
from functions.shared.portfolio import AssetClass
from tests.portfolios import unknown


def test_every_asset_class_has_assumptions_or_a_proxy_with_them() -> None:
    for asset_class in AssetClass:
        (modeled,) = weights_of((Part(asset_class, Decimal(1), Decimal(100)),))
        assert MARKET[modeled].volatility > 0


def test_correlations_are_a_positive_definite_correlation_matrix() -> None:
    size = len(CLASSES)
    assert [len(row) for row in CORRELATIONS] == [size] * size
    for i in range(size):
        assert CORRELATIONS[i][i] == 1
        assert all(CORRELATIONS[i][j] == CORRELATIONS[j][i] for j in range(size))
    assert all(pivot > 0 for pivot in _pivots([list(row) for row in CORRELATIONS]))


def _pivots(matrix: list[list[float]]) -> list[float]:
    """The pivots of Gaussian elimination: all positive exactly if a symmetric matrix is positive definite."""
    for i, row in enumerate(matrix):
        for other in matrix[i + 1 :]:
            factor = other[i] / row[i]
            other[:] = [b - factor * a for a, b in zip(row, other, strict=True)]
    return [matrix[i][i] for i in range(len(matrix))]


def test_two_classes_follow_formula_for_two_assets() -> None:
    view = outlook({AssetClass.EQUITY: 0.6, AssetClass.FIXED_INCOME: 0.4})

    variance = (0.6 * 0.17) ** 2 + (0.4 * 0.06) ** 2 + 2 * 0.6 * 0.17 * 0.4 * 0.06 * 0.15
    assert view.expected_return == pytest.approx(0.6 * 0.06 + 0.4 * 0.02)
    assert view.volatility == pytest.approx(sqrt(variance))
    assert sum(view.risk_shares.values()) == pytest.approx(1)
    assert view.risk_shares[AssetClass.EQUITY] == pytest.approx(
        ((0.6 * 0.17) ** 2 + 0.6 * 0.17 * 0.4 * 0.06 * 0.15) / variance
    )


def test_diversification_lowers_volatility() -> None:
    mixed = outlook({AssetClass.EQUITY: 0.5, AssetClass.COMMODITIES: 0.5})

    assert mixed.volatility < outlook({AssetClass.EQUITY: 1.0}).volatility


def test_median_and_bad_year_are_log_normal_quantiles() -> None:
    view = outlook({AssetClass.EQUITY: 1.0})
    sigma = sqrt(log(1 + (0.17 / 1.06) ** 2))

    assert 1 + view.median_return == pytest.approx(1.06 * exp(-(sigma**2) / 2))
    assert log((1 + view.bad_year) / (1 + view.median_return)) / sigma == pytest.approx(-1.6448536)


@pytest.mark.parametrize(("mean", "volatility"), [(0.06, 0.17), (0.02, 0.06), (0.03, 0.0)])
def test_log_normal_parameters_give_back_mean_and_volatility(mean: float, volatility: float) -> None:
    mu, sigma = log_normal(mean, volatility)

    assert exp(mu + sigma**2 / 2) == pytest.approx(1 + mean)
    assert (exp(sigma**2) - 1) * exp(2 * mu + sigma**2) == pytest.approx(volatility**2)


def test_unclassified_holdings_are_treated_as_equity() -> None:
    assert weights_of(by_asset_class(value_portfolio(unknown()))) == {AssetClass.EQUITY: pytest.approx(1.0)}
