"""Five worlds of durations, and an oracle with the true distribution of each.

Steps are setup, reporter, charter and retirement, with medians of 7, 33, 22 and 17 s. A job takes as long as its
setup plus its slowest agent. The oracle computes the distribution of a job's end from everything observed so far: the
durations of finished steps and the elapsed time of the others.
"""

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MEDIANS_S = np.array([7.0, 33.0, 22.0, 17.0])
SIGMA = 0.35
#: Scale at which a Student-t with 3 degrees of freedom has the quartiles of the normal distribution.
_T_SCALE = SIGMA * 0.674490 / 0.764892
_CORRELATION = 0.8
_SLOWER, _SLOWER_SHARE = 3.0, 0.2
#: In the drifting world, everything takes twice as long from this job on.
DRIFT_AT, _DRIFT = 200, 2.0

_GRID = np.linspace(-9, 9, 7201)
_CDF = np.array([NormalDist().cdf(float(z)) for z in _GRID])
_DRAWS, _FEWEST_DRAWS, _MOST_DRAWS = 20_000, 300, 2_000
#: Totals beyond now at which the oracle evaluates its distribution, in units of the time since setup (at least 20 s).
_BEYOND = np.concatenate([[0.0], np.geomspace(0.003, 30, 90)])


def _normal_cdf(z: Floats) -> Floats:
    return np.asarray(np.interp(z, _GRID, _CDF))


def _student_cdf(t: Floats) -> Floats:
    """Return the CDF of a Student-t with 3 degrees of freedom."""
    y = t / np.sqrt(3)
    return np.asarray(0.5 + (y / (1 + y * y) + np.arctan(y)) / np.pi)


@dataclass(frozen=True)
class World:
    """`name`: log-normal, student-t, slower (some agents are), together (a job's steps are slow together), drift."""

    name: str

    def draw(self, chance: np.random.Generator, jobs: int, *, after_drift: bool | None = None) -> Floats:
        """Return durations in seconds, one row per job. `after_drift`: for all jobs or none; None follows the world."""
        if self.name == "student-t":
            logs = _T_SCALE * chance.standard_t(3, (jobs, 4))
        else:
            logs = SIGMA * chance.standard_normal((jobs, 4))
        if self.name == "together":
            common = SIGMA * chance.standard_normal((jobs, 1))
            logs = np.sqrt(_CORRELATION) * common + np.sqrt(1 - _CORRELATION) * logs
        durations_s = MEDIANS_S * np.exp(logs)
        if self.name == "slower":
            durations_s[:, 1:] *= np.where(chance.random((jobs, 3)) < _SLOWER_SHARE, _SLOWER, 1)
        if self.name == "drift":
            durations_s[0 if after_drift else jobs if after_drift is False else DRIFT_AT :] *= _DRIFT
        return np.asarray(durations_s)

    @cached_property
    def common(self) -> tuple[Floats, Floats]:
        """Values of the deviate that a job's steps share, and their probabilities."""
        if self.name != "together":
            return np.zeros(1), np.ones(1)
        values = np.linspace(-3.5, 3.5, 29)
        weights = np.exp(-(values**2) / 2)
        return values, weights / weights.sum()

    def cdf(self, step: int, seconds: Floats, speed: float) -> Floats:
        """Return P(T <= seconds), with an additional axis for the values of `common`."""
        logs = np.log(np.maximum(seconds, 1e-9) / (MEDIANS_S[step] * speed))[..., None]
        if self.name == "student-t":
            return _student_cdf(logs / _T_SCALE)
        if self.name == "together":
            rest = (logs / SIGMA - np.sqrt(_CORRELATION) * self.common[0]) / np.sqrt(1 - _CORRELATION)
            return _normal_cdf(rest)
        if self.name == "slower" and step:
            return np.asarray(
                (1 - _SLOWER_SHARE) * _normal_cdf(logs / SIGMA)
                + _SLOWER_SHARE * _normal_cdf((logs - np.log(_SLOWER)) / SIGMA)
            )
        return _normal_cdf(logs / SIGMA)

    def log_likelihood(self, step: int, seconds: float, speed: float) -> Floats:
        """Return the log-likelihood of a step's duration, up to a constant, for each value of `common`."""
        if self.name != "together":
            return np.zeros(1)
        deviate = np.log(seconds / (MEDIANS_S[step] * speed)) / SIGMA
        return np.asarray(-((deviate - np.sqrt(_CORRELATION) * self.common[0]) ** 2) / (2 * (1 - _CORRELATION)))


WORLDS = tuple(World(name) for name in ("log-normal", "student-t", "slower", "together", "drift"))


class Oracle:
    """Predicts with a world's true distribution, before or after its drift."""

    def __init__(self, world: World, *, after_drift: bool) -> None:
        self._world = world
        self._speed = _DRIFT if after_drift and world.name == "drift" else 1.0
        draws = world.draw(np.random.default_rng(0), _DRAWS, after_drift=after_drift)
        draws = draws[np.argsort(draws[:, 0])]
        self._setups, self._slowest = draws[:, 0], draws[:, 1:].max(1)

    def follow(self, steps_s: Floats, moments_s: Floats) -> tuple[Floats, Floats]:
        """Return two shares of time at each moment of a job: by the median of its end, and with the smallest
        distance.

        The latter is the median of elapsed / total with weights 1 / total: reads are spread evenly over each job, so
        a long job is read less often per second.
        """
        totals, chances = [], []
        for moment_s in moments_s:
            total, chance = self._in_setup(moment_s) if moment_s < steps_s[0] else self._with_agents(steps_s, moment_s)
            totals.append(total)
            chances.append(chance)
        medians = np.array([_median(*each) for each in zip(totals, chances, strict=True)])
        least = np.array([_median(total, chance / total) for total, chance in zip(totals, chances, strict=True)])
        return moments_s / np.maximum(medians, moments_s), moments_s / np.maximum(least, moments_s)

    def _in_setup(self, elapsed_s: float) -> tuple[Floats, Floats]:
        first = int(np.searchsorted(self._setups, elapsed_s))
        start = min(first, _DRAWS - _FEWEST_DRAWS)
        every = max(1, (_DRAWS - start) // _MOST_DRAWS)
        setups_s, slowest_s = self._setups[start::every], self._slowest[start::every]
        if first > start:  # too few draws are this late: scale the tail as a power law
            setups_s = setups_s * elapsed_s / setups_s[0]
        return setups_s + slowest_s, np.ones(len(setups_s))

    def _with_agents(self, steps_s: Floats, moment_s: float) -> tuple[Floats, Floats]:
        world, speed = self._world, self._speed
        elapsed_s = moment_s - steps_s[0]
        seconds = elapsed_s + max(elapsed_s, 20) * _BEYOND
        log_weights = np.log(world.common[1]) + world.log_likelihood(0, steps_s[0], speed)
        ended = np.ones((len(seconds), len(log_weights)))
        for agent in (1, 2, 3):
            if steps_s[agent] <= elapsed_s:
                log_weights = log_weights + world.log_likelihood(agent, steps_s[agent], speed)
                continue
            before = world.cdf(agent, np.array(elapsed_s), speed)
            survived = np.maximum(1 - before, 1e-12)
            log_weights = log_weights + np.log(survived)
            ended *= np.clip((world.cdf(agent, seconds, speed) - before) / survived, 0, 1)
        weights = np.exp(log_weights - log_weights.max())
        cumulated = ended @ (weights / weights.sum())
        return steps_s[0] + (seconds[1:] + seconds[:-1]) / 2, np.maximum(np.diff(cumulated), 1e-15)


def _median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    cumulated: Any = np.cumsum(weights[order]) - weights[order] / 2
    return float(np.interp(0.5 * weights.sum(), cumulated, values[order]))
