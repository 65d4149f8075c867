"""The simulation reproduces published results with their published inputs."""

from math import erf, exp, log, pi, sqrt

import numpy as np
import pytest

from functions.retirement.markets import Market
from functions.retirement.paths import simulate
from functions.retirement.plan import SavingsPlan
from functions.retirement.simulation import income_of, succeeds, sustainable_incomes
from functions.shared.analysis.market_assumptions import log_normal
from tests.functions.retirement.test_markets import one_class

PATHS = 40_000


def success_rate(plan: SavingsPlan, model: Market, seed: int, paths: int = PATHS) -> float:
    base, _ = simulate(model, plan.years, seed, paths)
    return float(succeeds(sustainable_incomes(plan, base), plan.income).mean())


def test_four_percent_for_thirty_years_fails_in_six_percent_of_lives() -> None:
    """Finke, Pfau and Blanchett, The 4 Percent Rule Is Not Safe in a Low-Yield World, Journal of Financial Planning,
    June 2013: with historical averages, 4% of the first balance, adjusted for inflation, fails within 30 years in
    "about 6 percent" of simulated lives. Inputs: real returns of US stocks and intermediate government bonds from 1926
    to 2010 as given by Pfau (arithmetic means 8.70% and 2.52%, deviations 20.39% and 6.84%, correlation 0.08),
    half of each. The tolerance is the published rounding, half a point, plus four standard errors.
    """
    logs = [log_normal(0.0870, 0.2039), log_normal(0.0252, 0.0684)]
    mus, sigmas = (np.array(parts, np.float32)[:, None] for parts in zip(*logs, strict=True))
    factor = (sigmas * np.linalg.cholesky(np.array([[1, 0.08], [0.08, 1]]))).astype(np.float32)
    weights = np.array([[0.5, 0.5], [0, 0], [0.5, 0.5]], np.float32)
    plan = SavingsPlan(wealth=100, contribution=0, income=4, working_years=0, years=30)

    failed = 1 - success_rate(plan, Market(mus, mus, sigmas, factor, weights, 0.0), seed=1)

    assert failed == pytest.approx(0.06, abs=0.005 + 4 * sqrt(0.06 * 0.94 / PATHS))


def test_endless_spending_fails_as_reciprocal_gamma_predicts() -> None:
    """Milevsky and Robinson, A Sustainable Spending Rate without Simulation, Financial Analysts Journal 61 (2005): for
    an endless horizon, the present value of one dollar a year is reciprocal gamma distributed, exactly (Dufresne,
    1990). Their base case is a real return of 7% with a volatility of 20%; here, five dollars of a hundred are spent
    each year.

    Simulated in quarters for 120 years, after which hardly any further path fails. Money spent at the start of a
    quarter instead of evenly is spent half a quarter early, and its price is adjusted for that. The tolerance is four
    standard errors.
    """
    mu, sigma, income, step, years, paths = 0.07, 0.20, 5.0, 0.25, 120, 10_000
    x = income / 100 / (sigma**2 / 2)  # shape 2 mu / sigma^2 - 1 = 2.5, whose distribution has a closed form
    succeeded = 1 - (erf(sqrt(x)) - 2 / sqrt(pi) * exp(-x) * (sqrt(x) + 2 / 3 * x**1.5))
    model = one_class((mu - sigma**2 / 2) * step, sigma * sqrt(step))
    quarters = int(years / step)
    plan = SavingsPlan(100 + income * step / 2, 0, income * step, 0, quarters)

    rate = success_rate(plan, model, seed=2, paths=paths)

    assert rate == pytest.approx(succeeded, abs=4 * sqrt(succeeded * (1 - succeeded) / paths))


def test_single_withdrawal_after_one_year_is_log_normal() -> None:
    """One period, all spent at the end, so the income lasting in nine of ten lives is the tenth percentile."""
    mu, sigma = log(1.05), 0.2
    model, plan = one_class(mu, sigma), SavingsPlan(1000, 0, 900, 1, 2)

    income = income_of(plan, simulate(model, 2, seed=4, paths=PATHS)[0])

    density = exp(-(1.2815516**2) / 2) / sqrt(2 * pi)
    error = sqrt(0.1 * 0.9 / PATHS) / density * sigma
    assert log(income / 1000) == pytest.approx(mu - 1.2815516 * sigma, abs=4 * error)
    chance = (1 + erf((mu - log(0.9)) / sigma / sqrt(2))) / 2
    assert success_rate(plan, model, seed=4) == pytest.approx(chance, abs=4 * sqrt(chance * (1 - chance) / PATHS))
