"""Faults in progress tracking do not affect the job."""

from collections.abc import Callable

import pytest

from functions.planner.agents import Delayed
from functions.planner.stand_ins import StandInAgents
from functions.shared.agent_declaration import Agent
from functions.shared.section_names import SERVED
from functions.shared.tasks import AgentTask, JobMessage, Receipt
from scripts.local.data_api import FaultControl
from tests.functions.planner_calls import Planner
from tests.rows import Rows

PROGRESS_WRITE = "ELSE :initial"
HISTORY_READ = "unnest(:sections"


class Watched(StandInAgents):
    """Stand-ins that wait until progress exists."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows

    def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:
        self._rows.wait_for_progress(task.job_id)
        return super().run(agent, task, delayed)


@pytest.fixture
def run(planner: Planner) -> Callable[..., None]:
    """Deliver a job to a planner that tracks progress, with agents that report their steps."""

    def deliver(job: JobMessage, agents: StandInAgents | None = None) -> None:
        assert planner.deliver(job, agents or StandInAgents(), ENABLE_PROGRESS_TRACKING="true")

    return deliver


@pytest.mark.parametrize("statement", [PROGRESS_WRITE, HISTORY_READ], ids=["writes", "history"])
@pytest.mark.parametrize(
    "kind", ["resuming", "unavailable_503", "unavailable_504", "throttling", "answer_lost", "statement_timeout"]
)
def test_job_completes_while_every_tracking_statement_fails(
    run: Callable[..., None],
    rows: Rows,
    faults: FaultControl,
    a_waiting_job: JobMessage,
    kind: str,
    statement: str,
) -> None:
    faults.inject(kind, times=1000, match=statement)

    run(a_waiting_job)

    assert faults.fired()[kind] >= 1
    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"
    assert set(rows.sections(a_waiting_job.job_id)) == {"snapshot", *SERVED}


@pytest.mark.parametrize("kind", ["unavailable_503", "answer_lost"])
def test_failed_first_write_is_merged_into_next(
    run: Callable[..., None], rows: Rows, faults: FaultControl, a_waiting_job: JobMessage, kind: str
) -> None:
    faults.inject(kind, times=1, match=PROGRESS_WRITE)

    run(a_waiting_job, Watched(rows))

    progress = rows.progress(a_waiting_job.job_id)
    assert faults.fired()[kind] == 1
    assert (progress["stage"], progress["progress_percent"]) == ("completed", 100)
    assert {agent["status"] for agent in progress["agents"]} == {"completed"}
    numbers = [seq for seq, _ in rows.events(a_waiting_job.job_id)]
    assert numbers == list(range(1, len(numbers) + 1))
