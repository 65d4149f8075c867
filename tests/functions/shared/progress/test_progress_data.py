"""`progress_data` as the database derives it from the changes of several processes."""

import math

import pytest

from functions.shared.database import Database
from functions.shared.durations.expectation import Expectation
from functions.shared.plans import SETUP
from functions.shared.progress.model import (
    AgentChange,
    AgentStatus,
    Facts,
    ProgressChange,
    Stage,
    completed,
)
from functions.shared.section_names import SNAPSHOT
from tests.functions.shared.progress.document import Document, expected
from tests.functions.shared.progress.made_up_agents import PLAN


def test_first_estimate_is_setup_slowest_branch_and_finalizing(document: Document) -> None:
    assert document.remaining_s(0)[1] == pytest.approx(7 + 33 + 0.2, abs=0.01)
    assert (document.data["stage"], document.data["progress_percent"]) == ("setup", 0)
    assert (document.data["current"], document.data["total"]) == (1, 5)
    assert [agent["name"] for agent in document.data["agents"]] == [
        "setup",
        "writer",
        "painter",
        "counter",
        "finalizing",
    ]


def test_percent_is_the_share_of_time(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    for agent in PLAN:
        document.run(7, agent.name)

    assert abs(document.view(20)["progress_percent"] - 100 * 20 / 40.2) < 2
    assert document.data["current_agent"] == "writer"
    assert document.data["message"] == "Running Writer..."


def test_current_agent_is_running_one_expected_to_end_last(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    document.run(7, "writer", expected(10))
    document.run(7, "painter", expected(22))

    assert document.data["current_agent"] == "painter"


def test_stage_is_finalizing_after_last_agent(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    for agent in PLAN:
        document.complete(30, agent.name)

    assert (document.data["stage"], document.data["current"]) == ("finalizing", 5)
    assert document.agent("finalizing")["status"] == "running"


def test_completion_is_100_percent_and_completes_every_agent(document: Document) -> None:
    document.apply(3, ProgressChange(stage=Stage.COMPLETED))

    assert (document.data["progress_percent"], document.data["message"]) == (100, "Analysis complete")
    assert {agent["status"] for agent in document.data["agents"]} == {"completed"}
    assert document.view(3, "completed")["estimated_completion"] is None


def test_failure_keeps_percent_and_marks_failed_and_skipped_agents(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    document.complete(20, "painter")
    document.run(20, "writer", expected(20))
    percent = document.data["progress_percent"]

    document.apply(25, ProgressChange(stage=Stage.FAILED))

    assert percent <= document.data["progress_percent"] < 100
    assert {agent["name"]: agent["status"] for agent in document.data["agents"]} == {
        "setup": "completed",
        "writer": "failed",
        "painter": "completed",
        "counter": "skipped",
        "finalizing": "skipped",
    }


def test_finalizing_does_not_start_after_failed_agent(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    document.apply(9, ProgressChange(agents={"writer": AgentChange(status=AgentStatus.FAILED)}))
    document.complete(10, "painter")
    document.complete(11, "counter")
    assert document.agent("finalizing")["status"] == "waiting"

    document.apply(12, ProgressChange(stage=Stage.FAILED))

    assert document.agent("writer")["status"] == "failed"
    assert document.agent("finalizing")["status"] == "skipped"


def test_view_omits_facts_used_for_evaluation(document: Document) -> None:
    view = document.view(3)

    assert set(view) == {
        "stage",
        "current_agent",
        "progress_percent",
        "percent_in_4s",
        "message",
        "estimated_completion",
        "estimated_range",
        "basis",
        "started_at",
        "updated_at",
        "current",
        "total",
        "attempt",
        "agents",
    }
    assert set(view["agents"][0]) == {
        "name",
        "status",
        "progress_percent",
        "message",
        "started_at",
        "completed_at",
        "expected_seconds",
        "slow_reason",
    }


def test_second_attempt_starts_with_committed_sections(database: Database) -> None:
    document = Document(database, frozenset({SNAPSHOT, "pictures"}))

    assert (document.data["stage"], document.data["current"]) == ("running", 3)
    assert document.agent("painter")["status"] == "completed"
    assert document.agent("writer")["status"] == "waiting"


@pytest.mark.parametrize("late_s", [0.0, 10.0, 33.0, 100.0, 2000.0])
def test_remaining_time_is_quantile_of_runs_that_took_longer(document: Document, late_s: float) -> None:
    """P(T > e + r | T > e) = 1/2 for a log-logistic T, in the form of its definition."""
    document.complete(7, SETUP, Stage.RUNNING)
    document.run(7, "writer", expected(1000))
    beta = Expectation(1, 0.35).beta

    left_s = document.remaining_s(7 + late_s)[1] - 0.2

    def survival(seconds: float) -> float:
        return 1 / (1 + math.pow(seconds / 1000, beta))

    assert survival(late_s + left_s) / survival(late_s) == pytest.approx(0.5, abs=0.002)


def test_slow_siblings_delay_the_expected_end(database: Database) -> None:
    ends = []
    for together, painter_s in [(0.0, 60.0), (0.8, 60.0), (0.8, 22.0), (0.8, 11.0)]:
        document = Document(database, together=together)
        document.complete(7, SETUP, Stage.RUNNING)
        for agent in PLAN:
            document.run(7, agent.name)
        document.complete(7 + painter_s, "painter")
        ends.append(document.agent("writer")["facts"]["alpha"])

    alone, slow, usual, fast = ends
    assert alone == pytest.approx(33)
    assert slow > 50
    assert usual == pytest.approx(33, rel=0.1)  # the counter is slightly late
    assert fast < usual


def test_late_sibling_counts_before_it_has_completed(database: Database) -> None:
    document = Document(database, together=0.8)
    document.complete(7, SETUP, Stage.RUNNING)
    for agent in PLAN:
        document.run(7, agent.name)

    document.apply(60, ProgressChange())

    assert document.agent("writer")["facts"]["alpha"] > 45


def test_instant_step_counts_for_three_deviations_at_most(database: Database) -> None:
    document = Document(database, together=0.8)
    document.complete(0.01, SETUP, Stage.RUNNING)

    assert document.agent("writer")["facts"]["alpha"] == pytest.approx(33 * math.exp(-3 * 0.8 * 0.35), rel=0.001)


def test_percent_is_bounded_by_last_report_and_one_more_step(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    began = document.percent(7)
    document.run(7, "writer")
    document.run(12, "writer", expected(33, reached=0.3))

    bound = began + (100 - began) * 0.3

    assert document.percent(12) < bound
    assert document.percent(500) == pytest.approx(bound)
    document.run(501, "writer", expected(700, reached=0.45))
    assert document.percent(501) == pytest.approx(bound)
    assert document.percent(5000) == pytest.approx(began + (100 - began) * 0.45)


def test_first_report_far_behind_does_not_lower_percent(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    document.run(7, "writer")
    before = document.percent(60)

    document.run(60, "writer", expected(600, reached=0.15))

    assert document.percent(60) == document.percent(600) == pytest.approx(before, abs=0.01)


def test_restarted_agent_lowers_its_own_percent_but_not_the_jobs(document: Document) -> None:
    def report(seconds: float, percent: int, message: str, facts: Facts) -> None:
        change = AgentChange(status=AgentStatus.RUNNING, progress_percent=percent, message=message, facts=facts)
        document.apply(seconds, ProgressChange(agents={"writer": change}))

    document.complete(7, SETUP, Stage.RUNNING)
    document.run(7, "writer")
    report(37, 90, "Step 10 of 10", expected(33, reached=1.0))
    before = document.percent(41)
    report(41, 20, "Step 3 of 10", expected(50, reached=0.35))

    assert (document.agent("writer")["progress_percent"], document.agent("writer")["message"]) == (20, "Step 3 of 10")
    assert document.percent(41) == document.percent(60) == pytest.approx(before, abs=0.01)
    assert before > 60


def test_percent_catches_up_within_seconds_of_early_end(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    for agent in PLAN:
        document.run(7, agent.name)
    document.complete(9, "writer")
    document.complete(9, "painter")
    document.run(9, "counter", expected(4))

    assert document.percent(9) < 30
    assert document.percent(11.1) > 65


def test_statement_older_than_latest_change_reads_same_percent(document: Document) -> None:
    """The statement waited for a lock held by the change, but its `now()` precedes the wait."""
    document.complete(7, SETUP, Stage.RUNNING)
    document.run(7, "writer")
    document.apply(20, ProgressChange())

    before, at_change = document.percents(15, 20)

    assert before == at_change


@pytest.mark.parametrize("moment", [number / 10_000_000 for number in range(1, 10_000, 333)])
def test_rounding_errors_do_not_lower_percent(database: Database, moment: float) -> None:
    """Times are stored to the millisecond, so a step that just started is a little ahead of its curve."""
    document = Document(database, started=moment)
    document.run(moment, SETUP, expected(6))

    assert document.complete(moment, SETUP)["progress_percent"] == 0
    assert document.view(moment)["progress_percent"] == 0


def test_step_slower_than_nine_in_ten_runs_shows_its_cause(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    for agent in PLAN:
        document.run(7, agent.name, Facts(cause="no server was free") if agent.name == "counter" else None)
    slow_after_s = PLAN[2].expected.quantile_s(0.9)

    def reasons(seconds: float) -> list[str | None]:
        return [agent["slow_reason"] for agent in document.view(seconds)["agents"]]

    assert reasons(7 + slow_after_s - 0.1) == [None] * 5
    assert reasons(7 + slow_after_s + 0.1) == [None, None, None, "Slower than usual: no server was free.", None]
    document.complete(40, "counter")
    assert reasons(7 + 200) == [None, *["Slower than usual."] * 2, "Slower than usual: no server was free.", None]


def test_completion_keeps_the_cause_of_a_slow_step(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    document.run(7, "writer")
    document.apply(100, completed("writer", "Done", cause="the language model was busy"))

    assert document.view(300)["agents"][1]["slow_reason"] == "Slower than usual: the language model was busy."


def test_view_includes_percent_of_four_seconds_later(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    document.run(7, "writer")

    assert document.view(12)["percent_in_4s"] == pytest.approx(document.percent(16), abs=0.01)
    assert document.view(12, "cancelled")["percent_in_4s"] is None
