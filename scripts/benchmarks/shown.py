"""The progress that the page showed for one job, sample by sample, and its accuracy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from scripts.local.access_log import Access


@dataclass(frozen=True)
class Sample:
    """The state of one tab at a moment, in seconds since 1970. `percent` is None if no number was shown."""

    at: float
    percent: int | None
    done: frozenset[str]
    """Agents that the checklist marks as done."""
    connection: str
    heading: str


@dataclass(frozen=True)
class Shown:
    """The samples of one tab for a job submitted at `began` and complete at `ended`, by the database's clock."""

    samples: Sequence[Sample]
    began: float
    ended: float

    @property
    def first_after_s(self) -> float:
        """Seconds until the first number."""
        return self._numbers[0][0] - self.began

    @property
    def result_after_s(self) -> float:
        """Seconds from the job's end until the tab showed the result."""
        return next(sample.at for sample in self.samples if sample.heading == "Your analysis") - self.ended

    @property
    def steps_back(self) -> int:
        return sum(later < earlier for (_, earlier), (_, later) in pairwise(self._numbers))

    @property
    def highest(self) -> int:
        """The highest number while the job ran."""
        return max(percent for _, percent in self._while_it_ran())

    @property
    def still_s(self) -> float:
        """The longest time in seconds without a change of the number while the job ran."""
        rises = [later_at for (_, earlier), (later_at, later) in pairwise(self._numbers) if later > earlier]
        moves = [self._numbers[0][0], *(at for at in rises if at < self.ended), self.ended]
        return max(later - earlier for earlier, later in pairwise(moves))

    @property
    def distance(self) -> float:
        """The mean of |percent - true share of elapsed time|, in points."""
        return fmean(abs(percent - self._true_share(at)) for at, percent in self._while_it_ran())

    def distance_of_clock(self, expected_s: float) -> float:
        """Return the mean distance of a clock that runs for the expected time and stops before 100."""
        return fmean(
            abs(min(99, 100 * (at - self.began) / expected_s) - self._true_share(at)) for at, _ in self._while_it_ran()
        )

    def right_after(self, moment: float, agent: str) -> float:
        """Return the seconds from `moment` until the tab was connected and marked `agent` as done."""
        return next(
            sample.at - moment
            for sample in self.samples
            if sample.at >= moment and agent in sample.done and sample.connection in {"Live", "Polling"}
        )

    def _while_it_ran(self) -> Iterator[tuple[float, int]]:
        return ((at, percent) for at, percent in self._numbers if at <= self.ended)

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
