"""Reports progress from a worker."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from functions.shared.database import Database
from functions.shared.durations.delays import Delays
from functions.shared.durations.expectation import Expectation
from functions.shared.observability import logger
from functions.shared.plans import SETUP
from functions.shared.progress.model import AgentChange, AgentStatus, ProgressChange, ProgressData
from functions.shared.progress.repository import ProgressRepository
from functions.shared.progress.writer import FLUSH_S, BackgroundWriter
from functions.shared.runtime import Runtime, Threads
from functions.shared.tasks import Claim

#: Agent reports are written when they pass one of these shares. Six writes per agent keep a job within its statement
#: budget; early ones improve the estimate most.
WRITTEN_AT = (0.05, 0.15, 0.3, 0.45, 0.6, 0.8)
#: A step is slow once it takes longer than this share of its runs (`slow_reason` in migrations/002).
SLOW = 0.9
#: Shorter work counts as having lasted this long, in seconds.
_LEAST_S = 1e-3
#: The timeout of a progress write. A failure only makes the progress less current.
_READ_TIMEOUT_S = 2.0


def reach(fraction: float) -> float:
    """Return the share of its work that an agent may do before its next report: the last report plus a step.

    A step is the distance between two written reports.
    """
    steps = pairwise((0.0, *WRITTEN_AT, 1.0))
    return min(1.0, fraction + next((end - start for start, end in steps if fraction < end), 0.0))


class Progress:
    """Tracks one attempt of a job. No method raises, and only `flush` and `close` block.

    If tracking is off, it has no repository and uses no statement and no thread. An agent's completion isn't reported
    here: it is committed in one statement with the agent's result.
    """

    def __init__(
        self,
        repository: ProgressRepository | None,
        claim: Claim,
        expected: Mapping[str, Expectation],
        *,
        clock: Callable[[], float] = time.monotonic,
        threads: Threads | None = None,
        wait_s: float = 0,
    ) -> None:
        """`expected` maps each agent that this process reports on to its usual duration.

        `wait_s` is the time since an agent's first invocation in this attempt, or 0 if this is the first.
        """
        self._claim = claim
        self._expected = expected
        self._clock = clock
        self._wait_s = wait_s
        self._started = dict.fromkeys(expected, clock() - wait_s)
        self._written = dict.fromkeys(expected, 0.0)
        self._predicted_s: dict[str, list[float]] = {agent: [] for agent in expected}
        self._agents = dict.fromkeys(expected, AgentChange(status=AgentStatus.RUNNING))
        self._initial: Callable[[], ProgressData] | None = None
        self._writer = BackgroundWriter(partial(self._write, repository), threads) if repository else None

    def start(self, initial: Callable[[], ProgressData]) -> None:
        """Start a new attempt, with its setup. The initial document is built in the background."""
        self._initial = initial
        self._submit(SETUP)

    def start_agent(self, agent: str) -> None:
        """Mark an agent as running."""
        self._started[agent] = self._clock()
        self._submit(agent)

    def update(self, agent: str, fraction: float, message: str) -> None:
        """Report that `fraction` (0 to 1) of the work is done. The message contains no names, amounts, or holdings."""
        if not any(self._written[agent] < share <= fraction for share in WRITTEN_AT):
            return
        self._written[agent] = fraction
        elapsed_s = self._clock() - self._started[agent]
        worked_s = max(_LEAST_S, elapsed_s - self._wait_s)
        self._predicted_s[agent].append(self._wait_s + worked_s / min(1.0, fraction))
        own = self._expected[agent].after_reports(self._predicted_s[agent])
        self._submit(
            agent,
            {"own_alpha": own.median_s, "own_beta": own.beta, "reach": reach(fraction)},
            progress_percent=min(99, int(100 * fraction)),
            message=message,
            elapsed_s=elapsed_s,
        )

    def delayed(self, agent: str, delays: Delays) -> None:
        """Report an agent's delays. They are written only if the agent is already slower than usual."""
        elapsed_s = self._clock() - self._started[agent]
        if delays.cause != self._agents[agent].facts.cause and elapsed_s >= self._expected[agent].quantile_s(SLOW):
            self._submit(agent, {"cause": delays.cause}, elapsed_s=elapsed_s)

    def fail_agent(self, agent: str, message: str) -> None:
        """Mark an agent as failed; the message is shown to the user."""
        self._submit(agent, status=AgentStatus.FAILED, message=message)

    def flush(self, timeout_s: float = FLUSH_S) -> None:
        """Block for at most `timeout_s` seconds until all earlier reports are written."""
        if self._writer:
            self._writer.flush(timeout_s)

    def close(self, timeout_s: float = FLUSH_S) -> None:
        """Flush for at most `timeout_s` seconds and stop; unwritten reports are lost."""
        if self._writer:
            self._writer.close(timeout_s)

    def _submit(self, agent: str, facts: Mapping[str, Any] | None = None, **news: Any) -> None:
        """Update the agent's state, and queue it for writing."""
        known = self._agents[agent]
        news["facts"] = known.facts.model_copy(update=facts)
        self._agents[agent] = known.model_copy(update=news)
        if self._writer:
            self._writer.submit(ProgressChange(agents={agent: self._agents[agent]}))

    def _write(self, repository: ProgressRepository, change: ProgressChange) -> None:
        noted = repository.write(self._claim, change, self._initial and self._initial().model_dump_json())
        self._initial = None
        if noted:
            logger.info(f"Progress: Updated to {noted.percent}% - {noted.message}")


def tracker(
    is_enabled: bool, claim: Claim, expected: Mapping[str, Expectation], runtime: Runtime, wait_s: float = 0
) -> Progress:
    """Return the tracker of one attempt in this process; it does nothing if tracking is off."""
    repository = ProgressRepository(fail_fast_database(runtime)) if is_enabled else None
    return Progress(repository, claim, expected, clock=runtime.clock, threads=runtime.threads, wait_s=wait_s)


def fail_fast_database(runtime: Runtime) -> Database:
    """Return a database for progress only, which fails immediately if the database is resuming or unresponsive."""
    return runtime.database(retry_budget_s=0, read_timeout_s=_READ_TIMEOUT_S)
