"""The figures of abuse.py: waiting times, statuses and tokens, with and without attackers, and the budget."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, quantiles

from scripts.benchmarks.traffic import Answer, Traffic

MOST_TIMES = 1.5
"""Budget for the 95th percentile under attack, relative to the one with ordinary requests."""


@dataclass
class Measured:
    """One condition, over all its blocks. Thread-safe where threads share it."""

    waits_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """The honest user's, by route: from the moment at which a request was due."""
    analyses: list[str] = field(default_factory=list)
    """The honest user's jobs."""
    errors: Counter[str] = field(default_factory=Counter)
    """The honest user's failed requests."""
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    """Statuses of the other requests, by kind of traffic."""
    late: int = 0
    """How many of them were sent late."""
    depths: list[int] = field(default_factory=list)
    """Messages in the queue, waiting or in flight."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def waits(self) -> list[float]:
        return [seconds for waits in self.waits_s.values() for seconds in waits]

    def honest(self, route: str, wait_s: float, response: Answer) -> None:
        self.waits_s[route].append(wait_s)
        if response.status not in {200, 202, 304}:
            self.errors[f"{route}: {response.status}"] += 1

    def other(self, traffic: Traffic, status: int, *, is_late: bool) -> None:
        with self._lock:
            self.statuses[traffic.name][status] += 1
            self.late += is_late


@dataclass(frozen=True)
class Outcome:
    ordinary: Measured
    attacked: Measured
    durations_s: dict[str, list[float]]
    """Of the honest user's completed analyses, by condition."""
    lost: list[str]
    """Statuses of the honest user's other analyses."""
    spent_cancelled: list[int]
    """Tokens of each cancelled job."""
    spent_completed: list[int]

    @property
    def times(self) -> float:
        """The honest user's 95th percentile under attack, relative to the one with ordinary requests."""
        return percentile(self.attacked.waits, 95) / percentile(self.ordinary.waits, 95)

    @property
    def failures(self) -> list[str]:
        """Sentences about failed requests and analyses."""
        problems = [
            f"the honest user's {error}, {count} times" for m in self._both for error, count in m.errors.items()
        ]
        problems += [f"an analysis of the honest user is {status}" for status in self.lost]
        for measured in self._both:
            for kind, statuses in measured.statuses.items():
                problems += [
                    f"{kind}: {_named(status)}, {n} times" for status, n in statuses.items() if _is_fault(status)
                ]
        return problems

    @property
    def faults(self) -> list[str]:
        """The failures, and sentences about exceeded budgets."""
        problems = self.failures
        if self.times > MOST_TIMES:
            problems.append(f"the honest user's 95th percentile grew {self.times:.2f} times, budget {MOST_TIMES}")
        for measured in self._both:
            sent = sum(statuses.total() for statuses in measured.statuses.values())
            if measured.late > sent / 10:
                problems.append(f"{measured.late} of {sent} requests were sent late: lower --rate")
        if self.spent_cancelled and self.spent_completed and fmean(self.spent_cancelled) >= fmean(self.spent_completed):
            problems.append("cancelled jobs spent as many tokens as completed ones")
        return problems

    @property
    def _both(self) -> tuple[Measured, Measured]:
        return self.ordinary, self.attacked


def _is_fault(status: int) -> bool:
    return status == 0 or status >= 500


def _named(status: int) -> str:
    return str(status or "no response")


def percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def print_outcome(outcome: Outcome) -> None:
    both = {"ordinary": outcome.ordinary, "attacked": outcome.attacked}
    for condition, measured in both.items():
        print(f"{condition}: {len(measured.waits)} requests of the honest user")
        for route, waits in [*sorted(measured.waits_s.items()), ("all", measured.waits)]:
            print(f"  {route:6}{len(waits):5}  ms p50 {1000 * median(waits):5.0f}  p95 {1000 * _p95(waits):5.0f}")
        durations_s = outcome.durations_s[condition]
        print(f"  analyses {', '.join(f'{seconds:.1f} s' for seconds in durations_s)}")
        print(f"  queue depth: median {median(measured.depths):.0f}, at most {max(measured.depths)}")
        for kind, statuses in measured.statuses.items():
            print(f"  {kind}: {', '.join(f'{_named(status)} x {n}' for status, n in sorted(statuses.items()))}")
    times = percentile(outcome.attacked.waits, 50) / percentile(outcome.ordinary.waits, 50)
    print(f"attacked over ordinary: median {times:.2f}, p95 {outcome.times:.2f} (budget {MOST_TIMES})")
    for kind, spent in (("cancelled", outcome.spent_cancelled), ("completed", outcome.spent_completed)):
        print(f"{len(spent)} {kind} jobs spent {sum(spent)} tokens, {fmean(spent or [0]):.0f} each")


def _p95(waits: Sequence[float]) -> float:
    return percentile(waits, 95) if len(waits) > 1 else waits[0]
