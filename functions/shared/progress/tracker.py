"""Reports progress from a worker."""

import time
from collections.abc import Callable, Mapping

from functions.shared.database import Database
from functions.shared.durations.delays import Delays
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

#: Agent reports are written when they pass one of these shares. Six writes per agent keep a job within its statement
#: budget; early ones improve the estimate most.
WRITTEN_AT = (0.05, 0.15, 0.3, 0.45, 0.6, 0.8)
#: A step is slow once it takes longer than this share of its runs (`slow_reason` in migrations/002).
SLOW = 0.9
#: The timeout of a progress write. A failure only makes the progress less current.
_READ_TIMEOUT_S = 2.0


def reach(fraction: float) -> float:
    """Return the share of its work that an agent may do before its next report: the last one plus a step.

    A step is the distance between two written reports.
    """
    ends = (0.0, *WRITTEN_AT, 1.0)
    passed = max(place for place, share in enumerate(ends[:-1]) if share <= fraction)
    return min(1.0, fraction + ends[passed + 1] - ends[passed])


class Progress:
    """Tracks one attempt of a job. No method raises, and only `flush` and `close` block.

    This class does nothing: it is used when progress tracking is off, and needs no statement and no thread. An agent's
    completion isn't reported here: it is committed in one statement with the agent's result.
    """

    def start(self, initial: Callable[[], ProgressData]) -> None:
        """Start a new attempt, with its setup. The initial document is built in the background."""

    def start_agent(self, agent: str) -> None:
        """Mark an agent as running."""

    def update(self, agent: str, fraction: float, message: str) -> None:
        """Report that `fraction` (0 to 1) of the work is done. The message contains no names, amounts, or holdings."""

    def delayed(self, agent: str, delays: Delays) -> None:
        """Report what holds an agent up. It is written only if the agent is already slower than usual."""

    def fail_agent(self, agent: str, message: str) -> None:
        """Mark an agent as failed; the message is shown to the user."""

    def flush(self) -> None:
        """Block for at most 0.3 s until all earlier reports are written."""

    def close(self, timeout_s: float = FLUSH_S) -> None:
        """Flush for at most `timeout_s` seconds and stop; unwritten reports are lost."""


class Tracker(Progress):
    """Writes progress to the job's row, through a background writer."""

    def __init__(
        self,
        repository: ProgressRepository,
        claim: Claim,
        expected: Mapping[str, Expectation],
        clock: Callable[[], float] = time.monotonic,
        threads: Threads | None = None,
    ) -> None:
        """`expected` maps each agent that this process reports on to its usual duration."""
        self._repository = repository
        self._claim = claim
        self._expected = expected
        self._clock = clock
        self._started: dict[str, float] = dict.fromkeys(expected, clock())
        self._reports: dict[str, list[Report]] = {agent: [] for agent in expected}
        self._facts = {agent: Facts() for agent in expected}
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
        known = {"own_alpha": own.median_s, "own_beta": own.beta, "reach": reach(fraction)}
        self._facts[agent] = self._facts[agent].model_copy(update=known)
        self._submit(
            agent,
            AgentChange(
                status=AgentStatus.RUNNING,
                progress_percent=min(99, int(100 * fraction)),
                message=message,
                elapsed_s=elapsed_s,
                facts=self._facts[agent],
            ),
        )

    def delayed(self, agent: str, delays: Delays) -> None:
        elapsed_s = self._clock() - self._started[agent] + delays.wait_s
        if delays.cause == self._facts[agent].cause or elapsed_s < self._expected[agent].quantile_s(SLOW):
            return
        self._facts[agent] = self._facts[agent].model_copy(update={"cause": delays.cause})
        self._submit(agent, AgentChange(status=AgentStatus.RUNNING, elapsed_s=elapsed_s, facts=self._facts[agent]))

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
    """Return the tracker of one attempt in this process, or a no-op if tracking is off."""
    if not is_enabled:
        return Progress()
    return Tracker(ProgressRepository(fail_fast_database(runtime)), claim, expected, runtime.clock, runtime.threads)


def fail_fast_database(runtime: Runtime) -> Database:
    """Return a database for progress only, which fails immediately if the database is resuming or unresponsive."""
    return runtime.database(runtime.settings(DatabaseSettings), retry_budget_s=0, read_timeout_s=_READ_TIMEOUT_S)
