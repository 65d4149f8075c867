"""What every agent does around its work: it reports progress, commits its section, answers a receipt."""

import time
from types import TracebackType
from typing import Any, Self

from pydantic import BaseModel

from functions.shared import metrics
from functions.shared.database import Database
from functions.shared.jobs import Jobs
from functions.shared.observability import logger
from functions.shared.progress.model import completed
from functions.shared.progress.tracker import tracker
from functions.shared.progress.writer import FLUSH_S
from functions.shared.sections import Section
from functions.shared.settings import DatabaseSettings
from functions.shared.tasks import AgentTask, Receipt

#: How long an agent waits for a database that wakes up: resuming takes up to 40 s, its planner waits 180 s for it.
_PATIENCE_S = 90


class AgentRun:
    """One agent at work on one task, from its start to its commit; leaving the block ends its progress reports.

    That it runs is told by its planner, with the invocation.
    """

    def __init__(self, task: AgentTask, agent: str) -> None:
        self._task = task
        self._agent = agent
        self._started = time.monotonic()
        self._is_committed = False
        self._progress = tracker(task.track_progress, task, {agent: task.expected})
        logger.thread_safe_append_keys(job_id=str(task.job_id), attempt=task.attempt, agent=agent)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # a commit said all there is to say; nobody waits for a report that it overtook
        self._progress.close(0 if self._is_committed else FLUSH_S)

    def step(self, fraction: float, message: str) -> None:
        """Reports that `fraction` (0 to 1) of the work is done; the message holds no names, amounts or holdings."""
        self._progress.update(self._agent, fraction, message)

    def commit(self, section: Section, payload: BaseModel, model: str | None = None) -> dict[str, Any]:
        """Stores the section and answers the receipt for the planner.

        Raises LeaseLost when another attempt owns the job (do not retry), DatabaseError otherwise.
        """
        duration_ms = round(1000 * (time.monotonic() - self._started))
        jobs = Jobs(Database(DatabaseSettings.load(), patience_s=_PATIENCE_S))
        commit = jobs.commit_section(
            self._task,
            section,
            payload,
            duration_ms=duration_ms,
            change=completed(self._agent, "Done"),
            agent=self._agent,
            model=model,
        )
        self._is_committed = True
        metrics.agent_finished(duration_ms / 1000)
        return Receipt(section=section, stored=commit.stored, duration_ms=duration_ms).model_dump(mode="json")
