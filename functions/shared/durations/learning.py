"""Learns the durations of a job's steps from past jobs, one after the other, oldest first.

Each job is first predicted and then learned from, so that the errors of these predictions calibrate the next one:

- A step's ln T is logistic. Its center and scale follow the natural gradient of the likelihood (score-driven models:
  Creal, Koopman and Lucas, 2013), whose steps are bounded: a single stalled run moves little. The step size is
  1 / (runs + weight of the prior), which shrinks to the prior, and never falls below FORGETTING, which follows drift.
- A step without runs of its own begins at the speed of those that share its model, and this one at the prior.
- `together` is the correlation between the steps of one job, on normal deviates, shrunk to TOGETHER.
- `levels` are the ends of a range that held 80% of the past jobs: the quantiles of the levels at which these ended, by
  their own predictions (conformal calibration: Gibbs and Candès, Adaptive Conformal Inference, 2021).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import NormalDist, fmean

from functions.shared.durations.expectation import DEVIATION, Expectation
from functions.shared.sections import SNAPSHOT, Section

#: From so many runs of a step on, its estimate is called measured.
RUNS_NEEDED = 3
#: The share of past jobs that a range holds. In the course of a job ranges hold two points less than at its start.
_COVERAGE = 0.82
#: The newest jobs weigh as much as 1 / FORGETTING jobs together.
FORGETTING = 1 / 40

#: Of runs that the prior weighs: the first guess of a median may be off by a factor of two, the scatter hardly.
_CENTER_WEIGHT, _SCALE_WEIGHT, _TOGETHER_WEIGHT = 0.3, 5, 10
_TOGETHER = 0.3
#: Levels at which ranges end before any job has been seen, and the number of jobs that these weigh.
_LEVELS, _LEVELS_WEIGHT = (0.17, 0.91), 10
#: How much the newest job weighs in the mean error that detects a drift.
_DRIFT_WEIGHT = 0.2
_LEAST_S = 0.05
_LEAST_SCALE = 0.03
#: A run further out than this, in scales, counts as if it were here.
_FARTHEST = 6
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Forecast:
    """What a job's steps are expected to take."""

    expected: Mapping[Section, Expectation]
    runs: Mapping[Section, int] = field(default_factory=dict)
    """How many past runs of each step the expectation rests on."""
    together: float = 0.0
    """The correlation between the steps of a job (0 to below 1): a slow one makes the others likely to be slow."""
    levels: tuple[float, float] = _LEVELS
    """Quantiles at which an 80% range of the job's end begins and ends."""

    def is_measured(self, sections: Iterable[Section]) -> bool:
        """Whether there were enough runs of each to rely on."""
        return all(self.runs.get(section, 0) >= RUNS_NEEDED for section in sections)


@dataclass
class _Step:
    center: float
    scale: float
    runs: int = 0

    def score(self, log_s: float) -> float:
        """How far from its center a run is, in scales, for as little as is known of the center."""
        spread = self.scale * math.sqrt(1 + 1 / (self.runs + _CENTER_WEIGHT)) if self.runs else self.scale
        return (log_s - self.center) / spread

    def learn(self, log_s: float, least_step: float) -> None:
        far = max(-_FARTHEST, min(_FARTHEST, self.score(log_s)))
        step = max(least_step, 1 / (self.runs + 1 + _CENTER_WEIGHT))
        if self.runs < RUNS_NEEDED:  # the prior may be far off: the first runs count in full
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
    """The forecast for the next job.

    `jobs`: seconds by section, oldest job first; sections without a prior are ignored. `models`: the model of each
    section, None where none is used.
    """
    steps = {section: _Step(math.log(prior.median_s), prior.sigma / DEVIATION) for section, prior in priors.items()}
    together, pairs, landed, drift = _TOGETHER, 0, list[float](), 0.0
    for job in jobs:
        logs = {section: math.log(max(job[section], _LEAST_S)) for section in steps if section in job}
        if landed_at := _landed({section: steps[section].expectation for section in logs}, job):
            landed.append(landed_at)
        deviates = [_deviate(steps[section].score(log_s)) for section, log_s in logs.items()]
        for one, other in combinations(deviates, 2):
            pairs += 1
            together += max(FORGETTING / 3, 1 / (pairs + _TOGETHER_WEIGHT)) * (one * other - together)
        if logs:
            drift += _DRIFT_WEIGHT * (
                fmean(_error(steps[section].score(log_s)) for section, log_s in logs.items()) - drift
            )
        for section, log_s in logs.items():
            steps[section].learn(log_s, max(FORGETTING, drift**2 / 2))
    _lend_speed(steps, priors, models or {})
    return Forecast(
        {section: step.expectation for section, step in steps.items()},
        {section: step.runs for section, step in steps.items()},
        round(min(0.95, max(0.0, together)), 4),
        _levels(landed),
    )


def _error(score: float) -> float:
    """How surprising a run is, from -1 (much shorter than expected) to 1."""
    return math.tanh(score / 2)


def _deviate(score: float) -> float:
    """The normal deviate at the level of a logistic one."""
    far = max(-_FARTHEST, min(_FARTHEST, score))
    return _NORMAL.inv_cdf(1 / (1 + math.exp(-far)))


def _landed(expected: Mapping[Section, Expectation], job: Mapping[Section, float]) -> float | None:
    """The level at which a job ended: its setup and its slowest agent by their quantiles. None without both."""
    agents = [section for section in expected if section != SNAPSHOT]
    if not agents or SNAPSHOT not in expected:
        return None
    total_s = job[SNAPSHOT] + max(job[agent] for agent in agents)
    low, high = 0.0, 1.0
    for _ in range(9):
        level = (low + high) / 2
        slowest_s = max(expected[agent].quantile_s(level) for agent in agents)
        if expected[SNAPSHOT].quantile_s(level) + slowest_s < total_s:
            low = level
        else:
            high = level
    return (low + high) / 2


def _levels(landed: Sequence[float]) -> tuple[float, float]:
    """The levels between which _COVERAGE of the newest jobs ended, shrunk to those of a job nobody has seen."""
    ordered = sorted(landed[-round(2 / FORGETTING) :])
    if not ordered:
        return _LEVELS
    tail = (1 - _COVERAGE) / 2
    place = tail * (len(ordered) + 1) - 1
    below = max(0, min(len(ordered) - 1, round(place)))
    weight = len(ordered) / (len(ordered) + _LEVELS_WEIGHT)
    low, high = ordered[below], ordered[len(ordered) - 1 - below]
    return (
        weight * low + (1 - weight) * _LEVELS[0],
        weight * high + (1 - weight) * _LEVELS[1],
    )


def _lend_speed(
    steps: Mapping[Section, _Step], priors: Mapping[Section, Expectation], models: Mapping[Section, str | None]
) -> None:
    """Steps without runs begin at the speed, over their priors, of those with the same model."""
    for section, step in steps.items():
        like = [
            other.center - math.log(priors[name].median_s)
            for name, other in steps.items()
            if other.runs and models.get(name) == models.get(section)
        ]
        if not step.runs and like:
            step.center += fmean(like) * len(like) / (len(like) + 1)
