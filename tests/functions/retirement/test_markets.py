from math import exp, log, sqrt

import numpy as np
import pytest

from functions.retirement.markets import HARSHER, Floats, Market, market
from functions.retirement.paths import Paths, simulate
from functions.shared.analysis.market_assumptions import log_normal
from functions.shared.analysis.risk import Mix, OwnRisk, outlook
from functions.shared.portfolio import AssetClass

PATHS = 200_000
EQUITY, CASH = Mix({AssetClass.EQUITY: 1.0}), Mix({AssetClass.CASH: 1.0})
MIXED = Mix({AssetClass.EQUITY: 0.6, AssetClass.FIXED_INCOME: 0.3, AssetClass.CASH: 0.1})


def one_class(mu: float, sigma: float) -> Market:
    """One asset class in both mixes, whose log growth has this mean and deviation."""
    column = np.array([[mu]], np.float32)
    return Market(column, column, np.array([[sigma]], np.float32), np.array([[sigma]], np.float32), WEIGHTS, 0.0)


WEIGHTS = np.array([[1.0], [0.0], [1.0]], np.float32)


def yearly(paths: Paths, year: int = 1) -> Floats:
    growth: Floats = paths.today[year] / paths.today[year - 1]
    return growth


def test_one_year_matches_log_normal_mean_deviation_and_percentiles() -> None:
    """Tolerances are four standard errors of independent draws; mirrored draws have smaller ones."""
    year = yearly(simulate(market(EQUITY, EQUITY), 1, seed=3, paths=PATHS)[0])
    mu, sigma = log_normal(0.06, 0.17)

    assert year.mean() == pytest.approx(1.06, abs=4 * 0.17 / sqrt(PATHS))
    assert year.std() == pytest.approx(0.17, abs=4 * 0.17 / sqrt(PATHS))
    for z, share in ((-1.6448536, 0.05), (0.0, 0.5), (1.6448536, 0.95)):
        below = np.mean(year <= np.exp(mu + z * sigma))
        assert below == pytest.approx(share, abs=4 * sqrt(share * (1 - share) / PATHS))


def test_draws_are_standard_normal_down_to_the_tails() -> None:
    draws = np.log(simulate(one_class(0, 1), 1, seed=11, paths=2 * PATHS)[0].today[1][:PATHS]).astype(np.float64)

    assert np.mean(draws) == pytest.approx(0, abs=4 / sqrt(PATHS))
    assert np.mean(draws**2) == pytest.approx(1, abs=4 * sqrt(2 / PATHS))
    assert np.mean(draws**3) == pytest.approx(0, abs=4 * sqrt(15 / PATHS))
    assert np.mean(draws**4) == pytest.approx(3, abs=4 * sqrt(96 / PATHS))
    assert np.mean(np.abs(draws) > 3) == pytest.approx(0.0026998, abs=4 * sqrt(0.0027 / PATHS))
    half = PATHS // 2
    assert np.corrcoef(draws[:half], draws[half:])[0, 1] == pytest.approx(0, abs=4 / sqrt(half))


def test_second_half_mirrors_first() -> None:
    logs = np.log(simulate(one_class(0.05, 0.2), 3, seed=1, paths=100)[0].today[1])

    assert logs[:50] + logs[50:] == pytest.approx(np.full(50, 2 * 0.05), abs=1e-6)


def test_asset_classes_are_correlated_as_assumed() -> None:
    paths, _ = simulate(market(EQUITY, Mix({AssetClass.REAL_ESTATE: 1.0})), 1, seed=5, paths=PATHS)

    related = np.corrcoef(np.log(paths.today[1]), np.log(paths.new[1]))[0, 1]
    assert related == pytest.approx(0.65, abs=4 * (1 - 0.65**2) / sqrt(PATHS))


def test_years_are_independent_in_first_model() -> None:
    paths, _ = simulate(market(MIXED, MIXED), 2, seed=5, paths=20_000)

    assert np.corrcoef(yearly(paths), yearly(paths, 2))[0, 1] == pytest.approx(0, abs=4 / sqrt(20_000))


@pytest.mark.parametrize("weights", [(1.0,), (0.666,), (0.3, 0.2, 0.1)])
def test_own_risks_give_variance_of_outlook(weights: tuple[float, ...]) -> None:
    own = tuple(OwnRisk(f"S{n}", w, 0.40, {AssetClass.EQUITY: 1.0}) for n, w in enumerate(weights))
    mix = Mix({AssetClass.EQUITY: 1.0}, own)

    year = yearly(simulate(market(mix, EQUITY), 1, seed=8, paths=PATHS)[0]).astype(np.float64)

    expected = outlook(mix)
    # the product of two factors adds the product of their variances to the sum
    variance = expected.volatility**2 + mix.own_volatility**2 * (1.06**2 + 0.17**2 - 1)
    assert year.mean() == pytest.approx(1.06, abs=4 * sqrt(variance / PATHS))
    assert year.std() == pytest.approx(sqrt(variance), rel=0.03)


def test_new_savings_have_no_own_risk() -> None:
    mix = Mix({AssetClass.EQUITY: 1.0}, (OwnRisk("A", 1.0, 0.40, {AssetClass.EQUITY: 1.0}),))

    paths, _ = simulate(market(mix, EQUITY), 1, seed=8, paths=PATHS)

    assert paths.new[1].std() == pytest.approx(0.17, abs=0.002)
    assert paths.today[1].std() > 0.4


def test_savings_grow_with_their_own_mix() -> None:
    paths, _ = simulate(market(CASH, EQUITY), 3, seed=2, paths=8)

    second, third = paths.new[2] / paths.new[1], paths.new[3] / paths.new[2]
    assert paths.shares(0) == pytest.approx(np.zeros(8))
    assert paths.shares(3) * paths.new[3] == pytest.approx((second + 1) * third + 1, rel=1e-5)


def test_harsher_years_have_lower_mean_and_cluster() -> None:
    _, paths = simulate(market(EQUITY, EQUITY), 2, seed=4, paths=2 * PATHS)
    year = yearly(paths).astype(np.float64)

    assert year.mean() == pytest.approx(1 + 0.75 * 0.06, abs=4 * 0.2 / sqrt(PATHS))
    assert year.std() > 0.18
    # a bad year makes another one likely: a lower median after the worst tenth of years
    after_bad = yearly(paths, 2)[year < np.quantile(year, 0.1)]
    assert np.median(after_bad) < np.median(yearly(paths, 2)) - 0.015


def test_bad_years_are_as_frequent_as_their_chances_imply() -> None:
    assert HARSHER.bad_years == pytest.approx(0.15 / 0.65)
    mu = HARSHER.log_mean(0.03, 0.2)
    good = exp(mu + 0.02) * (1 - HARSHER.bad_years)
    bad = exp(mu - 0.2 + 0.045) * HARSHER.bad_years
    assert log(good + bad) == pytest.approx(log(1.03))


def test_seed_determines_paths() -> None:
    model = market(MIXED, EQUITY)
    one, again, other = (simulate(model, 3, seed, 100)[0].today for seed in (7, 7, 2**128 - 1))

    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
