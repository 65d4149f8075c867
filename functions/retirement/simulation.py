"""Many lives of one savings plan, in today's dollars, as arrays over paths.

A year runs like this: while working, money grows for the year and the contribution is added at its end; in retirement
the income is taken out at the start of the year and the rest grows. Wealth is therefore linear in contribution and
income until it runs out, so that success, sustainable income and required contribution have closed forms per path and
none of them needs a second simulation.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.linalg import cholesky
from numpy.random import SFC64, Generator
from numpy.typing import NDArray

from functions.shared.analysis.market import MARKET, Weights, correlation, log_normal

Array = NDArray[np.float64]
Growth = NDArray[np.float32]

PATHS = 10_000
#: Percent of the lives in which an income has to last to be called sustainable.
CONFIDENCE = 90
PERCENTILES = (5, 25, 50, 75, 95)
#: SFC64 draws twice as fast as numpy's default, PCG64.
GENERATOR = "numpy.random.Generator(SFC64(seed)), uniform float32, then the Box-Muller transform"


@dataclass(frozen=True)
class ReturnModel:
    """Correlated log-normal real returns: weights, and mean `mu` and deviation `sigma` of the logarithm of growth.

    `correlations` are those of the logarithms; all have one entry or row for each asset class.
    """

    weights: Array
    mu: Array
    sigma: Array
    correlations: Array


@dataclass(frozen=True)
class SavingsPlan:
    """US dollars of today; `working_years` with contributions, then withdrawals until `years` are over."""

    wealth: float
    contribution: float
    income: float
    working_years: int
    years: int


@dataclass(frozen=True)
class Outcome:
    """What the paths say of a plan. `per_dollar_*` arrays have one entry a path.

    Wealth at retirement is `plan.wealth` times `growth_of_wealth` plus `plan.contribution` times
    `growth_of_contributions`; an income lasts when it is at most that divided by `annuity_factor`.
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
        """The fraction of paths in which every withdrawal could be made in full."""
        return float(np.mean(self.wealth_at_retirement >= self.plan.income * self.annuity_factor))

    @property
    def sustainable_income(self) -> float:
        """The largest yearly income that lasts in 90 % of the paths."""
        return _order_statistic(self.wealth_at_retirement / self.annuity_factor, 100 - CONFIDENCE)

    @property
    def required_contribution(self) -> float | None:
        """The smallest yearly contribution with which the income lasts in 90 % of the paths; None when retired."""
        if not self.plan.working_years:
            return None
        missing = self.plan.income * self.annuity_factor - self.plan.wealth * self.growth_of_wealth
        return max(-_order_statistic(-missing / self.growth_of_contributions, 100 - CONFIDENCE), 0.0)


def return_model(weights: Weights) -> ReturnModel:
    """The market's assumptions for a mix of asset classes."""
    classes = list(weights)
    logs = [log_normal(MARKET[c].expected_real_return, MARKET[c].volatility) for c in classes]
    return ReturnModel(
        weights=np.array([weights[c] for c in classes]),
        mu=np.array([mu for mu, _ in logs]),
        sigma=np.array([sigma for _, sigma in logs]),
        correlations=np.array([[correlation(one, other) for other in classes] for one in classes]),
    )


def yearly_growth(model: ReturnModel, years: int, seed: int, paths: int = PATHS) -> Growth:
    """Growth factors (1 + real return) of the mix, rebalanced every year: shape (years, paths).

    Each year draws a standard normal for each class and path, and sums the classes' own log-normal factors by weight.
    In 32 bits, at half the price of 64: a factor is off by at most 6e-8, which comes to 6e-6 in a hundred years.
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
    """Fills `out` with standard normals (Box and Muller, 1958): cosines in its first half, sines in its second.

    From two uniform numbers of 24 bits each, so that none is beyond 5.8. numpy's own standard_normal takes five times
    as long, and drawing is most of the simulation: 2.75 million numbers for 55 years and five classes.
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
    """What a plan comes to on the paths of `growth`, which has a row for each year of the plan."""
    of_wealth, of_contributions = np.ones(growth.shape[1]), np.zeros(growth.shape[1])
    for factor in growth[: plan.working_years]:
        of_wealth *= factor
        of_contributions *= factor
        of_contributions += 1
    return Outcome(plan, of_wealth, of_contributions, _annuity_factor(growth[plan.working_years : plan.years]))


def wealth_by_year(plan: SavingsPlan, growth: Growth) -> Growth:
    """Wealth today and at the end of each year, never below zero: shape (years + 1, paths).

    Followed in 64 bits and noted in 32, exact to the dollar up to $16 million; those sort in half the time.
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
    """The 5th, 25th, 50th, 75th and 95th percentile of each year, as `rank` picks them: shape (years, 5)."""
    return np.sort(wealth, axis=1)[:, [rank(percent, wealth.shape[1]) for percent in PERCENTILES]]


def rank(percent: int, paths: int) -> int:
    """Which of the sorted paths is a percentile: one of them, not a mean of two (method 'lower' of numpy.percentile).

    numpy.percentile itself is not used: its first call imports numpy.ma, which costs as much as the simulation.
    """
    return percent * (paths - 1) // 100


def standard_error(rate: float, paths: int) -> float:
    """Of a fraction estimated from independent paths: sqrt(p (1 - p) / n)."""
    return float(np.sqrt(rate * (1 - rate) / paths))


def sensitivities(base: Outcome, growth: Growth) -> dict[str, float]:
    """Change of the success rate, as a fraction, by what is changed, on the same paths (common random numbers).

    The last year of the plan stays where it is: a year more of work is a year less of retirement.
    """
    plan = base.plan
    variants = {
        "one_more_year_of_work": outcome(replace(plan, working_years=plan.working_years + 1), growth),
        "ten_percent_more_saving": replace(base, plan=replace(plan, contribution=plan.contribution * 1.1)),
        "ten_percent_less_spending": replace(base, plan=replace(plan, income=plan.income * 0.9)),
    }
    return {name: variant.success_rate - base.success_rate for name, variant in variants.items()}


def _annuity_factor(growth: Growth) -> Array:
    """What one dollar at the start of every year costs at the start of the first: 1 + 1/g1 + 1/(g1 g2) + ..."""
    factor = np.ones(growth.shape[1])
    for after in growth[-2::-1]:
        factor /= after
        factor += 1
    return factor


def _order_statistic(values: Array, percent: int) -> float:
    at = rank(percent, len(values))
    return float(np.partition(values, at)[at])
