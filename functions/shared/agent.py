"""The common work of every agent: report progress, commit the section, return a receipt."""

import gc
import json
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from functions.shared import metrics
from functions.shared.agent_declaration import Agent
from functions.shared.analysis import Step
from functions.shared.attempt_watch import AttemptWatch
from functions.shared.jobs import Jobs
from functions.shared.narration.narrator import narrator
from functions.shared.narration.passages import TEMPLATES, Narrator
from functions.shared.observability import logger
from functions.shared.plans import MAX_PAYLOAD_BYTES
from functions.shared.portfolio import Snapshot
from functions.shared.progress.model import completed
from functions.shared.progress.tracker import tracker
from functions.shared.progress.writer import FLUSH_S
from functions.shared.runtime import LAMBDA, Runtime
from functions.shared.section_names import Section
from functions.shared.tasks import AgentTask, Receipt

#: The first run in this execution environment takes the only item: Lambda keeps a module's objects between invocations
#: (AWS Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle").
_COLD = iter([True])
#: How long a commit retries while the database wakes up; resuming takes up to 40 s.
_RETRY_BUDGET_S = 90


class PayloadTooLarge(ValueError):
    """The payload doesn't fit into a poll's response, because of a bug in the agent (do not retry)."""


@dataclass(frozen=True)
class Work:
    """An agent's inputs for computing its section. Without a model, the same snapshot gives the same section."""

    snapshot: Snapshot
    step: Step
    """See `AgentRun.step`."""
    narrator: Narrator = TEMPLATES
    """Writes the agent's text. Always the templates for an agent that isn't worded."""


Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def agent_handler(agent: Agent, compute: Callable[[Work], BaseModel]) -> Handler:
    """Return the entry point of an agent's function: compute the section and commit it.

    Lambda turns an exception of `compute` into a FunctionError, which the planner interprets. Called when everything is
    imported: from then on, the garbage collector skips the objects that exist, which would take it 50 ms in the first
    invocation (Python documentation, gc.freeze).
    """
    gc.freeze()

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        task = AgentTask.model_validate(event)
        with AgentRun(task, agent) as run:
            writer = narrator(context, run.check, run.delays) if agent.is_worded else TEMPLATES
            return run.commit(compute(Work(task.snapshot, run.step, writer)), model=writer.model)

    return handler


class AgentRun:
    """Context manager for one agent's work on one task, from its start to its commit.

    The planner marks the agent as running. Leaving the block ends the agent's progress reports.
    """

    def __init__(self, task: AgentTask, agent: Agent, runtime: Runtime = LAMBDA) -> None:
        self._task = task
        self._agent = agent
        self._runtime = runtime
        self._started = runtime.clock()
        self._is_committed = False
        self.delays = task.delays.model_copy(update={"is_cold": next(_COLD, False)})
        self._progress = tracker(task.track_progress, task, {agent.name: task.expected}, runtime, task.delays.wait_s)
        self._watch = AttemptWatch(task, runtime)
        logger.thread_safe_append_keys(job_id=str(task.job_id), attempt=task.attempt, agent=agent.name)

    def __enter__(self) -> Self:
        self._watch.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._watch.__exit__(kind, error, traceback)
        # The commit includes the final progress, so unwritten reports are dropped.
        self._progress.close(0 if self._is_committed else FLUSH_S)

    def step(self, fraction: float, message: str) -> None:
        """Report that `fraction` (0 to 1) of the work is done. The message contains no names, amounts, or holdings.

        Raises the same errors as `check`.
        """
        self.check()
        self._progress.update(self._agent.name, fraction, message)

    def check(self) -> None:
        """Raises LeaseLost within 5 s after the job is cancelled, deleted, or taken over (do not retry).

        Call it while waiting for an operation that costs money.
        """
        self._watch.raise_if_over()
        self._progress.delayed(self._agent.name, self.delays)

    def commit(self, payload: BaseModel, model: str | None = None) -> dict[str, Any]:
        """Store the agent's section and return the receipt for the planner.

        Raises LeaseLost if another attempt owns the job, PayloadTooLarge (do not retry either), or DatabaseError.
        """
        section = self._agent.section
        _check_size(section, payload)
        duration_ms = round(1000 * (self._runtime.clock() - self._started))
        jobs = Jobs(self._runtime.database(retry_budget_s=_RETRY_BUDGET_S))
        commit = jobs.commit_section(
            self._task,
            section,
            payload,
            duration_ms=duration_ms,
            change=completed(self._agent.name, "Done", cause=self.delays.cause),
            agent=self._agent.name,
            model=model,
            delays=self.delays,
        )
        self._is_committed = True
        metrics.agent_finished(duration_ms / 1000)
        return Receipt(section=section, stored=commit.stored, duration_ms=duration_ms).model_dump(mode="json")


def _check_size(section: Section, payload: BaseModel) -> None:
    """Measure the payload as the Data API returns it: JSON as a string within JSON. Raises PayloadTooLarge."""
    size = len(json.dumps(payload.model_dump_json(), ensure_ascii=False).encode())
    if size > MAX_PAYLOAD_BYTES:
        raise PayloadTooLarge(f"the section {section} has {size:,} bytes, at most {MAX_PAYLOAD_BYTES:,} are served")
