from math import log, sqrt

import numpy as np
import pytest

from functions.retirement.simulation import (
    PATHS,
    PERCENTILES,
    Growth,
    ReturnModel,
    SavingsPlan,
    outcome,
    percentiles,
    rank,
    return_model,
    sensitivities,
    standard_error,
    wealth_by_year,
    yearly_growth,
)
from functions.shared.analysis.market_assumptions import MARKET, log_normal
from functions.shared.portfolio import AssetClass

PLAN = SavingsPlan(wealth=300_000, contribution=10_000, income=40_000, working_years=20, years=50)
MIX = {AssetClass.EQUITY: 0.6, AssetClass.FIXED_INCOME: 0.3, AssetClass.CASH: 0.1}


@pytest.fixture(scope="module")
def growth() -> Growth:
    return yearly_growth(return_model(MIX), PLAN.years, seed=7)


def without_risk(real_return: float) -> ReturnModel:
    return ReturnModel(np.ones(1), np.array([log(1 + real_return)]), np.zeros(1), np.ones((1, 1)))


def test_plan_without_risk_is_an_annuity() -> None:
    """The tolerance is the total rounding error of 50 growth factors of 32 bits."""
    rate, growth = 0.03, yearly_growth(without_risk(0.03), PLAN.years, seed=1, paths=10)
    saved = 300_000 * 1.03**20 + 10_000 * (1.03**20 - 1) / rate
    annuity_due = (1 - 1.03**-30) / rate * 1.03

    result = outcome(PLAN, growth)

    assert result.wealth_at_retirement == pytest.approx(saved, rel=3e-6)
    assert result.annuity_factor == pytest.approx(annuity_due, rel=3e-6)
    assert result.sustainable_income == pytest.approx(saved / annuity_due, rel=3e-6)
    needed = (40_000 * annuity_due - 300_000 * 1.03**20) * rate / (1.03**20 - 1)
    assert result.required_contribution == pytest.approx(max(needed, 0), rel=3e-6)


def test_last_withdrawal_decides_without_risk() -> None:
    growth = yearly_growth(without_risk(0.03), PLAN.years, seed=1, paths=10)
    limit = outcome(PLAN, growth).sustainable_income

    for income, rate in ((limit * 0.9999, 1.0), (limit * 1.0001, 0.0)):
        plan = SavingsPlan(300_000, 10_000, income, 20, 50)
        assert outcome(plan, growth).success_rate == rate
        assert wealth_by_year(plan, growth)[49, 0] == pytest.approx(income, rel=0.01)


def test_one_year_matches_log_normal_mean_deviation_and_percentiles() -> None:
    """Tolerances are four standard errors of 200,000 draws."""
    paths, equity = 200_000, MARKET[AssetClass.EQUITY]
    (year,) = yearly_growth(return_model({AssetClass.EQUITY: 1.0}), 1, seed=3, paths=paths)
    mu, sigma = log_normal(equity.expected_real_return, equity.volatility)

    assert year.mean() == pytest.approx(1.06, abs=4 * 0.17 / sqrt(paths))
    assert year.std() == pytest.approx(0.17, abs=4 * 0.17 / sqrt(paths))
    assert np.log(year).mean() == pytest.approx(mu, abs=4 * sigma / sqrt(paths))
    for z, share in ((-1.6448536, 0.05), (0.0, 0.5), (1.6448536, 0.95)):
        below = np.mean(year <= np.exp(mu + z * sigma))
        assert below == pytest.approx(share, abs=4 * sqrt(share * (1 - share) / paths))


@pytest.mark.parametrize("paths", [200_000, 199_999])
def test_draws_are_standard_normal_down_to_the_tails(paths: int) -> None:
    """One asset class whose log growth is the draw itself. Tolerances are four standard errors."""
    model = ReturnModel(np.ones(1), np.zeros(1), np.ones(1), np.ones((1, 1)))
    draws = np.log(yearly_growth(model, 1, seed=11, paths=paths)[0])

    assert np.mean(draws) == pytest.approx(0, abs=4 / sqrt(paths))
    assert np.mean(draws**2) == pytest.approx(1, abs=4 * sqrt(2 / paths))
    assert np.mean(draws**3) == pytest.approx(0, abs=4 * sqrt(15 / paths))
    assert np.mean(draws**4) == pytest.approx(3, abs=4 * sqrt(96 / paths))
    assert np.mean(np.abs(draws) > 3) == pytest.approx(0.0026998, abs=4 * sqrt(0.0027 / paths))
    half = paths // 2
    assert np.corrcoef(draws[:half], draws[-half:])[0, 1] == pytest.approx(0, abs=4 / sqrt(half))


def test_asset_classes_are_correlated_as_assumed() -> None:
    model = return_model({AssetClass.EQUITY: 1.0, AssetClass.REAL_ESTATE: 1.0})
    equity_only = ReturnModel(np.array([1.0, 0.0]), model.mu, model.sigma, model.correlations)
    real_estate_only = ReturnModel(np.array([0.0, 1.0]), model.mu, model.sigma, model.correlations)
    one, other = (np.log(yearly_growth(m, 1, seed=5, paths=200_000)[0]) for m in (equity_only, real_estate_only))

    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.65, abs=4 * (1 - 0.65**2) / sqrt(200_000))


def test_years_are_independent(growth: Growth) -> None:
    assert np.corrcoef(growth[0], growth[1])[0, 1] == pytest.approx(0, abs=4 / sqrt(PATHS))


def test_success_means_every_withdrawal_in_full(growth: Growth) -> None:
    """Compares the closed form with wealth followed year by year to the last withdrawal."""
    wealth = np.full(PATHS, PLAN.wealth)
    lasted = np.ones(PATHS, dtype=bool)
    for year, factor in enumerate(growth):
        if year < PLAN.working_years:
            wealth = wealth * factor + PLAN.contribution
        else:
            lasted &= wealth >= PLAN.income
            wealth = (wealth - PLAN.income) * factor

    assert 0.5 < lasted.mean() < 1
    assert outcome(PLAN, growth).success_rate == lasted.mean()


def test_sustainable_income_lasts_in_nine_of_ten_paths_and_no_more(growth: Growth) -> None:
    limit = outcome(PLAN, growth).sustainable_income

    assert outcome(SavingsPlan(300_000, 10_000, limit * 0.999999, 20, 50), growth).success_rate >= 0.9
    assert outcome(SavingsPlan(300_000, 10_000, limit * 1.001, 20, 50), growth).success_rate < 0.9


def test_required_contribution_is_just_enough(growth: Growth) -> None:
    required = outcome(PLAN, growth).required_contribution

    assert required is not None
    assert required > 0
    assert outcome(SavingsPlan(300_000, required * 1.000001, 40_000, 20, 50), growth).success_rate >= 0.9
    assert outcome(SavingsPlan(300_000, required * 0.99, 40_000, 20, 50), growth).success_rate < 0.9
    assert outcome(SavingsPlan(300_000, 0, 40_000, 0, 30), growth).required_contribution is None


def test_wealth_at_retirement_is_the_same_both_ways(growth: Growth) -> None:
    followed = wealth_by_year(PLAN, growth)

    assert outcome(PLAN, growth).wealth_at_retirement == pytest.approx(followed[PLAN.working_years])
    assert followed[0] == pytest.approx(np.full(PATHS, 300_000))
    assert followed.shape == (51, PATHS)
    assert followed.min() >= 0


def test_percentiles_are_ordered_and_match_numpy(growth: Growth) -> None:
    wealth = wealth_by_year(PLAN, growth)

    by_year = percentiles(wealth)

    assert by_year.shape == (51, 5)
    assert np.all(np.diff(by_year, axis=1) >= 0)
    assert by_year == pytest.approx(np.percentile(wealth, PERCENTILES, axis=1, method="lower").T)
    assert [rank(percent, 10_000) for percent in (5, 10, 50)] == [499, 999, 4999]


def test_sensitivities_are_differences_on_same_paths(growth: Growth) -> None:
    base = outcome(PLAN, growth)

    changes = sensitivities(base, growth)

    longer = outcome(SavingsPlan(300_000, 10_000, 40_000, 21, 50), growth).success_rate
    saving = outcome(SavingsPlan(300_000, 11_000, 40_000, 20, 50), growth).success_rate
    frugal = outcome(SavingsPlan(300_000, 10_000, 36_000, 20, 50), growth).success_rate
    assert changes == {
        "one_more_year_of_work": pytest.approx(longer - base.success_rate),
        "ten_percent_more_saving": pytest.approx(saving - base.success_rate),
        "ten_percent_less_spending": pytest.approx(frugal - base.success_rate),
    }
    assert all(change > 0 for change in changes.values())


def test_seed_determines_paths(growth: Growth) -> None:
    model = return_model(MIX)

    assert np.array_equal(growth, yearly_growth(model, PLAN.years, seed=7))
    assert not np.array_equal(growth, yearly_growth(model, PLAN.years, seed=8))


def test_standard_error_is_that_of_independent_paths(growth: Growth) -> None:
    assert standard_error(0.9, 10_000) == pytest.approx(0.003)
    assert standard_error(1.0, 10_000) == 0

    rates = [outcome(PLAN, yearly_growth(return_model(MIX), PLAN.years, seed, 500)).success_rate for seed in range(60)]
    predicted = standard_error(outcome(PLAN, growth).success_rate, 500)
    assert np.std(rates) == pytest.approx(
        predicted, rel=0.4
    )  # four standard errors of a deviation of 60: 4 / sqrt(120)


def test_long_integer_can_be_a_seed() -> None:
    growth = yearly_growth(return_model(MIX), 1, seed=2**128 - 1, paths=10)

    assert growth.shape == (1, 10)
    assert np.all(growth > 0)
