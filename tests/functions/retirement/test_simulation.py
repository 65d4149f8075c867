from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from functions.retirement.markets import market
from functions.retirement.paths import Paths, simulate
from functions.retirement.plan import SavingsPlan
from functions.retirement.simulation import (
    PATHS,
    PERCENTILES,
    error_of_fraction,
    error_of_percentile,
    follow,
    income_of,
    lasting,
    percentiles,
    rank,
    required_contribution,
    succeeds,
    sustainable_incomes,
)
from functions.shared.analysis.risk import Mix
from functions.shared.portfolio import AssetClass
from tests.functions.retirement.test_markets import one_class

PLAN = SavingsPlan(wealth=300_000, contribution=10_000, income=40_000, working_years=20, years=50)
MIX = Mix({AssetClass.EQUITY: 0.6, AssetClass.FIXED_INCOME: 0.3, AssetClass.CASH: 0.1})
SAVINGS = Mix({AssetClass.EQUITY: 0.3, AssetClass.FIXED_INCOME: 0.7})
#: Social Security from the fifth year of retirement on.
WITH_STREAM = replace(PLAN, streams=(*(0.0,) * 25, *(18_000.0,) * 25))


@pytest.fixture(scope="module")
def paths() -> Paths:
    return simulate(market(MIX, SAVINGS), PLAN.years, seed=7, paths=PATHS)[0]


@pytest.fixture(scope="module")
def certain() -> Paths:
    """3% a year above inflation, without risk."""
    return simulate(one_class(float(np.log(1.03)), 0), PLAN.years, seed=1, paths=8)[0]


def rate(plan: SavingsPlan, paths: Paths) -> float:
    return float(succeeds(sustainable_incomes(plan, paths), plan.income).mean())


def test_plan_without_risk_is_an_annuity(certain: Paths) -> None:
    """The tolerance is the total rounding error of 50 growth factors of 32 bits."""
    saved = 300_000 * 1.03**20 + 10_000 * (1.03**20 - 1) / 0.03
    annuity_due = (1 - 1.03**-30) / 0.03 * 1.03
    needed = (60_000 * annuity_due - 300_000 * 1.03**20) * 0.03 / (1.03**20 - 1)

    assert income_of(PLAN, certain) == pytest.approx(saved / annuity_due, rel=1e-5)
    assert required_contribution(replace(PLAN, income=60_000), certain) == pytest.approx(needed, rel=1e-4)
    assert required_contribution(replace(PLAN, income=20_000), certain) == 0, "wealth alone pays for it"


def test_stream_without_risk_adds_its_present_value(certain: Paths) -> None:
    saved = 300_000 * 1.03**20 + 10_000 * (1.03**20 - 1) / 0.03
    annuity_due = (1 - 1.03**-30) / 0.03 * 1.03
    deferred = 18_000 * (1 - 1.03**-25) / 0.03 * 1.03 / 1.03**5

    assert income_of(WITH_STREAM, certain) == pytest.approx((saved + deferred) / annuity_due, rel=1e-5)


def test_money_must_last_until_stream_starts(certain: Paths) -> None:
    """A later stream can't be borrowed against: $50,000 has to pay for the five years before it."""
    plan = SavingsPlan(50_000, 0, 0, 0, 30, (*(0.0,) * 5, *(90_000.0,) * 25))
    five_years = (1 - 1.03**-5) / 0.03 * 1.03

    assert income_of(plan, certain) == pytest.approx(50_000 / five_years, rel=1e-5)


def test_stream_alone_is_certain_income(paths: Paths) -> None:
    plan = SavingsPlan(0, 0, 30_000, 0, 30, (30_000.0,) * 30)

    assert income_of(plan, paths) == pytest.approx(30_000, rel=1e-4)
    assert rate(plan, paths) == 1
    assert rate(replace(plan, income=30_100), paths) == 0


@pytest.mark.parametrize("plan", [PLAN, WITH_STREAM, replace(PLAN, wealth=0), replace(PLAN, working_years=0)])
def test_success_means_every_withdrawal_in_full(plan: SavingsPlan, paths: Paths) -> None:
    """Compares the closed form with two pots followed year by year, in 64 bits."""
    old = plan.wealth * paths.today[plan.working_years].astype(float)
    new = plan.contribution * paths.shares(plan.working_years) * paths.new[plan.working_years].astype(float)
    lasted = np.ones(PATHS, dtype=bool)
    for year, stream in enumerate(plan.streams_in_retirement, start=plan.working_years):
        need, wealth = plan.income - stream, old + new
        lasted &= wealth >= need
        kept = np.maximum(1 - need / np.maximum(wealth, 1e-9), 0)
        old *= kept * (paths.today[year + 1].astype(float) / paths.today[year])
        new *= kept * (paths.new[year + 1].astype(float) / paths.new[year])

    assert rate(plan, paths) == pytest.approx(lasted.mean(), abs=3e-4)
    lives = follow(plan, paths)
    assert np.mean(lives.paid_years == plan.years - plan.working_years) == pytest.approx(lasted.mean(), abs=3e-4)
    assert lives.wealth == pytest.approx(old + new, rel=1e-3, abs=1)
    assert np.all((lives.unpaid > 0) == (lives.paid_years < plan.years - plan.working_years))


def test_required_contribution_is_just_enough(paths: Paths) -> None:
    required = required_contribution(PLAN, paths)

    assert required is not None
    assert required > 0
    assert rate(replace(PLAN, contribution=required * 1.001), paths) >= 0.9
    assert rate(replace(PLAN, contribution=required * 0.99), paths) < 0.9
    assert required_contribution(replace(PLAN, working_years=0), paths) is None


def test_sustainable_income_lasts_in_nine_of_ten_paths_and_no_more(paths: Paths) -> None:
    limit = income_of(WITH_STREAM, paths)

    assert rate(replace(WITH_STREAM, income=limit), paths) >= 0.9
    assert rate(replace(WITH_STREAM, income=limit * 1.001), paths) < 0.9


def test_one_dollar_changes_nothing() -> None:
    """Savings go into their own mix, so a dollar in cash must not decide how they grow."""
    plan = SavingsPlan(0, 10_000, 30_000, 35, 65)
    cash = Mix({AssetClass.CASH: 1.0})
    nothing, dollar = (
        rate(replace(plan, wealth=wealth), simulate(market(today, MIX), 65, seed=3, paths=PATHS)[0])
        for wealth, today in ((0, MIX), (1, cash))
    )

    assert nothing == pytest.approx(dollar, abs=0.02), "two different sets of random numbers"
    assert 0.3 < nothing < 1


@pytest.mark.parametrize("distinct", [2, 50, 100_000])
def test_percentiles_match_numpy_for_many_arrays(distinct: int) -> None:
    """Which values a partition moves depends on their order, so one array proves little."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        wealth = rng.integers(0, distinct, 1_000).astype(np.float32)
        assert list(percentiles(wealth)) == list(np.percentile(wealth, PERCENTILES, method="lower"))


def test_percentiles_are_ordered_and_match_numpy(paths: Paths) -> None:
    lives = follow(PLAN, paths)

    assert percentiles(lives.wealth) == pytest.approx(np.percentile(lives.wealth, PERCENTILES, method="lower"))
    assert lives.percentiles.shape == (51, 5)
    assert list(lives.percentiles[-1]) == list(percentiles(lives.wealth))
    assert list(lives.percentiles[0]) == [PLAN.wealth] * 5
    assert np.all(np.diff(lives.percentiles[1:]) >= 0)
    assert [rank(percent, 10_000) for percent in (5, 10, 50)] == [499, 999, 4999]


def test_errors_match_spread_over_seeds() -> None:
    """Tolerances are four standard errors of a deviation of 60."""
    model, size = market(MIX, SAVINGS), 1000
    rates, incomes, errors = [], [], []
    for seed in range(60):
        some, _ = simulate(model, PLAN.years, seed, size)
        lasting_incomes = sustainable_incomes(PLAN, some)
        rates.append(float(succeeds(lasting_incomes, PLAN.income).mean()))
        incomes.append(lasting(lasting_incomes))
        errors.append(
            (error_of_fraction(succeeds(lasting_incomes, PLAN.income)), error_of_percentile(lasting_incomes, 10))
        )

    of_rate, of_income = np.mean(errors, axis=0)
    assert np.std(rates) == pytest.approx(of_rate, rel=4 / sqrt(120))
    assert np.std(incomes) == pytest.approx(of_income, rel=4 / sqrt(120))
