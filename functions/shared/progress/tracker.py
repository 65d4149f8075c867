"""What the code that works says of its progress."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from functions.shared.database import Database
from functions.shared.jobs import Jobs
from functions.shared.observability import logger
from functions.shared.progress.estimate import remaining_seconds
from functions.shared.progress.model import (
    SETUP,
    AgentChange,
    AgentStatus,
    ProgressChange,
    ProgressData,
)
from functions.shared.progress.writer import BackgroundWriter, Update
from functions.shared.settings import DatabaseSettings
from functions.shared.tasks import Claim

#: A report from within an agent is written when it advanced by this share: with its start, four writes an agent.
_STEP = 0.25
#: The longest that a progress write may take; its failure costs nothing but freshness.
_READ_TIMEOUT_S = 2.0


class Progress(Protocol):
    """Tracks one attempt of a job. No method raises, and none but `flush` and `close` waits.

    That an agent completed is not said here: it is committed in one statement with what the agent made.
    """

    def start(self, initial: ProgressData) -> None:
        """A new attempt begins, with its setup."""

    def start_agent(self, agent: str) -> None:
        """An agent begins to work."""

    def update(self, agent: str, fraction: float, message: str) -> None:
        """A running agent did `fraction` (0 to 1) of its work. The message holds no names, amounts or holdings."""

    def fail_agent(self, agent: str, message: str) -> None:
        """An agent gave up; the message is for the person who waits."""

    def flush(self) -> None:
        """Waits, for at most 0.3 s, until all that was said before is written."""

    def close(self) -> None:
        """Flushes and ends; what is said afterwards is lost."""


class NullTracker:
    """Progress tracking is off: no statement, no thread."""

    def start(self, initial: ProgressData) -> None: ...
    def start_agent(self, agent: str) -> None: ...
    def update(self, agent: str, fraction: float, message: str) -> None: ...
    def fail_agent(self, agent: str, message: str) -> None: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...


class Tracker:
    """Notes progress in the job's row, through a background writer."""

    def __init__(
        self, jobs: Jobs, claim: Claim, expected_s: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`expected_s`: the usual duration of each agent that this process reports of."""
        self._jobs = jobs
        self._claim = claim
        self._expected_s = expected_s
        self._clock = clock
        self._started: dict[str, float] = dict.fromkeys(expected_s, clock())
        self._noted: dict[str, float] = {}
        self._writer = BackgroundWriter(self._note)

    def start(self, initial: ProgressData) -> None:
        change = ProgressChange(agents={SETUP: AgentChange(status=AgentStatus.RUNNING)})
        self._writer.submit(Update(change, SETUP, initial=initial.model_dump_json()))

    def start_agent(self, agent: str) -> None:
        self._started[agent] = self._clock()
        self._submit(agent, AgentChange(status=AgentStatus.RUNNING, remaining_seconds=self._expected_s[agent]))

    def update(self, agent: str, fraction: float, message: str) -> None:
        if fraction < self._noted.get(agent, 0.0) + _STEP:
            return
        self._noted[agent] = fraction
        elapsed_s = self._clock() - self._started[agent]
        self._submit(
            agent,
            AgentChange(
                status=AgentStatus.RUNNING,
                progress_percent=min(99, int(100 * fraction)),
                message=message,
                remaining_seconds=remaining_seconds(self._expected_s[agent], elapsed_s, fraction),
            ),
        )

    def fail_agent(self, agent: str, message: str) -> None:
        self._submit(agent, AgentChange(status=AgentStatus.FAILED, message=message))

    def flush(self) -> None:
        self._writer.flush()

    def close(self) -> None:
        self._writer.close()

    def _submit(self, agent: str, change: AgentChange) -> None:
        self._writer.submit(Update(ProgressChange(agents={agent: change}), agent, change.message))

    def _note(self, update: Update) -> None:
        noted = self._jobs.note_progress(
            self._claim, update.change, agent=update.agent, message=update.message, initial=update.initial
        )
        if noted:
            logger.info(f"Progress: Updated to {noted.percent}% - {noted.message}")


def tracker(is_enabled: bool, claim: Claim, expected_s: Mapping[str, float]) -> Progress:
    """The tracker of one attempt in this process, or the one that does nothing."""
    if not is_enabled:
        return NullTracker()
    database = Database(DatabaseSettings.load(), patience_s=0, read_timeout_s=_READ_TIMEOUT_S)
    return Tracker(Jobs(database), claim, expected_s)
