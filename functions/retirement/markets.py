"""Two return models for today's mix and for the mix that new savings go into, above inflation.

In the first, years are independent and log-normal. In the harsher one, returns are lower and bad years cluster: a
hidden state, good or bad, persists from year to year, as in Hardy, A Regime-Switching Model of Long-Term Stock Returns,
North American Actuarial Journal 5 (2001), 41-53.
"""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.linalg import cholesky
from numpy.typing import NDArray

from functions.shared.analysis.market_assumptions import MARKET, correlation, log_normal
from functions.shared.analysis.risk import Mix
from functions.shared.portfolio import AssetClass

Floats = NDArray[np.float32]


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


def classes_of(*mixes: Mix) -> list[AssetClass]:
    """Return the asset classes in any of the mixes, in the order of the assumptions."""
    return [asset_class for asset_class in MARKET if any(asset_class in mix.weights for mix in mixes)]


def market(today: Mix, savings: Mix) -> Market:
    """Return the assumptions for today's mix and for that of new savings, which has no own risks."""
    classes = classes_of(today, savings)
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
