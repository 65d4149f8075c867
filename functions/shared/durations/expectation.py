"""Log-logistic durations, and how an agent's own reports narrow them.

A duration T is log-logistic: P(T > t) = 1 / (1 + (t / alpha)^beta). Its logarithm is logistic with mean ln(alpha) and
scale 1 / beta. Its tail is heavier than a log-normal's, and the quantiles of what remains after some time have a
closed form, which the database evaluates (`remaining_s` in migrations/002).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

#: The standard deviation of a logistic distribution over its scale.
DEVIATION = math.pi / math.sqrt(3)

#: How far (as a deviation of the logarithm) an agent's own report is usually off.
REPORT_SIGMA = 0.2


class Report(NamedTuple):
    """After `elapsed_s` of its work an agent reports that it did `fraction` (0 to 1) of it."""

    elapsed_s: float
    fraction: float


@dataclass(frozen=True)
class Expectation:
    """A log-logistic duration: its median in seconds, and the standard deviation of its logarithm."""

    median_s: float
    sigma: float

    @property
    def beta(self) -> float:
        """The shape: the larger, the less durations scatter."""
        return DEVIATION / self.sigma

    def quantile_s(self, level: float) -> float:
        """The duration that a share `level` (above 0, below 1) of all runs stay below, in seconds."""
        return self.median_s * math.pow(level / (1 - level), 1 / self.beta)

    def after_reports(self, reports: Sequence[Report]) -> "Expectation":
        """The expectation updated by all reports so far; reports of nothing done change nothing.

        Each report measures ln T as ln(elapsed / fraction) with deviation REPORT_SIGMA. Reports of one run share half
        of their variance, so that the variance of their mean is REPORT_SIGMA^2 (1/2 + 1/(2n)). The mean and the
        expectation are weighted by their precisions (the posterior of a normal mean: Gelman et al., Bayesian Data
        Analysis, 2.5).
        """
        measured = [
            math.log(elapsed_s / min(share, 1.0)) for elapsed_s, share in reports if elapsed_s > 0 and share > 0
        ]
        if not measured:
            return self
        own, reported = self.sigma**-2, 1 / (REPORT_SIGMA**2 * (0.5 + 0.5 / len(measured)))
        mean = (own * math.log(self.median_s) + reported * fmean(measured)) / (own + reported)
        return Expectation(math.exp(mean), (own + reported) ** -0.5)
