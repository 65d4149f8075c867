"""The progress that the page showed for one job, sample by sample, and its accuracy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from statistics import fmean
from typing import NamedTuple

from scripts.local.access_log import Access

#: The page stops 4 s after the latest response, and draws and samples a little later.
STOPPED_AFTER_S = 4.5
#: The headings of a completed job: first for a moment, then above its result.
_COMPLETE = frozenset({"Your analysis is complete", "Your analysis"})
#: The states of the connection in which the page receives news.
_CONNECTED = frozenset({"Live", "Updating every few seconds"})


@dataclass(frozen=True)
class Sample:
    """The state of one tab at a moment, in seconds since 1970. `percent` is None if no number was shown."""

    at: float
    percent: int | None
    done: frozenset[str]
    """Agents that the checklist marks as done."""
    connection: str
    heading: str


class Absence(NamedTuple):
    """When a server was away, in seconds since 1970. `reconnected_by` is when a page must show the state again."""

    began: float
    ended: float
    reconnected_by: float


@dataclass(frozen=True)
class Shown:
    """The samples of one tab for a job claimed at `began` and complete at `ended`, by the database's clock.

    While the server is away, the page must not move. That time counts neither as a standstill nor in the distance from
    the truth.
    """

    samples: Sequence[Sample]
    began: float
    ended: float
    away: Absence | None = None

    @property
    def first_after_s(self) -> float:
        """Seconds from the claim until the first number."""
        return self._numbers[0][0] - self.began

    @property
    def result_after_s(self) -> float:
        """Seconds from the job's end until the tab showed the result."""
        return next(sample.at for sample in self.samples if sample.heading in _COMPLETE) - self.ended

    @property
    def steps_back(self) -> int:
        return sum(later < earlier for (_, earlier), (_, later) in pairwise(self._numbers))

    @property
    def highest(self) -> int:
        """The highest number while the job ran."""
        return max(percent for _, percent in self._while_it_ran())

    @property
    def still_s(self) -> float:
        """The longest time in seconds without a change of the number while the job ran and the server was there."""
        rises = [later_at for (_, earlier), (later_at, later) in pairwise(self._numbers) if later > earlier]
        moves = [self._numbers[0][0], *(at for at in rises if at < self.ended), self.ended]
        return max(later - earlier - self._away_s(earlier, later) for earlier, later in pairwise(moves))

    @property
    def moves_while_away(self) -> int:
        """The number of changes during the server's absence, once its last response is too old."""
        if self.away is None:
            return 0
        began, ended = self.away.began + STOPPED_AFTER_S, self.away.ended
        numbers = [percent for at, percent in self._numbers if began <= at <= ended]
        return sum(later != earlier for earlier, later in pairwise(numbers))

    @property
    def distance(self) -> float:
        """The mean of |percent - true share of elapsed time|, in points."""
        return fmean(abs(percent - self._true_share(at)) for at, percent in self._while_it_ran())

    def distance_of(self, percents: Callable[[Sequence[float]], Iterable[float]]) -> float:
        """Return the mean distance of another prediction at the same moments, rounded down as on the page.

        `percents` returns one percentage for each number of seconds since the start.
        """
        moments = [at for at, _ in self._while_it_ran()]
        predicted = map(floor, percents([at - self.began for at in moments]))
        return fmean(abs(percent - self._true_share(at)) for percent, at in zip(predicted, moments, strict=True))

    def right_after(self, moment: float, agent: str) -> float:
        """Return the seconds from `moment` until the tab was connected and marked `agent` as done."""
        return next(
            sample.at - moment
            for sample in self.samples
            if sample.at >= moment and agent in sample.done and sample.connection in _CONNECTED
        )

    def _while_it_ran(self) -> Iterator[tuple[float, int]]:
        return (
            (at, percent) for at, percent in self._numbers if self.began <= at <= self.ended and not self._is_away(at)
        )

    def _is_away(self, at: float) -> bool:
        return self.away is not None and self.away.began < at < self.away.reconnected_by

    def _away_s(self, start: float, end: float) -> float:
        """Return how many seconds of an interval are part of the absence."""
        return max(0.0, min(end, self.away.reconnected_by) - max(start, self.away.began)) if self.away else 0.0

    def _true_share(self, at: float) -> float:
        return 100 * (at - self.began) / (self.ended - self.began)

    @property
    def _numbers(self) -> list[tuple[float, int]]:
        return [(sample.at, sample.percent) for sample in self.samples if sample.percent is not None]


def most_askers(accesses: Sequence[Access], round_s: float) -> int:
    """Return the largest number of tabs, by user agent, that polled within one round. `accesses` must not be empty."""
    return max(
        len({other.user_agent for other in accesses if 0 <= other.at - access.at < round_s}) for access in accesses
    )


def most_at_once(accesses: Sequence[Access]) -> int:
    """Return the largest number of concurrent requests."""
    begins = [access.at - access.latency_s for access in accesses]
    return max(sum(other.at - other.latency_s <= began < other.at for other in accesses) for began in begins)
