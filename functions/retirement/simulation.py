"""Simulates one savings plan on many market paths, in today's dollars, with one array entry per path.

In a working year, money grows and the contribution is added at the end. In a year of retirement, the income is
withdrawn at the start and the rest grows. Wealth is therefore linear in contribution and income until it runs out, so
that success, sustainable income and required contribution have closed forms per path and need no second simulation.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.linalg import cholesky
from numpy.random import SFC64, Generator
from numpy.typing import NDArray

from functions.shared.analysis.market_assumptions import MARKET, Weights, correlation, log_normal

Array = NDArray[np.float64]
Growth = NDArray[np.float32]

PATHS = 10_000
#: Percentage of paths in which an income must last to be called sustainable.
CONFIDENCE = 90
PERCENTILES = (5, 25, 50, 75, 95)
#: SFC64 draws twice as fast as numpy's default, PCG64.
GENERATOR = "numpy.random.Generator(SFC64(seed)), uniform float32, then the Box-Muller transform"


@dataclass(frozen=True)
class ReturnModel:
    """Correlated log-normal real returns: weights, and the mean `mu` and deviation `sigma` of log growth.

    `correlations` are those of the logarithms. Each array has one entry or row per asset class.
    """

    weights: Array
    mu: Array
    sigma: Array
    correlations: Array


@dataclass(frozen=True)
class SavingsPlan:
    """Today's US dollars: contributions for `working_years`, then withdrawals until the end of `years`."""

    wealth: float
    contribution: float
    income: float
    working_years: int
    years: int


@dataclass(frozen=True)
class Outcome:
    """The results of a plan. Arrays have one entry per path.

    Wealth at retirement is `plan.wealth` times `growth_of_wealth` plus `plan.contribution` times
    `growth_of_contributions`. An income lasts if it is at most that wealth divided by `annuity_factor`.
    """

    plan: SavingsPlan
    growth_of_wealth: Array
    growth_of_contributions: Array
    annuity_factor: Array

    @property
    def wealth_at_retirement(self) -> Array:
        return self.plan.wealth * self.growth_of_wealth + self.plan.contribution * self.growth_of_contributions

    @property
    def success_rate(self) -> float:
        """The fraction of paths in which every withdrawal is made in full."""
        return float(np.mean(self.wealth_at_retirement >= self.plan.income * self.annuity_factor))

    @property
    def sustainable_income(self) -> float:
        """The largest yearly income that lasts in 90% of the paths."""
        return _order_statistic(self.wealth_at_retirement / self.annuity_factor, 100 - CONFIDENCE)

    @property
    def required_contribution(self) -> float | None:
        """The smallest yearly contribution with which the income lasts in 90% of the paths; None if already retired."""
        if not self.plan.working_years:
            return None
        missing = self.plan.income * self.annuity_factor - self.plan.wealth * self.growth_of_wealth
        return max(-_order_statistic(-missing / self.growth_of_contributions, 100 - CONFIDENCE), 0.0)


def return_model(weights: Weights) -> ReturnModel:
    """Return the market assumptions for a mix of asset classes."""
    classes = list(weights)
    logs = [log_normal(MARKET[c].expected_real_return, MARKET[c].volatility) for c in classes]
    return ReturnModel(
        weights=np.array([weights[c] for c in classes]),
        mu=np.array([mu for mu, _ in logs]),
        sigma=np.array([sigma for _, sigma in logs]),
        correlations=np.array([[correlation(one, other) for other in classes] for one in classes]),
    )


def yearly_growth(model: ReturnModel, years: int, seed: int, paths: int = PATHS) -> Growth:
    """Return the growth factors (1 + real return) of the mix, rebalanced yearly: shape (years, paths).

    Each year draws a standard normal per class and path, and sums the classes' log-normal factors by weight. Computed
    in 32 bits, at half the cost of 64: a factor is off by at most 6e-8, which adds up to 6e-6 in a hundred years.
    """
    draw = Generator(SFC64(seed))
    spread = (model.sigma[:, None] * cholesky(model.correlations)).astype(np.float32)
    mu, weights = model.mu[:, None].astype(np.float32), model.weights.astype(np.float32)
    growth = np.empty((years, paths), np.float32)
    normals = np.empty((len(mu), paths), np.float32)
    logs = np.empty_like(normals)
    for year in range(years):
        _draw_normals(draw, normals)
        np.matmul(spread, normals, out=logs)
        logs += mu
        np.exp(logs, out=logs)
        np.matmul(weights, logs, out=growth[year])
    return growth


def _draw_normals(draw: Generator, out: Growth) -> None:
    """Fill `out` with standard normals (Box and Muller, 1958): cosines in its first half, sines in its second.

    Computed from two uniform numbers of 24 bits each, so that no value exceeds 5.8. numpy's standard_normal takes
    five times as long, and drawing is most of the simulation: 2.75 million numbers for 55 years and five classes.
    """
    flat = out.reshape(-1)
    half = (flat.size + 1) // 2
    radius = 1 - draw.random(half, dtype=np.float32)
    np.log(radius, out=radius)
    radius *= np.float32(-2)
    np.sqrt(radius, out=radius)
    angle = draw.random(half, dtype=np.float32)
    angle *= np.float32(2 * np.pi)
    np.cos(angle, out=flat[:half])
    flat[:half] *= radius
    np.sin(angle, out=angle)
    np.multiply(angle[: flat.size - half], radius[: flat.size - half], out=flat[half:])


def outcome(plan: SavingsPlan, growth: Growth) -> Outcome:
    """Return the plan's results on the paths of `growth`, which has a row for each year of the plan."""
    of_wealth, of_contributions = np.ones(growth.shape[1]), np.zeros(growth.shape[1])
    for factor in growth[: plan.working_years]:
        of_wealth *= factor
        of_contributions *= factor
        of_contributions += 1
    return Outcome(plan, of_wealth, of_contributions, _annuity_factor(growth[plan.working_years : plan.years]))


def wealth_by_year(plan: SavingsPlan, growth: Growth) -> Growth:
    """Return wealth today and at the end of each year, never below zero: shape (years + 1, paths).

    Computed in 64 bits and stored in 32, which is exact to the dollar up to $16 million and sorts in half the time.
    """
    wealth = np.empty((plan.years + 1, growth.shape[1]), np.float32)
    now = np.full(growth.shape[1], float(plan.wealth))
    wealth[0] = now
    for year, factor in enumerate(growth[: plan.years]):
        if year < plan.working_years:
            now *= factor
            now += plan.contribution
        else:
            now -= plan.income
            np.maximum(now, 0, out=now)
            now *= factor
        wealth[year + 1] = now
    return wealth


def percentiles(wealth: Growth) -> Growth:
    """Return the 5th, 25th, 50th, 75th and 95th percentile of each year, selected by `rank`: shape (years, 5)."""
    return np.sort(wealth, axis=1)[:, [rank(percent, wealth.shape[1]) for percent in PERCENTILES]]


def rank(percent: int, paths: int) -> int:
    """Return the index of a percentile among the sorted paths (method 'lower' of numpy.percentile).

    Does not use numpy.percentile, whose first call imports numpy.ma, which costs as much as the simulation.
    """
    return percent * (paths - 1) // 100


def standard_error(rate: float, paths: int) -> float:
    """Return the standard error of a fraction estimated from independent paths: sqrt(p (1 - p) / n)."""
    return float(np.sqrt(rate * (1 - rate) / paths))


def sensitivities(base: Outcome, growth: Growth) -> dict[str, float]:
    """Return the change in the success rate, as a fraction, for each change to the plan.

    Uses the same paths (common random numbers). The plan's last year is fixed, so one more year of work is one year
    less of retirement.
    """
    plan = base.plan
    variants = {
        "one_more_year_of_work": outcome(replace(plan, working_years=plan.working_years + 1), growth),
        "ten_percent_more_saving": replace(base, plan=replace(plan, contribution=plan.contribution * 1.1)),
        "ten_percent_less_spending": replace(base, plan=replace(plan, income=plan.income * 0.9)),
    }
    return {name: variant.success_rate - base.success_rate for name, variant in variants.items()}


def _annuity_factor(growth: Growth) -> Array:
    """Return the cost, at the start, of one dollar at the start of every year: 1 + 1/g1 + 1/(g1 g2) + ..."""
    factor = np.ones(growth.shape[1])
    for after in growth[-2::-1]:
        factor /= after
        factor += 1
    return factor


def _order_statistic(values: Array, percent: int) -> float:
    at = rank(percent, len(values))
    return float(np.partition(values, at)[at])
