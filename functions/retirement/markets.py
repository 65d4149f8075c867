"""Market paths: the growth of today's mix and of the mix that new savings go into, above inflation.

Two return models use the same random numbers. In the first, years are independent and log-normal. In the harsher one,
returns are lower and bad years cluster: a hidden state, good or bad, persists from year to year, as in Hardy, A
Regime-Switching Model of Long-Term Stock Returns, North American Actuarial Journal 5 (2001), 41-53.
"""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.linalg import cholesky
from numpy.random import SFC64, Generator
from numpy.typing import NDArray

from functions.shared.analysis.market_assumptions import MARKET, correlation, log_normal
from functions.shared.analysis.risk import Mix

Floats = NDArray[np.float32]

PATHS = 10_000
#: SFC64 draws twice as fast as numpy's default, PCG64.
GENERATOR = "numpy.random.Generator(SFC64(seed)), uniform float32, then the Box-Muller transform"


@dataclass(frozen=True)
class Regime:
    """The harsher model. In a bad year, the mean of log returns is lower by `shift` deviations, and deviations are
    wider by the factor `spread`. `enter` and `stay` are the chances of a bad year after a good and after a bad one.
    Expected returns are `share_of_return` of those in the first model.
    """

    share_of_return: float = 0.75
    enter: float = 0.15
    stay: float = 0.5
    shift: float = 1.0
    spread: float = 1.5

    @property
    def bad_years(self) -> float:
        """The fraction of years that are bad in the long run."""
        return self.enter / (self.enter + 1 - self.stay)

    def log_mean(self, mean: float, sigma: float) -> float:
        """Return the mean of log growth in good years with which growth has the mean 1 + `mean` over all years."""
        good = (1 - self.bad_years) * exp(sigma**2 / 2)
        bad = self.bad_years * exp(-self.shift * sigma + (self.spread * sigma) ** 2 / 2)
        return log(1 + mean) - log(good + bad)


HARSHER = Regime()
_ENTER, _STAY, _SHIFT, _SPREAD = map(np.float32, (HARSHER.enter, HARSHER.stay, HARSHER.shift, HARSHER.spread))
_ONE = np.float32(1)


@dataclass(frozen=True)
class Market:
    """Log growth of the asset classes in both mixes: mean, deviation, and Cholesky factor of the covariance.

    `weights` has three rows over the classes: today's diversified part, today's part in companies with a risk of their
    own, and the mix of new savings. The own risks together multiply that part by a log-normal factor with mean 1 and
    deviation `own_sigma` of the logarithm (Fenton, 1960: a sum of log-normals, matched by its mean and variance).
    """

    mu: Floats
    harsh_mu: Floats
    sigma: Floats
    factor: Floats
    weights: Floats
    own_sigma: float


@dataclass(frozen=True)
class Paths:
    """Growth since today by year and path, each of shape (years + 1, paths).

    `today` is one dollar in today's mix, `new` one dollar in the mix of new savings, and `saved` one dollar added to
    that mix at the end of each year so far.
    """

    today: Floats
    new: Floats
    saved: Floats

    @property
    def years(self) -> int:
        return len(self.today) - 1


def market(today: Mix, savings: Mix) -> Market:
    """Return the assumptions for today's mix and for that of new savings, which has no own risks."""
    classes = [asset_class for asset_class in MARKET if asset_class in today.weights or asset_class in savings.weights]
    means = [MARKET[c].expected_real_return for c in classes]
    logs = [log_normal(MARKET[c].expected_real_return, MARKET[c].volatility) for c in classes]
    sigma = np.array([deviation for _, deviation in logs])
    correlations = np.array([[correlation(one, other) for other in classes] for one in classes])
    own = np.array([today.undiversified.get(c, 0.0) for c in classes])
    rows = [np.array([mix.weights.get(c, 0.0) for c in classes]) for mix in (today, savings)]
    harsh = [HARSHER.log_mean(HARSHER.share_of_return * m, s) for m, s in zip(means, sigma.tolist(), strict=True)]
    return Market(
        mu=np.array([mu for mu, _ in logs], np.float32)[:, None],
        harsh_mu=np.array(harsh, np.float32)[:, None],
        sigma=sigma.astype(np.float32)[:, None],
        factor=(sigma[:, None] * cholesky(correlations)).astype(np.float32),
        weights=np.array([rows[0] - own, own, rows[1]], np.float32),
        own_sigma=_own_sigma(today),
    )


def _own_sigma(today: Mix) -> float:
    """Return the deviation of the logarithm of the own risks' joint factor."""
    whole = sum(own.weight for own in today.own_risks)
    if not whole:
        return 0.0
    variances = [(own.weight / whole) ** 2 * own.volatility**2 for own in today.own_risks]
    return sqrt(log(1 + sum(variances)))


def simulate(model: Market, years: int, seed: int, paths: int = PATHS) -> tuple[Paths, Paths]:
    """Return the paths of the first model, and half as many of the harsher one. `paths` is a multiple of 4.

    The second half of the paths mirrors the random numbers of the first (antithetic variates), which halves the cost
    of drawing and cancels much of the sampling error. Computed in 32 bits: a factor is off by at most 1e-7.
    """
    draw, pairs, classes = Generator(SFC64(seed)), paths // 2, len(model.mu)
    normals = np.empty((classes + bool(model.own_sigma), pairs), np.float32)
    deviations = np.empty((classes, pairs), np.float32)
    base, harsh = _Growing(model, years, pairs), _Growing(model, years, pairs // 2)
    is_bad = draw.random(pairs // 2, dtype=np.float32) < HARSHER.bad_years
    bad, good = model.harsh_mu - model.sigma * _SHIFT, model.harsh_mu
    squares, harsh_columns = np.exp(2 * model.mu), ((bad, good), (np.exp(2 * bad), np.exp(2 * good)))
    for year in range(years):
        _draw_normals(draw, normals)
        np.matmul(model.factor, normals[:classes], out=deviations)
        own = _own_factors(model, normals[-1])
        base.grow(year, model.mu, squares, deviations, own)
        is_bad = draw.random(pairs // 2, dtype=np.float32) < np.where(is_bad, _STAY, _ENTER)
        harsh_deviations = deviations[:, : pairs // 2]
        harsh_deviations *= np.where(is_bad, _SPREAD, _ONE)
        mu, square = (np.where(is_bad, *columns) for columns in harsh_columns)
        harsh.grow(year, mu, square, harsh_deviations, own)
    return base.paths, harsh.paths


class _Growing:
    """Paths under construction, with working memory that each year reuses."""

    def __init__(self, model: Market, years: int, pairs: int) -> None:
        self._weights, self._pairs = model.weights, pairs
        self._factors = np.empty((len(model.mu), 2, pairs), np.float32)
        self._parts = np.empty((3, 2, pairs), np.float32)
        self.paths = Paths(*(np.empty((years + 1, 2 * pairs), np.float32) for _ in range(3)))
        self.paths.today[0], self.paths.new[0], self.paths.saved[0] = 1, 1, 0

    def grow(self, year: int, mu: Floats, squares: Floats, deviations: Floats, own: Floats | None) -> None:
        """Add a year with these log deviations from `mu`, and their mirror image. `squares` are exp(2 mu).

        A mirrored factor needs no second exponential: exp(m - d) = exp(2 m) / exp(m + d).
        """
        first, mirrored, parts = self._factors[:, 0], self._factors[:, 1], self._parts
        np.exp(np.add(deviations, mu, out=first), out=first)
        np.divide(squares, first, out=mirrored)
        np.matmul(self._weights, self._factors.reshape(len(mu), -1), out=parts.reshape(3, -1))
        if own is not None:
            parts[1] *= own[:, : self._pairs]
            parts[0] += parts[1]
        paths, today, new = self.paths, parts[0].reshape(-1), parts[2].reshape(-1)
        np.multiply(paths.today[year], today, out=paths.today[year + 1])
        np.multiply(paths.new[year], new, out=paths.new[year + 1])
        np.multiply(paths.saved[year], new, out=paths.saved[year + 1])
        paths.saved[year + 1] += 1


def _own_factors(model: Market, normals: Floats) -> Floats | None:
    """Return the joint factor of own risks, of shape (2, pairs); None if there are none."""
    if not model.own_sigma:
        return None
    factors = np.empty((2, len(normals)), np.float32)
    variance = model.own_sigma**2
    np.exp(np.float32(model.own_sigma) * normals - np.float32(variance / 2), out=factors[0])
    np.divide(np.float32(exp(-variance)), factors[0], out=factors[1])
    return factors


def _draw_normals(draw: Generator, out: Floats) -> None:
    """Fill `out` with standard normals (Box and Muller, 1958): cosines in its first half, sines in its second.

    Computed from two uniform numbers of 24 bits each, so that no value exceeds 5.8. numpy's standard_normal takes
    five times as long.
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
