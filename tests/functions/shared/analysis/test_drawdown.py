"""The distribution of the maximum drawdown, against an exact result, a differential equation and a simulation."""

from itertools import pairwise
from math import exp, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.shared.analysis.drawdown import YEARS, maximum_drawdown, stays_below
from functions.shared.analysis.market_assumptions import log_normal
from functions.shared.analysis.risk import Mix, outlook
from functions.shared.portfolio import AssetClass

EQUITY = Mix({AssetClass.EQUITY: 1.0})
BALANCED = Mix({AssetClass.EQUITY: 0.6, AssetClass.FIXED_INCOME: 0.4})


def test_mean_without_drift_matches_published_result() -> None:
    """Magdon-Ismail et al., 2004: E(D) = sqrt(pi / 2) sigma sqrt(T) for a Brownian motion without drift."""
    sigma, step = 0.15, 0.001

    mean = sum(step * (1 - stays_below(step * (n + 0.5), 0.0, sigma, YEARS)) for n in range(4000))

    assert mean == pytest.approx(sqrt(pi / 2) * sigma * sqrt(YEARS), rel=1e-4)


@pytest.mark.parametrize(
    ("depth", "mu", "sigma"),
    [
        (0.4, 0.0456, 0.1594),  # mu depth / sigma^2 below 1
        (0.56, 0.0456, 0.1594),  # about 1
        (0.8, 0.0456, 0.1594),
        (0.07, 0.0049, 0.0149),  # far above 1
        (0.5, -0.05, 0.15),  # a falling market
    ],
)
def test_series_solves_diffusion_of_distance_from_peak(depth: float, mu: float, sigma: float) -> None:
    assert stays_below(depth, mu, sigma, YEARS) == pytest.approx(solved(depth, mu, sigma, YEARS), abs=2e-5)


def solved(depth: float, mu: float, sigma: float, years: float, cells: int = 300, steps: int = 1000) -> float:
    """Crank and Nicolson's scheme for u' = sigma^2/2 u'' - mu u', reflected at 0 and absorbed at `depth`, from 0."""
    width = depth / cells
    spread, drift = sigma**2 / (2 * width**2), mu / (2 * width)
    generator = np.diag(np.full(cells, -2 * spread))
    generator += np.diag(np.full(cells - 1, spread - drift), 1) + np.diag(np.full(cells - 1, spread + drift), -1)
    generator[0, 1] += spread + drift
    half = years / steps / 2 * generator
    forward = np.linalg.solve(np.eye(cells) - half, np.eye(cells) + half)
    alive = np.linalg.matrix_power(forward, steps) @ np.ones(cells)
    return float(alive[0])


@pytest.mark.parametrize("mix", [EQUITY, BALANCED])
def test_quantiles_match_simulated_markets(mix: Mix) -> None:
    """Half of the paths fall deeper than the median, and one in twenty deeper than the severe drawdown. Steps of 1/200
    of a year miss motion between them: 0.5826 deviations at each end (Broadie, Glasserman and Kou, 1997). The tolerance
    is four standard errors.
    """
    expected, paths, steps = outlook(mix), 5_000, 200
    mu, sigma = log_normal(expected.expected_return, expected.volatility)
    drawdown = maximum_drawdown(expected)
    draw = np.random.default_rng(3)
    value, peak, deepest = np.zeros(paths), np.zeros(paths), np.zeros(paths)
    for _ in range(YEARS * steps):
        value += mu / steps + sigma / sqrt(steps) * draw.standard_normal(paths)
        np.maximum(peak, value, out=peak)
        np.maximum(deepest, peak - value, out=deepest)
    falls = 1 - np.exp(-(deepest + 2 * 0.5826 * sigma / sqrt(steps)))

    assert np.mean(falls > drawdown.median) == pytest.approx(0.5, abs=4 * sqrt(0.25 / paths))
    assert np.mean(falls > drawdown.severe) == pytest.approx(0.05, abs=4 * sqrt(0.0475 / paths))


@settings(max_examples=40)
@given(st.floats(-0.05, 0.1), st.floats(0.005, 0.4), st.floats(0.1, 40))
def test_result_is_a_distribution(mu: float, sigma: float, years: float) -> None:
    chances = [stays_below(n * sigma * sqrt(years) / 4, mu, sigma, years) for n in range(1, 30)]

    assert all(0 <= chance <= 1 for chance in chances)
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(chances))


def test_series_is_smooth_where_its_form_changes() -> None:
    mu, sigma = 0.05, sqrt(0.02)
    at = [stays_below(a * sigma**2 / mu, mu, sigma, YEARS) for a in (1 - 1e-6, 1 - 1e-9, 1, 1 + 1e-9, 1 + 1e-6)]

    assert at == pytest.approx([at[2]] * 5, abs=3e-6)


def test_drawdown_deepens_with_risk_and_rarity() -> None:
    equity, balanced = maximum_drawdown(outlook(EQUITY)), maximum_drawdown(outlook(BALANCED))

    assert 0 < balanced.median < balanced.severe < 1
    assert balanced.median < equity.median
    assert balanced.severe < equity.severe


def test_drawdown_deepens_with_horizon() -> None:
    shorter, longer = maximum_drawdown(outlook(EQUITY), 1), maximum_drawdown(outlook(EQUITY), 30)

    assert shorter.severe < longer.median < 1 - exp(-1)
