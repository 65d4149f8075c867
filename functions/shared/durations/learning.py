"""Learns the durations of a job's steps from past jobs, one by one, oldest first.

Each job is first predicted and then learned from, so that the prediction errors calibrate the next prediction:

- A step's ln T is logistic. Its center and scale follow the natural gradient of the likelihood (score-driven models:
  Creal, Koopman and Lucas, 2013) in bounded steps, so that a single stalled run has little effect. The step size is
  1 / (runs + weight of the prior), which shrinks toward the prior, but at least FORGETTING, which tracks drift.
- A step without its own runs starts at the speed of the steps that use the same model, shrunk toward the prior.
- `together` is the correlation between the steps of one job, on normal deviates, shrunk toward _TOGETHER.
- `levels` bound a range that contained _COVERAGE of the past jobs: quantiles of the levels at which those jobs ended,
  according to their own predictions (conformal calibration: Gibbs and Candès, Adaptive Conformal Inference, 2021).
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist, fmean

from functions.shared.durations.expectation import DEVIATION, Expectation
from functions.shared.section_names import SNAPSHOT, Section

#: The number of runs after which a step's estimate counts as measured.
RUNS_NEEDED = 3
#: The target coverage of a range at the start of a job. While the job runs, coverage is two points lower.
_COVERAGE = 0.82
#: The minimum learning rate: an estimate averages about the newest 1 / FORGETTING jobs.
FORGETTING = 1 / 40

#: The prior's weights in runs: the first guess of a median may be off by a factor of two, but the dispersion hardly.
_CENTER_WEIGHT, _SCALE_WEIGHT, _TOGETHER_WEIGHT = 0.3, 5, 10
_TOGETHER = 0.3
#: The range's levels before the first job, and their weight in jobs.
_LEVELS, _LEVELS_WEIGHT = (0.17, 0.91), 10
#: The newest job's weight in the mean error that detects drift.
_DRIFT_WEIGHT = 0.2
_LEAST_S = 0.05
_LEAST_SCALE = 0.03
#: Runs farther from the center than this, in scales, count as this far.
_FARTHEST = 6
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Forecast:
    """The expected durations of a job's steps."""

    expected: Mapping[Section, Expectation]
    measured: frozenset[Section] = frozenset()
    """The steps with enough runs."""
    together: float = 0.0
    """The correlation between a job's steps (0 to below 1): if one is slow, the others are likely to be slow."""
    levels: tuple[float, float] = _LEVELS
    """The quantiles that bound an 80% range of the job's end."""


@dataclass
class _Step:
    center: float
    scale: float
    runs: int = 0

    def score(self, log_s: float) -> float:
        """Return the distance of a run from the center, in scales, accounting for the uncertainty of the center."""
        spread = self.scale * math.sqrt(1 + 1 / (self.runs + _CENTER_WEIGHT)) if self.runs else self.scale
        return max(-_FARTHEST, min(_FARTHEST, (log_s - self.center) / spread))

    def learn(self, log_s: float, least_step: float) -> None:
        far = self.score(log_s)
        step = max(least_step, 1 / (self.runs + 1 + _CENTER_WEIGHT))
        if self.runs < RUNS_NEEDED:  # the prior may be far off, so the first runs count in full
            self.center += step * (log_s - self.center)
        else:
            self.center += step * self.scale * 3 * math.tanh((log_s - self.center) / self.scale / 2)
        if self.runs:
            step = max(FORGETTING, 1 / (self.runs + _SCALE_WEIGHT))
            self.scale *= math.exp(step * (far * math.tanh(far / 2) - 1) * 9 / (3 + math.pi**2))
            self.scale = max(_LEAST_SCALE, self.scale)
        self.runs += 1

    @property
    def expectation(self) -> Expectation:
        return Expectation(math.exp(self.center), self.scale * DEVIATION)


def learn(
    priors: Mapping[Section, Expectation],
    jobs: Sequence[Mapping[Section, float]],
    models: Mapping[Section, str | None] | None = None,
) -> Forecast:
    """Return the forecast for the next job.

    `jobs` maps sections to seconds, oldest job first; sections without a prior are ignored. `models` is the model of
    each section, None if it uses none.
    """
    steps = {section: _Step(math.log(prior.median_s), prior.sigma / DEVIATION) for section, prior in priors.items()}
    together, pairs, landed, drift = _TOGETHER, 0, list[float](), 0.0
    for job in jobs:
        logs = {section: math.log(max(job[section], _LEAST_S)) for section in steps if section in job}
        if landed_at := _landed({section: steps[section].expectation for section in logs}, job):
            landed.append(landed_at)
        scores = [steps[section].score(log_s) for section, log_s in logs.items()]
        for one, other in combinations(map(_deviate, scores), 2):
            pairs += 1
            together += max(FORGETTING / 3, 1 / (pairs + _TOGETHER_WEIGHT)) * (one * other - together)
        if scores:
            drift += _DRIFT_WEIGHT * (fmean(math.tanh(score / 2) for score in scores) - drift)
        for section, log_s in logs.items():
            steps[section].learn(log_s, max(FORGETTING, drift**2 / 2))
    _lend_speed(steps, priors, models or {})
    return Forecast(
        {section: step.expectation for section, step in steps.items()},
        frozenset(section for section, step in steps.items() if step.runs >= RUNS_NEEDED),
        round(min(0.95, max(0.0, together)), 4),
        _levels(landed),
    )


def _deviate(score: float) -> float:
    """Return the normal deviate at the same level as a logistic one."""
    return _NORMAL.inv_cdf(1 / (1 + math.exp(-score)))


def _landed(expected: Mapping[Section, Expectation], job: Mapping[Section, float]) -> float | None:
    """Return the level at which a job ended: its setup and its slowest agent at their quantiles. None without both."""
    agents = expected.keys() - {SNAPSHOT}
    if not agents or SNAPSHOT not in expected:
        return None

    def end_s(level: float) -> float:
        return expected[SNAPSHOT].quantile_s(level) + max(expected[agent].quantile_s(level) for agent in agents)

    total_s = job[SNAPSHOT] + max(job[agent] for agent in agents)
    return (bisect_left(range(512), total_s, lo=1, key=lambda step: end_s(step / 512)) - 0.5) / 512


def _levels(landed: Sequence[float]) -> tuple[float, float]:
    """Return the levels between which _COVERAGE of the newest jobs ended, shrunk toward the initial levels."""
    ordered = sorted(landed[-round(2 / FORGETTING) :])
    if not ordered:
        return _LEVELS
    below = max(0, round((1 - _COVERAGE) / 2 * (len(ordered) + 1) - 1))
    weight = len(ordered) / (len(ordered) + _LEVELS_WEIGHT)
    low, high = ordered[below], ordered[-1 - below]
    return weight * low + (1 - weight) * _LEVELS[0], weight * high + (1 - weight) * _LEVELS[1]


def _lend_speed(
    steps: Mapping[Section, _Step], priors: Mapping[Section, Expectation], models: Mapping[Section, str | None]
) -> None:
    """Start steps without runs at the speed, relative to their priors, of steps with the same model."""
    for section, step in steps.items():
        like = [
            other.center - math.log(priors[name].median_s)
            for name, other in steps.items()
            if other.runs and models.get(name) == models.get(section)
        ]
        if not step.runs and like:
            step.center += fmean(like) * len(like) / (len(like) + 1)
