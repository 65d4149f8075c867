"""Simulated market paths: growth by year and path in both return models, which use the same random numbers."""

from dataclasses import dataclass, field
from math import exp

import numpy as np

from functions.retirement.markets import HARSHER, Floats, Market
from functions.retirement.normals import Draws, Words, happens, normals


@dataclass(frozen=True)
class Paths:
    """Growth since today by year and path, each of shape (years + 1, paths).

    `today` is one dollar in today's mix, and `new` one dollar, a share, in the mix of new savings.
    """

    today: Floats
    new: Floats
    _shares: dict[int, Floats] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def years(self) -> int:
        return len(self.today) - 1

    def shares(self, years: int) -> Floats:
        """Return the shares of the new mix that one dollar at the end of each of these years has bought, per path."""
        if years not in self._shares:
            bought = np.zeros_like(self.new[0])
            for year in range(1, years + 1):
                bought += 1 / self.new[year]
            self._shares[years] = bought
        return self._shares[years]


def simulate(model: Market, years: int, seed: int, paths: int) -> tuple[Paths, Paths]:
    """Return the paths of the first model, and half as many of the harsher one. `paths` is a multiple of 4.

    The second half of the paths mirrors the random numbers of the first (antithetic variates), which halves the cost
    of drawing and cancels much of the sampling error. Computed in 32 bits: a factor is off by at most 1e-7.
    """
    draws, pairs, classes = Draws(seed), paths // 2, len(model.mu)
    shocks = np.empty((classes + bool(model.own_sigma), pairs), np.float32)
    deviations = np.empty((classes, pairs), np.float32)
    base, harsh = _Growing(model, years, pairs), _Growing(model, years, pairs // 2)
    squares, regimes = np.exp(2 * model.mu), _Regimes(model, draws.words(pairs // 2))
    for year in range(years):
        words = draws.words(shocks.size + pairs // 2)
        normals(words[: shocks.size], shocks)
        np.matmul(model.factor, shocks[:classes], out=deviations)
        own = _own_factors(model, shocks[-1])
        base.grow(year, model.mu, squares, deviations, own)
        regimes.next_year(words[shocks.size :])
        harsh_deviations = deviations[:, : pairs // 2]
        harsh_deviations *= regimes.spread
        harsh.grow(year, regimes.mu, regimes.squares, harsh_deviations, own)
    return base.paths, harsh.paths


class _Regimes:
    """The hidden state of each path of the harsher model, and what follows from it for the current year.

    `mu` and `squares`, exp(2 mu), have shape (classes, paths), and `spread`, the factor on deviations, (paths,).
    """

    def __init__(self, model: Market, words: Words) -> None:
        self._is_bad = happens(words, HARSHER.bad_years)
        good, bad = model.harsh_mu, model.harsh_mu - model.sigma * np.float32(HARSHER.shift)
        pairs = ((good, bad), (np.exp(2 * good), np.exp(2 * bad)))
        #: In good years, and how much more in bad ones.
        self._columns = np.concatenate([np.hstack((in_good, in_bad - in_good)) for in_good, in_bad in pairs])
        self._state = np.ones((2, len(words)), np.float32)
        self._by_class = np.empty((2, len(good), len(words)), np.float32)
        self.mu, self.squares = self._by_class
        self.spread = np.empty(len(words), np.float32)

    def next_year(self, words: Words) -> None:
        chances = np.where(self._is_bad, np.float32(HARSHER.stay), np.float32(HARSHER.enter))
        self._is_bad = happens(words, chances)
        self._state[1] = self._is_bad
        np.matmul(self._columns, self._state, out=self._by_class.reshape(len(self._columns), -1))
        np.multiply(self._state[1], np.float32(HARSHER.spread - 1), out=self.spread)
        self.spread += 1


class _Growing:
    """Paths under construction, with working memory that each year reuses."""

    def __init__(self, model: Market, years: int, pairs: int) -> None:
        self._weights, self._pairs = model.weights if model.own_sigma else model.weights[::2].copy(), pairs
        self._factors = np.empty((2, len(model.mu), pairs), np.float32)
        self._parts = np.empty((2, len(self._weights), pairs), np.float32)
        self.paths = Paths(*np.empty((2, years + 1, 2 * pairs), np.float32))
        self.paths.today[0], self.paths.new[0] = 1, 1

    def grow(self, year: int, mu: Floats, squares: Floats, deviations: Floats, own: Floats | None) -> None:
        """Add a year with these log deviations from `mu`, and their mirror image. `squares` are exp(2 mu).

        A mirrored factor needs no second exponential: exp(m - d) = exp(2 m) / exp(m + d).
        """
        (first, mirrored), parts, paths = self._factors, self._parts, self.paths
        np.exp(np.add(deviations, mu, out=first), out=first)
        np.divide(squares, first, out=mirrored)
        np.matmul(self._weights, self._factors, out=parts)
        if own is not None:
            parts[:, 1] *= own[:, : self._pairs]
            parts[:, 0] += parts[:, 1]
        for grown, part in ((paths.today, parts[:, 0]), (paths.new, parts[:, -1])):
            np.multiply(grown[year].reshape(2, -1), part, out=grown[year + 1].reshape(2, -1))


def _own_factors(model: Market, normals: Floats) -> Floats | None:
    """Return the joint factor of own risks, of shape (2, pairs); None if there are none."""
    if not model.own_sigma:
        return None
    factors = np.empty((2, len(normals)), np.float32)
    variance = model.own_sigma**2
    np.exp(np.float32(model.own_sigma) * normals - np.float32(variance / 2), out=factors[0])
    np.divide(np.float32(exp(-variance)), factors[0], out=factors[1])
    return factors
