"""Log-logistic durations, and updating them with an agent's own reports.

A duration T is log-logistic: P(T > t) = 1 / (1 + (t / alpha)^beta). Its logarithm is logistic with mean ln(alpha) and
scale 1 / beta. Its tail is heavier than a log-normal's, and the quantiles of the time remaining after some time have a
closed form, which the database evaluates (`remaining_s` in migrations/002).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

#: The ratio of the standard deviation of a logistic distribution to its scale.
DEVIATION = math.pi / math.sqrt(3)

#: The typical error of an agent's own report, as a standard deviation of the logarithm.
REPORT_SIGMA = 0.2


@dataclass(frozen=True)
class Expectation:
    """A log-logistic duration: its median in seconds, and the standard deviation of its logarithm."""

    median_s: float
    sigma: float

    @property
    def beta(self) -> float:
        """The shape: larger values mean less dispersion."""
        return DEVIATION / self.sigma

    def quantile_s(self, level: float) -> float:
        """Return the duration in seconds that a share `level` (above 0, below 1) of all runs don't exceed."""
        return self.median_s * math.pow(level / (1 - level), 1 / self.beta)

    def after_reports(self, predicted_s: Sequence[float]) -> "Expectation":
        """Return the expectation updated by the durations that the reports of one run predicted, in seconds.

        Each report measures ln T with standard deviation REPORT_SIGMA. Reports of one run share half of their variance,
        so that the variance of their mean is REPORT_SIGMA^2 (1/2 + 1/(2n)). The mean and the expectation are weighted
        by their precisions (the posterior of a normal mean: Gelman et al., Bayesian Data Analysis, 2.5).
        """
        own, reported = self.sigma**-2, 1 / (REPORT_SIGMA**2 * (0.5 + 0.5 / len(predicted_s)))
        mean = (own * math.log(self.median_s) + reported * fmean(map(math.log, predicted_s))) / (own + reported)
        return Expectation(math.exp(mean), (own + reported) ** -0.5)
