"""Effects of cancellation and retry on a working planner and its agents."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from functions.planner.agents import AgentTimedOut, Delayed
from functions.planner.heartbeat import LeaseKeeper
from functions.planner.jobs import JobCancelled, JobEnded
from functions.planner.stand_ins import StandInAgents
from functions.shared.agent_declaration import Agent
from functions.shared.jobs import LeaseLost
from functions.shared.plans import AGENTS
from functions.shared.runtime import OsThreads, Runtime
from functions.shared.section_names import SERVED, SNAPSHOT, Section
from functions.shared.tasks import AgentTask, JobMessage, Receipt
from tests.functions.api.at_work import AtWork, workers_environment
from tests.functions.api.calling import Api
from tests.functions.api.job_states import Sql
from tests.functions.planner_calls import Planner
from tests.rows import Rows
from tests.sections import SUMMARY
from tests.waiting import until


@pytest.fixture
def submitted(api: Api) -> str:
    job_id: str = api.post("/api/analyze").json()["job_id"]
    return job_id


@pytest.fixture
def stored(submitted: str, sql: Sql) -> Callable[[], list[Any]]:
    """Everything that the database stores about the job."""
    return lambda: [
        sql("SELECT jobs::text FROM jobs WHERE id = %s", submitted),
        sql("SELECT job_events::text FROM job_events WHERE job_id = %s ORDER BY seq", submitted),
        sql("SELECT job_results::text FROM job_results WHERE job_id = %s ORDER BY section", submitted),
    ]


def test_writes_of_cancelled_attempt_change_nothing(api: Api, submitted: str, stored: Callable[[], list[Any]]) -> None:
    worker = AtWork(submitted)
    worker.start_progress()
    worker.commit(SNAPSHOT)
    api.post(f"/api/jobs/{submitted}/cancel")
    cancelled = stored()

    for late in (
        lambda: worker.commit("report"),
        lambda: worker.commit(SNAPSHOT),
        lambda: worker.planner_jobs.complete(worker.claim, SUMMARY),
        worker.fail,
    ):
        with pytest.raises(LeaseLost):
            late()
    with pytest.raises(JobCancelled):
        worker.planner_jobs.renew(worker.claim)
    with pytest.raises(AssertionError):  # no progress was recorded
        worker.report_progress(50)

    assert stored() == cancelled


def test_waiting_planner_stops_at_its_next_renewal(api: Api, submitted: str) -> None:
    worker = AtWork(submitted)
    never = threading.Event()
    renewals: list[bool] = []

    def renew() -> None:
        if len(renewals) == 2:
            api.post(f"/api/jobs/{submitted}/cancel")
        renewals.append(True)
        worker.planner_jobs.renew(worker.claim)

    try:
        with LeaseKeeper(OsThreads(), lambda: None, interval_s=0.05, pool_size=1) as keeper:
            keeper.hold(renew)
            with pytest.raises(JobCancelled):
                keeper.result(keeper.submit(never.wait, 30))
    finally:
        never.set()

    assert len(renewals) == 3


def test_job_cancelled_while_waiting_is_never_claimed(api: Api, submitted: str) -> None:
    api.post(f"/api/jobs/{submitted}/cancel")

    with pytest.raises(JobEnded):
        AtWork(submitted)


def test_cancelled_attempt_stays_fenced_after_retry(api: Api, submitted: str, stored: Callable[[], list[Any]]) -> None:
    cancelled = AtWork(submitted, "first")
    api.post(f"/api/jobs/{submitted}/cancel")
    api.post(f"/api/jobs/{submitted}/retry")
    waiting = stored()
    with pytest.raises(LeaseLost):
        cancelled.commit("report")
    assert stored() == waiting

    second = AtWork(submitted, "second", job_round=1)
    running = stored()
    with pytest.raises(LeaseLost):
        cancelled.commit("report")
    with pytest.raises(LeaseLost):
        cancelled.planner_jobs.renew(cancelled.claim)

    assert second.claim.attempt == 2
    assert stored() == running


def test_cancellation_during_commits_leaves_consistent_job(api: Api, submitted: str) -> None:
    worker = AtWork(submitted)
    sections = [SNAPSHOT, *(agent.section for agent in AGENTS)]
    begin = threading.Barrier(len(sections) + 1)

    def commit(section: Section) -> bool:
        begin.wait()
        try:
            worker.commit(section)
        except LeaseLost:
            return False
        return True

    with ThreadPoolExecutor(len(sections)) as agents:
        done = agents.map(commit, sections)
        begin.wait()
        response = api.post(f"/api/jobs/{submitted}/cancel").json()
        committed = {section for section, was_stored in zip(sections, done, strict=True) if was_stored}

    kinds = [event["kind"] for event in api.get(f"/api/jobs/{submitted}/events").json()["events"]]
    assert response["status"] == "cancelled"
    assert kinds == ["queued", "claimed", *["section_committed"] * len(committed), "cancelled"]


class Agents(StandInAgents):
    """Records which agents were invoked and which delivered. `hold` is called with the reporter, before it delivers."""

    def __init__(self, hold: Callable[["Agents"], object] = lambda agents: None) -> None:
        super().__init__(Runtime(workers_environment()))
        self.invoked: list[str] = []
        self.delivered = threading.Semaphore(0)
        self.refused: list[str] = []
        self._hold = hold

    def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:
        self.invoked.append(agent.name)
        if agent.name == "reporter":
            self._hold(self)
        try:
            return super().run(agent, task, delayed)
        except LeaseLost:
            self.refused.append(agent.name)
            raise
        finally:
            self.delivered.release()


@pytest.fixture
def plan(submitted: str, planner: Planner) -> Callable[..., None]:
    """`plan(agents, job_round)` delivers the job's message to a planner, which renews its lease every 0.2 s."""

    def handle(agents: Agents, job_round: int = 0) -> None:
        message = JobMessage(job_id=UUID(submitted), round=job_round)
        planner.deliver(message, agents, LEASE_S="0.6", ENABLE_PROGRESS_TRACKING="true")

    return handle


def test_retry_after_cancellation_runs_only_missing_agents(
    api: Api, submitted: str, plan: Callable[..., None], rows: Rows, sql: Sql
) -> None:
    planner_has_stopped = threading.Event()

    def cancel_when_the_others_have_delivered(agents: Agents) -> None:
        agents.delivered.acquire()
        agents.delivered.acquire()
        rows.wait_for_progress(submitted)
        api.post(f"/api/jobs/{submitted}/cancel")
        planner_has_stopped.wait(600)

    first = Agents(cancel_when_the_others_have_delivered)
    plan(first)
    planner_has_stopped.set()
    first.delivered.acquire()

    assert first.refused == ["reporter"]
    job = api.get(f"/api/jobs/{submitted}").json()
    assert (job["status"], job["progress_data"]["stage"]) == ("cancelled", "cancelled")
    assert (job["report_payload"], job["charts_payload"] is None, job["attempt"]) == (None, False, 1)

    assert [api.post(f"/api/jobs/{submitted}/retry").status for _ in range(2)] == [202, 409]
    second = Agents()
    plan(second, 1)

    assert second.invoked == ["reporter"]
    assert api.get(f"/api/jobs/{submitted}").json()["status"] == "completed"
    attempts: dict[str, int] = dict(sql("SELECT section, attempt FROM job_results WHERE job_id = %s", submitted))
    assert attempts == {SNAPSHOT: 1, **dict.fromkeys(SERVED, 1), "report": 2, "summary": 2}
    events = api.get(f"/api/jobs/{submitted}/events").json()["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [api.post(f"/api/jobs/{submitted}/{action}").status for action in ("cancel", "retry")] == [409, 409]


def test_retry_progress_includes_sections_of_earlier_attempt(
    api: Api, submitted: str, plan: Callable[..., None], rows: Rows
) -> None:
    seen: list[Any] = []

    def fails(agents: Agents) -> None:
        rows.wait_for_progress(submitted)
        raise AgentTimedOut("reporter")

    plan(Agents(fails))
    assert api.get(f"/api/jobs/{submitted}").json()["progress_data"]["stage"] == "failed"
    api.post(f"/api/jobs/{submitted}/retry")
    assert api.get(f"/api/jobs/{submitted}").json()["progress_data"]["stage"] == "retrying"

    plan(Agents(lambda agents: seen.append(working_progress(api, submitted))), 1)

    assert (seen[0]["attempt"], seen[0]["stage"], seen[0]["current_agent"]) == (2, "running", "reporter")
    done = {agent["name"] for agent in seen[0]["agents"] if agent["status"] == "completed"}
    assert done == {"setup", *(agent.name for agent in AGENTS)} - {"reporter"}


def working_progress(api: Api, job_id: str) -> Any:
    """The progress once the reporter is running. It is written in the background."""

    def running() -> Any:
        progress = api.get(f"/api/jobs/{job_id}").json()["progress_data"]
        return progress if progress["stage"] == "running" and progress["current_agent"] else None

    return until(running)
