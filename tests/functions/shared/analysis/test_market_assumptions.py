from math import exp

import pytest

from functions.shared.analysis.market_assumptions import CLASSES, CORRELATIONS, MARKET, log_normal
from functions.shared.portfolio import AssetClass


def test_every_asset_class_has_assumptions() -> None:
    assert set(MARKET) == set(AssetClass)
    assert all(assumption.volatility > 0 for assumption in MARKET.values())


def test_unclassified_is_riskier_than_equity_without_more_return() -> None:
    unknown, equity = MARKET[AssetClass.UNCLASSIFIED], MARKET[AssetClass.EQUITY]

    assert unknown.volatility > equity.volatility
    assert unknown.expected_real_return < equity.expected_real_return


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


@pytest.mark.parametrize(("mean", "volatility"), [(0.06, 0.17), (0.02, 0.06), (0.03, 0.0)])
def test_log_normal_parameters_reproduce_mean_and_volatility(mean: float, volatility: float) -> None:
    mu, sigma = log_normal(mean, volatility)

    assert exp(mu + sigma**2 / 2) == pytest.approx(1 + mean)
    assert (exp(sigma**2) - 1) * exp(2 * mu + sigma**2) == pytest.approx(volatility**2)
