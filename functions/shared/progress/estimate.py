"""How long an agent still needs: log-normal durations, what an agent says of itself, and time that has passed.

A duration is log-normal: ln T is normal with mean ln(median) and deviation sigma. What is still needed after `elapsed`
is T - elapsed given T > elapsed, so an agent that is late is expected later and later, but never at once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from typing import NamedTuple

_NORMAL = NormalDist()

#: The quantiles of a remaining time that are told: the range's ends, and the point estimate between them.
LOW, MIDDLE, HIGH = 0.12, 0.5, 0.88

#: How far (as a deviation of the logarithm) an agent's own report is usually off.
REPORT_SIGMA = 0.2
_LEAST_SIGMA = 0.05
_LEAST_REMAINING_S = 0.05
_CERTAIN = 1e-9

#: Moments at which a remaining time is told, in units of the one expected at first: close together while it is likely
#: to end, far apart when it is very late.
_MOMENTS = (0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1, 1.15, 1.35, 1.6, 2, 2.6, 3.5, 5, 8, 15, 40)


class Report(NamedTuple):
    """After `elapsed_s` of its work an agent says that it did `fraction` (0 to 1) of it."""

    elapsed_s: float
    fraction: float


class Remaining(NamedTuple):
    """After `elapsed_s` of an agent's work: seconds that it still needs, as quantiles."""

    elapsed_s: float
    low_s: float
    middle_s: float
    high_s: float


@dataclass(frozen=True)
class Expectation:
    """A log-normal duration: its median in seconds, and the deviation of its logarithm."""

    median_s: float
    sigma: float

    def after_reports(self, reports: Sequence[Report]) -> "Expectation":
        """What is expected once the agent said, so many times, how much of its work it had done.

        Each report measures ln T as ln(elapsed / fraction) with deviation REPORT_SIGMA; what one says is half of what
        the others say too, so that the variance of their mean is sigma^2 (1/2 + 1/(2n)). The mean and the expectation
        are weighed by their precisions (the posterior of a normal mean: Gelman et al., Bayesian Data Analysis, 2.5).
        """
        measured = [
            math.log(elapsed_s / min(share, 1.0)) for elapsed_s, share in reports if elapsed_s > 0 and share > 0
        ]
        if not measured:
            return self
        own, reported = self.sigma**-2, 1 / (REPORT_SIGMA**2 * (0.5 + 0.5 / len(measured)))
        mean = (own * math.log(self.median_s) + reported * fmean(measured)) / (own + reported)
        return Expectation(math.exp(mean), (own + reported) ** -0.5)

    def remaining_s(self, elapsed_s: float, quantile: float = MIDDLE) -> float:
        """The quantile of T - elapsed given T > elapsed, in seconds: F^-1(F(e) + q (1 - F(e))) - e."""
        if elapsed_s < _CERTAIN:
            return max(_LEAST_REMAINING_S, self.median_s * math.exp(self.sigma * _NORMAL.inv_cdf(quantile)))
        z = math.log(elapsed_s / self.median_s) / self.sigma
        survived = _NORMAL.cdf(-z)
        beyond = survived * (1 - quantile)
        if beyond < _CERTAIN:  # far out the hazard is about z / (sigma * e): an exponential remainder
            return max(_LEAST_REMAINING_S, -math.log(1 - quantile) * self.sigma * elapsed_s / max(z, 1.0))
        total = self.median_s * math.exp(-self.sigma * _NORMAL.inv_cdf(beyond))
        return max(_LEAST_REMAINING_S, total - elapsed_s)

    def course(self, elapsed_s: float = 0.0) -> list[Remaining]:
        """What will still be needed as time goes on from `elapsed_s`, if the agent says nothing more.

        Straight lines between these points are near enough: the percent of progress is off by less than 0.5.
        """
        step_s = self.remaining_s(elapsed_s)
        return [self._remaining(elapsed_s + moment * step_s) for moment in _MOMENTS]

    def _remaining(self, elapsed_s: float) -> Remaining:
        low_s, middle_s, high_s = (self.remaining_s(elapsed_s, quantile) for quantile in (LOW, MIDDLE, HIGH))
        return Remaining(*(round(value, 3) for value in (elapsed_s, low_s, middle_s, high_s)))


def expectation_of(durations_s: Sequence[float], half_life: float = 25) -> Expectation:
    """The expectation that past durations give, newest first; each counts half of what one `half_life` newer counts.

    Raises ValueError for none. Mean and deviation of the logarithms, weighted.
    """
    logs = [math.log(max(duration_s, _LEAST_REMAINING_S)) for duration_s in durations_s]
    weights = [0.5 ** (age / half_life) for age in range(len(logs))]
    total = sum(weights)
    if not total:
        raise ValueError("there are no durations")
    mean = sum(weight * log for weight, log in zip(weights, logs, strict=True)) / total
    variance = sum(weight * (log - mean) ** 2 for weight, log in zip(weights, logs, strict=True)) / total
    return Expectation(math.exp(mean), max(_LEAST_SIGMA, math.sqrt(variance)))
