"""The expected maximum drawdown of the portfolio within ten years.

The value is modeled as a geometric Brownian motion: its logarithm has the mean and standard deviation per year of the
mix of asset classes, and no memory. The maximum drawdown of the logarithm within a given time then has a known
distribution: Magdon-Ismail, Atiya, Pratap and Abu-Mostafa, On the maximum drawdown of a Brownian motion, Journal of
Applied Probability 41 (2004), 147-161. The peak and the bottom may occur at any moment, not only at year ends. Real
markets sometimes fall further: bad days cluster and are more frequent than under a normal distribution.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from math import atan2, cosh, exp, pi, sin, sinh, tanh

from functions.shared.analysis.market_assumptions import log_normal
from functions.shared.analysis.risk import Outlook

YEARS = 10
SOURCE = (
    "Magdon-Ismail, Atiya, Pratap and Abu-Mostafa, On the maximum drawdown of a Brownian motion, Journal of Applied "
    "Probability, 2004"
)
#: Terms with a factor below e to this power are negligible.
_SMALLEST = -40.0
#: e to minus this power is negligible, and cosh of it is still finite.
_CERTAIN = 300
_NEAR_ZERO = 1e-4
_NEWTON_STEPS = 60
_PRECISE = 1e-13
_HALVINGS = 30


@dataclass(frozen=True)
class Drawdown:
    """The maximum drawdown within ten years, as a fraction of the peak, after inflation.

    It exceeds `median` with a probability of 50%, and `severe` with a probability of 5%.
    """

    median: float
    severe: float


def maximum_drawdown(outlook: Outlook, years: float = YEARS) -> Drawdown:
    mu, sigma = log_normal(outlook.expected_return, outlook.volatility)
    return Drawdown(median=_fall(mu, sigma, years, 0.50), severe=_fall(mu, sigma, years, 0.95))


def _fall(mu: float, sigma: float, years: float, probability: float) -> float:
    """Return the fraction of the peak that the maximum drawdown stays below with this probability."""
    spread = sigma * years**0.5
    low, high = 0.0, spread
    while stays_below(high, mu, sigma, years) < probability:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if stays_below(middle, mu, sigma, years) >= probability else (middle, high)
    return 1 - exp(-high)


def stays_below(depth: float, mu: float, sigma: float, years: float) -> float:
    """Return the probability that a Brownian motion falls by less than `depth` from any peak within this many years.

    `mu` and `sigma` are its drift and standard deviation per year; `depth` and `sigma` are above zero. The distance
    from the peak is a Brownian motion reflected at zero; the result is the probability that it hasn't reached `depth`:
    a series over the solutions of tan(x) = x / a, where a = mu depth / sigma^2, plus that of tanh(x) = x / a if a is 1
    or more.
    """
    a = mu * depth / sigma**2
    rate = sigma**2 * years / (2 * depth**2)
    if a > _CERTAIN:
        return 1.0
    total = 0.0
    if _is_hyperbolic(a):
        x = max(_newton(a, lambda x: (a * tanh(x) - x) / (a / cosh(x) ** 2 - 1)), _NEAR_ZERO)
        fit = x / tanh(x)  # equals a except for the last digits, which determine the quotient for a tiny x
        left = (fit / cosh(x)) ** 2  # a^2 - x^2, computed without cancellation for a large a
        total += 2 * x * sinh(x) / (fit - left) * exp(-fit - rate * left)
    for x in _solutions(a):
        if -a - rate * (a**2 + x**2) < _SMALLEST:
            break
        total += 2 * x * sin(x) / (x**2 + a**2 - a) * exp(-a - rate * (a**2 + x**2))
    return min(max(total, 0.0), 1.0)


def _solutions(a: float) -> Iterator[float]:
    """Yield the positive solutions of tan(x) = x / a, one in each (n pi, (n + 1) pi), but none in the first if a >= 1.

    There x = n pi + atan2(x, a), which Newton's method solves from the end where it can't overshoot.
    """
    for n in count(1 if _is_hyperbolic(a) else 0):
        start = pi * (n + 1 if a >= 0 else n + 0.5)
        yield _newton(start, lambda x, n=n: (x - n * pi - atan2(x, a)) / (1 - a / (a**2 + x**2)))  # type: ignore[misc]


def _is_hyperbolic(a: float) -> bool:
    """Return whether tanh(x) = x / a has a positive solution. Both cases have the same limit at the boundary."""
    return a > 1 - _NEAR_ZERO**2


def _newton(x: float, step: Callable[[float], float]) -> float:
    for _ in range(_NEWTON_STEPS):
        change = step(x)
        x -= change
        if abs(change) <= _PRECISE * abs(x):
            break
    return x
