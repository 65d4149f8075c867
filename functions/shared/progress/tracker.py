"""What the code that works says of its progress."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from functions.shared.database import Database
from functions.shared.durations.expectation import Expectation, Report
from functions.shared.observability import logger
from functions.shared.progress.model import (
    SETUP,
    AgentChange,
    AgentStatus,
    Facts,
    ProgressChange,
    ProgressData,
)
from functions.shared.progress.repository import ProgressRepository
from functions.shared.progress.writer import FLUSH_S, BackgroundWriter, Update
from functions.shared.runtime import Runtime, Threads
from functions.shared.settings import DatabaseSettings
from functions.shared.tasks import Claim

#: A report from within an agent is written when it passes one of these shares. Six writes an agent keep a job within
#: its budget of statements; early ones improve the estimate most.
WRITTEN_AT = (0.05, 0.15, 0.3, 0.45, 0.6, 0.8)
#: The longest that a progress write may take; its failure costs nothing but freshness.
_READ_TIMEOUT_S = 2.0


def reach(fraction: float) -> float:
    """The share of its work that an agent may have done until its next report: the last one and a step more.

    A step is the distance between two written reports there.
    """
    ends = (0.0, *WRITTEN_AT, 1.0)
    passed = max(place for place, share in enumerate(ends[:-1]) if share <= fraction)
    return min(1.0, fraction + ends[passed + 1] - ends[passed])


class Progress(Protocol):
    """Tracks one attempt of a job. No method raises, and none but `flush` and `close` waits.

    That an agent completed is not said here: it is committed in one statement with what the agent made.
    """

    def start(self, initial: Callable[[], ProgressData]) -> None:
        """A new attempt begins, with its setup. The document to begin with is made in the background."""

    def start_agent(self, agent: str) -> None:
        """An agent begins to work."""

    def update(self, agent: str, fraction: float, message: str) -> None:
        """A running agent did `fraction` (0 to 1) of its work. The message holds no names, amounts or holdings."""

    def fail_agent(self, agent: str, message: str) -> None:
        """An agent gave up; the message is for the person who waits."""

    def flush(self) -> None:
        """Waits, for at most 0.3 s, until all that was said before is written."""

    def close(self, timeout_s: float = FLUSH_S) -> None:
        """Flushes, for at most `timeout_s`, and ends; what is not written by then is lost."""


class NullTracker:
    """Progress tracking is off: no statement, no thread."""

    def start(self, initial: Callable[[], ProgressData]) -> None: ...
    def start_agent(self, agent: str) -> None: ...
    def update(self, agent: str, fraction: float, message: str) -> None: ...
    def fail_agent(self, agent: str, message: str) -> None: ...
    def flush(self) -> None: ...
    def close(self, timeout_s: float = FLUSH_S) -> None: ...


class Tracker:
    """Notes progress in the job's row, through a background writer."""

    def __init__(
        self,
        repository: ProgressRepository,
        claim: Claim,
        expected: Mapping[str, Expectation],
        clock: Callable[[], float] = time.monotonic,
        threads: Threads | None = None,
    ) -> None:
        """`expected`: the usual duration of each agent that this process reports of."""
        self._repository = repository
        self._claim = claim
        self._expected = expected
        self._clock = clock
        self._started: dict[str, float] = dict.fromkeys(expected, clock())
        self._reports: dict[str, list[Report]] = {agent: [] for agent in expected}
        self._writer = BackgroundWriter(self._note, threads)

    def start(self, initial: Callable[[], ProgressData]) -> None:
        change = ProgressChange(agents={SETUP: AgentChange(status=AgentStatus.RUNNING)})
        self._writer.submit(Update(change, SETUP, initial=initial))

    def start_agent(self, agent: str) -> None:
        self._started[agent] = self._clock()
        self._submit(agent, AgentChange(status=AgentStatus.RUNNING))

    def update(self, agent: str, fraction: float, message: str) -> None:
        written = self._reports[agent][-1].fraction if self._reports[agent] else 0.0
        if not any(written < share <= fraction for share in WRITTEN_AT):
            return
        elapsed_s = self._clock() - self._started[agent]
        self._reports[agent].append(Report(elapsed_s, fraction))
        own = self._expected[agent].after_reports(self._reports[agent])
        self._submit(
            agent,
            AgentChange(
                status=AgentStatus.RUNNING,
                progress_percent=min(99, int(100 * fraction)),
                message=message,
                elapsed_s=elapsed_s,
                facts=Facts(own_alpha=own.median_s, own_beta=own.beta, reach=reach(fraction)),
            ),
        )

    def fail_agent(self, agent: str, message: str) -> None:
        self._submit(agent, AgentChange(status=AgentStatus.FAILED, message=message))

    def flush(self) -> None:
        self._writer.flush()

    def close(self, timeout_s: float = FLUSH_S) -> None:
        self._writer.close(timeout_s)

    def _submit(self, agent: str, change: AgentChange) -> None:
        self._writer.submit(Update(ProgressChange(agents={agent: change}), agent, change.message))

    def _note(self, update: Update) -> None:
        noted = self._repository.write(
            self._claim,
            update.change,
            agent=update.agent,
            message=update.message,
            initial=update.initial and update.initial().model_dump_json(),
        )
        if noted:
            logger.info(f"Progress: Updated to {noted.percent}% - {noted.message}")


def tracker(is_enabled: bool, claim: Claim, expected: Mapping[str, Expectation], runtime: Runtime) -> Progress:
    """The tracker of one attempt in this process, or the one that does nothing."""
    if not is_enabled:
        return NullTracker()
    return Tracker(ProgressRepository(fail_fast_database(runtime)), claim, expected, runtime.clock, runtime.threads)


def fail_fast_database(runtime: Runtime) -> Database:
    """For what only serves progress: it fails rather than wait for a database that resumes or hangs."""
    return runtime.database(runtime.settings(DatabaseSettings), retry_budget_s=0, read_timeout_s=_READ_TIMEOUT_S)
