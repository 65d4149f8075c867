"""An attempt from claim to end, with fake agents over a real database."""

import threading
from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest

from functions.planner.agents import AgentCrashed, AgentFailed, AgentTimedOut, Delayed
from functions.planner.stand_ins import StandInAgents
from functions.shared.agent import AgentRun
from functions.shared.agent_declaration import Agent, JobType
from functions.shared.plans import AGENTS
from functions.shared.portfolio import AssetClass, Instrument, Snapshot
from functions.shared.section_names import SERVED
from functions.shared.tasks import AgentTask, JobMessage, Receipt, TaggerAnswer, TaggerTask
from scripts.local.data_api import FaultControl
from tests.functions.planner_calls import Planner, end_abandoned_agents
from tests.rows import Rows
from tests.statements import sent
from tests.waiting import until

EQUITY = {AssetClass.EQUITY: Decimal(100)}
Before = Callable[[Agent, AgentTask], object]


class FakeAgents(StandInAgents):
    """Stand-ins that record their invocations, and do something `before` they deliver."""

    def __init__(self, before: Before = lambda agent, task: None) -> None:
        super().__init__()
        self.invoked: list[str] = []
        self.snapshots: list[Snapshot] = []
        self.tagged: list[tuple[str, ...]] = []
        self._before = before

    def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:
        self.invoked.append(agent.name)
        self.snapshots.append(task.snapshot)
        self._before(agent, task)
        return super().run(agent, task, delayed)

    def tag(self, task: TaggerTask) -> TaggerAnswer:
        self.tagged.append(task.symbols)
        equity = Instrument.unclassified("X").model_copy(update={"allocation_asset_class": EQUITY})
        return TaggerAnswer(instruments=tuple(equity.model_copy(update={"symbol": s}) for s in task.symbols))


@pytest.fixture
def run(planner: Planner) -> Callable[..., bool]:
    """`run(job, agents, LEASE_S=…)` delivers the job's message and returns whether it was acknowledged."""
    return planner.deliver


def a_position(rows: Rows, job_id: UUID, symbol: str, price: str | None = None) -> None:
    rows.run(
        "WITH account AS (INSERT INTO accounts (user_id, account_name, cash_balance) SELECT user_id, :symbol, 10"
        " FROM jobs WHERE id = :job_id::uuid RETURNING id)"
        " INSERT INTO positions (account_id, symbol, quantity, price, price_as_of) SELECT id, :symbol, 2,"
        " :price::numeric, CASE WHEN :price::numeric IS NOT NULL THEN current_date END FROM account",
        job_id=job_id,
        symbol=symbol,
        price=price,
    )


def test_job_runs_its_agents_over_one_snapshot_and_completes(
    run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage
) -> None:
    a_position(rows, a_waiting_job.job_id, "VTI")
    agents = FakeAgents()

    run(a_waiting_job, agents)

    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"
    assert sorted(agents.invoked) == sorted(agent.name for agent in AGENTS)
    assert all(snapshot == agents.snapshots[0] for snapshot in agents.snapshots)
    assert set(rows.sections(a_waiting_job.job_id)) == {"snapshot", *SERVED}


@pytest.mark.parametrize(("job_type", "agents"), [(JobType.RETIREMENT, ["retirement"]), (JobType.CHARTS, ["charter"])])
def test_plan_determines_agents(run: Callable[..., bool], rows: Rows, job_type: JobType, agents: list[str]) -> None:
    job = JobMessage(job_id=rows.job(rows.user(), job_type))
    team = FakeAgents()

    run(job, team)

    assert team.invoked == agents
    assert rows.of_job(job.job_id)["status"] == "completed"


def test_agents_run_concurrently(run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage) -> None:
    all_at_once = threading.Barrier(len(AGENTS), timeout=60)

    run(a_waiting_job, FakeAgents(lambda agent, task: all_at_once.wait()))

    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"


def test_portfolio_edited_during_job_is_analyzed_unchanged(
    run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage
) -> None:
    a_position(rows, a_waiting_job.job_id, "VTI")
    agents = FakeAgents(lambda agent, task: a_position(rows, a_waiting_job.job_id, f"NEW-{agent.name.upper()}"))

    run(a_waiting_job, agents)

    held = [
        [position.symbol for account in seen.accounts for position in account.positions] for seen in agents.snapshots
    ]
    assert held == [["VTI"]] * len(AGENTS)


def test_second_attempt_runs_missing_agents_on_first_snapshot(
    run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage
) -> None:
    a_position(rows, a_waiting_job.job_id, "VTI")

    def dies(agent: Agent, task: AgentTask) -> None:
        if agent.name == "reporter":
            until(lambda: {*SERVED} - {"report", "summary"} <= set(rows.sections(a_waiting_job.job_id)))
            raise SystemExit("killed")

    first = FakeAgents(dies)
    with pytest.raises(SystemExit):
        run(a_waiting_job, first)
    rows.the_lease_runs_out(a_waiting_job.job_id)
    a_position(rows, a_waiting_job.job_id, "BND")
    second = FakeAgents()

    run(a_waiting_job, second)

    assert second.invoked == ["reporter"]
    assert second.snapshots[0] == first.snapshots[0]
    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"
    assert rows.sections(a_waiting_job.job_id) == {"snapshot": 1, **dict.fromkeys(SERVED, 1), "report": 2, "summary": 2}


def test_failed_agent_fails_job_with_its_name_and_reason(
    run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage
) -> None:
    def fails(agent: Agent, task: AgentTask) -> None:
        failures: dict[str, AgentFailed] = {
            "reporter": AgentTimedOut("reporter"),
            "charter": AgentCrashed("charter"),
        }
        if agent.name in failures:
            raise failures[agent.name]

    run(a_waiting_job, FakeAgents(fails))

    job = rows.of_job(a_waiting_job.job_id)
    assert job["status"] == "failed"
    assert "Writing the report took too long." in job["error_message"]
    assert "Drawing the charts stopped with an error." in job["error_message"]
    assert "retirement" in rows.sections(a_waiting_job.job_id)


def test_receipt_without_committed_section_is_not_success(
    run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage
) -> None:
    class Liar(FakeAgents):
        def run(self, agent: Agent, task: AgentTask, delayed: Delayed) -> Receipt:
            if agent.name != "reporter":
                return super().run(agent, task, delayed)
            return Receipt(section="report", stored=True, duration_ms=1)

    run(a_waiting_job, Liar())

    job = rows.of_job(a_waiting_job.job_id)
    assert job["status"] == "failed"
    assert job["error_message"].startswith("Writing the report failed.")


def test_unknown_symbols_are_classified_before_snapshot(
    run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage
) -> None:
    a_position(rows, a_waiting_job.job_id, "ZZTOP", "3.50")
    agents = FakeAgents()

    run(a_waiting_job, agents)

    instrument = agents.snapshots[0].accounts[0].positions[0].instrument
    assert agents.tagged == [("ZZTOP",)]
    assert instrument.allocation_asset_class == EQUITY
    assert instrument.current_price == Decimal("3.50")


def test_symbols_stay_unclassified_without_tagger_and_job_completes(
    run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage
) -> None:
    class NoTagger(FakeAgents):
        def tag(self, task: TaggerTask) -> TaggerAnswer:
            raise AgentTimedOut("tagger")

    a_position(rows, a_waiting_job.job_id, "ZZTOP", "3.50")
    agents = NoTagger()

    run(a_waiting_job, agents)

    assert agents.snapshots[0].accounts[0].positions[0].instrument.is_unclassified
    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"


def test_planner_without_lease_stops_and_changes_nothing(
    run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage
) -> None:
    planner_has_stopped = threading.Event()

    def taken_over(agent: Agent, task: AgentTask) -> None:
        if agent.name == "reporter":
            rows.run(
                "UPDATE jobs SET attempt = 2, worker = 'other', lease_expires_at = now() + interval '1 minute',"
                " version = version + 1 WHERE id = :id::uuid",
                id=task.job_id,
            )
        planner_has_stopped.wait(600)

    run(a_waiting_job, FakeAgents(taken_over), LEASE_S="0.6")
    planner_has_stopped.set()

    job = rows.of_job(a_waiting_job.job_id)
    assert (job["status"], job["attempt"], job["worker"]) == ("running", 2, "other")
    assert set(rows.sections(a_waiting_job.job_id)) == {"snapshot"}
    end_abandoned_agents()
    assert set(rows.sections(a_waiting_job.job_id)) == {"snapshot"}


@pytest.mark.parametrize(("is_on", "word"), [(True, "ENABLED"), (False, "DISABLED")])
def test_log_states_once_whether_progress_is_tracked(
    run: Callable[..., bool], caplog: pytest.LogCaptureFixture, a_waiting_job: JobMessage, is_on: bool, word: str
) -> None:
    run(a_waiting_job, FakeAgents(), ENABLE_PROGRESS_TRACKING=str(is_on))

    assert caplog.messages.count(f"Progress tracking is {word} via feature flag") == 1


# The planner's 4 statements and one per agent, plus the one that submits the job.
@pytest.mark.parametrize(("is_on", "at_most"), [(False, 4 + len(AGENTS)), (True, 29)])
def test_job_stays_within_statement_budget(
    run: Callable[..., bool], rows: Rows, faults: FaultControl, a_waiting_job: JobMessage, is_on: bool, at_most: int
) -> None:
    for symbol in ("VTI", "BND", "QQQ"):
        a_position(rows, a_waiting_job.job_id, symbol)
    faults.reset_statements()

    run(a_waiting_job, FakeAgents(reports_much), ENABLE_PROGRESS_TRACKING=str(is_on))

    statements = sent(faults)
    assert 4 + len(AGENTS) <= len(statements) <= at_most
    assert sum("progress" in call["sql"] and "INSERT INTO job_results" not in call["sql"] for call in statements) <= 23


def reports_much(agent: Agent, task: AgentTask) -> None:
    with AgentRun(task, agent) as run:
        for percent in range(100):
            run.step(percent / 100, "Measuring")


def test_no_progress_is_written_with_flag_off(run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage) -> None:
    run(a_waiting_job, FakeAgents(), ENABLE_PROGRESS_TRACKING="false")

    job = rows.of_job(a_waiting_job.job_id)
    assert (job["is_tracked"], job["progress_data"]) == (False, None)
    assert "progress" not in [kind for _, kind in rows.events(a_waiting_job.job_id)]


def test_job_with_flag_on_ends_at_100_with_every_agent_done(
    run: Callable[..., bool], rows: Rows, a_waiting_job: JobMessage
) -> None:
    agents = FakeAgents(lambda _, task: rows.wait_for_progress(task.job_id))

    run(a_waiting_job, agents, ENABLE_PROGRESS_TRACKING="true")

    progress = rows.progress(a_waiting_job.job_id)
    assert (progress["stage"], progress["progress_percent"]) == ("completed", 100)
    assert progress["current"] == 2 + len(AGENTS)
    assert {agent["status"] for agent in progress["agents"]} == {"completed"}
