"""`progress_data` as the database makes it from the changes of several processes."""

import json
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.shared.agent_declaration import JobType
from functions.shared.database import Database, Statement
from functions.shared.plans import PLANS, SETUP_EXPECTED
from functions.shared.progress.estimate import Expectation
from functions.shared.progress.model import (
    SETUP,
    AgentChange,
    AgentStatus,
    ProgressChange,
    ProgressData,
    Stage,
    completed,
    initial_progress,
)
from functions.shared.sections import SNAPSHOT, Section

PLAN = PLANS[JobType.PORTFOLIO]
EXPECTED = {SETUP: SETUP_EXPECTED, **{agent.name: agent.expected for agent in PLAN}}
SETTLED = {AgentStatus.COMPLETED, AgentStatus.FAILED, AgentStatus.SKIPPED}

_APPLY = Statement(
    "SELECT apply_progress(:progress::jsonb, :change::jsonb, '2026-11-22T10:00:00Z'::timestamptz"
    " + :seconds * interval '1 second')",
    idempotent=True,
)

_VIEW = Statement(
    "SELECT progress_view(:progress::jsonb, :status, '2026-11-22T10:00:00Z'::timestamptz"
    " + :seconds * interval '1 second')",
    idempotent=True,
)


class Document:
    """A progress document to which changes are applied at chosen moments, without a job around it."""

    def __init__(self, database: Database, committed: frozenset[Section] = frozenset()) -> None:
        self._database = database
        initial = initial_progress(PLAN, attempt=1, committed=committed).model_dump(mode="json")
        self.data: dict[str, Any] = {**initial, "started_at": "2026-11-22T10:00:00.000Z"}
        self.apply(0, ProgressChange(agents={SETUP: AgentChange(status=AgentStatus.RUNNING)}))

    def apply(self, seconds: float, change: ProgressChange) -> dict[str, Any]:
        text = self._database.document(
            _APPLY,
            progress=json.dumps(self.data),
            change=change.model_dump_json(exclude_defaults=True),
            seconds=seconds,
        )
        assert text is not None
        self.data = json.loads(text)
        ProgressData.model_validate(self.data)
        return self.data

    def run(self, seconds: float, agent: str, expected_s: float | None = None) -> dict[str, Any]:
        course = Expectation(expected_s, 0.35).course() if expected_s else None
        change = AgentChange(status=AgentStatus.RUNNING, course=course)
        return self.apply(seconds, ProgressChange(agents={agent: change}))

    def complete(self, seconds: float, agent: str, stage: Stage | None = None) -> dict[str, Any]:
        return self.apply(seconds, completed(agent, "Done", stage))

    def agent(self, name: str) -> dict[str, Any]:
        (agent,) = [agent for agent in self.data["agents"] if agent["name"] == name]
        return dict(agent)

    def view(self, seconds: float, status: str = "running") -> dict[str, Any]:
        """As a client sees it at that moment."""
        text = self._database.document(_VIEW, progress=json.dumps(self.data), status=status, seconds=seconds)
        assert text is not None
        view: dict[str, Any] = json.loads(text)
        return view

    def remaining_s(self, seconds: float) -> list[float]:
        """The range's beginning, the estimate, the range's end."""
        view = self.view(seconds)
        ends = [view["estimated_range"][0], view["estimated_completion"], view["estimated_range"][1]]
        now = datetime.fromisoformat("2026-11-22T10:00:00+00:00").timestamp() + seconds
        return [datetime.fromisoformat(end).timestamp() - now for end in ends]


@pytest.fixture
def document(database: Database) -> Document:
    return Document(database)


def test_at_first_it_expects_setup_the_slowest_branch_and_finalizing(document: Document) -> None:
    assert document.remaining_s(0)[1] == pytest.approx(7 + 33 + 0.2, abs=0.01)
    assert (document.data["stage"], document.data["progress_percent"]) == ("setup", 0)
    assert (document.data["current"], document.data["total"]) == (1, 5)
    assert [agent["name"] for agent in document.data["agents"]] == [
        "setup",
        "reporter",
        "charter",
        "retirement",
        "finalizing",
    ]


def test_percent_is_the_share_of_time(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    for agent in PLAN:
        document.run(7, agent.name)

    assert abs(document.view(20)["progress_percent"] - 100 * 20 / 40.2) < 2
    assert document.data["current_agent"] == "reporter"
    assert document.data["message"] == "Running Reporter..."


def test_the_current_agent_is_the_running_one_expected_to_end_last(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    document.run(7, "reporter", 10)
    document.run(7, "charter", 22)

    assert document.data["current_agent"] == "charter"


def test_after_the_last_agent_it_is_finalizing(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    for agent in PLAN:
        document.complete(30, agent.name)

    assert (document.data["stage"], document.data["current"]) == ("finalizing", 5)
    assert document.agent("finalizing")["status"] == "running"


def test_completion_reads_100_and_ends_every_line(document: Document) -> None:
    document.apply(3, ProgressChange(stage=Stage.COMPLETED))

    assert (document.data["progress_percent"], document.data["message"]) == (100, "Analysis complete")
    assert {agent["status"] for agent in document.data["agents"]} == {"completed"}
    assert document.view(3, "completed")["estimated_completion"] is None


def test_a_failure_keeps_the_percent_and_tells_what_ran_from_what_never_did(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    document.complete(20, "charter")
    document.run(20, "reporter", 20)
    percent = document.data["progress_percent"]

    document.apply(25, ProgressChange(stage=Stage.FAILED))

    assert percent <= document.data["progress_percent"] < 100
    assert {agent["name"]: agent["status"] for agent in document.data["agents"]} == {
        "setup": "completed",
        "reporter": "failed",
        "charter": "completed",
        "retirement": "skipped",
        "finalizing": "skipped",
    }


def test_after_an_agent_that_failed_nothing_is_finalized(document: Document) -> None:
    document.complete(7, SETUP, Stage.RUNNING)
    document.apply(9, ProgressChange(agents={"reporter": AgentChange(status=AgentStatus.FAILED)}))
    document.complete(10, "charter")
    document.complete(11, "retirement")
    assert document.agent("finalizing")["status"] == "waiting"

    document.apply(12, ProgressChange(stage=Stage.FAILED))

    assert document.agent("reporter")["status"] == "failed"
    assert document.agent("finalizing")["status"] == "skipped"


def test_where_nothing_is_known_there_is_neither_percent_nor_time(document: Document) -> None:
    document.data["basis"] = "unknown"
    document.run(7, "reporter")

    view = document.view(20)

    assert (view["progress_percent"], view["estimated_completion"], view["estimated_range"]) == (None, None, None)


def test_a_view_holds_nothing_of_how_it_was_made(document: Document) -> None:
    view = document.view(3)

    assert "curve" not in view
    assert all({"course", "began"}.isdisjoint(agent) for agent in view["agents"])


def test_a_second_attempt_begins_with_what_the_first_committed(database: Database) -> None:
    document = Document(database, frozenset({SNAPSHOT, "charts"}))

    assert (document.data["stage"], document.data["current"]) == ("running", 3)
    assert document.agent("charter")["status"] == "completed"
    assert document.agent("reporter")["status"] == "waiting"


changes = st.one_of(
    st.tuples(st.sampled_from(list(EXPECTED)), st.integers(0, 100), st.floats(0.1, 500), st.floats(0, 900)).map(
        lambda drawn: ProgressChange(
            agents={
                drawn[0]: AgentChange(
                    status=AgentStatus.RUNNING,
                    progress_percent=drawn[1],
                    course=Expectation(drawn[2], 0.35).course(drawn[3]),
                )
            }
        )
    ),
    st.sampled_from(list(EXPECTED)).map(lambda agent: completed(agent, "Done")),
    st.sampled_from(list(EXPECTED)).map(
        lambda agent: ProgressChange(agents={agent: AgentChange(status=AgentStatus.FAILED)})
    ),
    st.just(ProgressChange()),
)


_EXACT = Statement(
    "SELECT (progress_at(:progress::jsonb, '2026-11-22T10:00:00Z'::timestamptz + :seconds * interval '1 second'))[1]",
    idempotent=True,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.tuples(st.floats(0.5, 20), changes), max_size=10), silence_s=st.floats(1, 3000))
def test_it_never_stands_still_however_late_the_agents_are(
    database: Database, history: list[tuple[float, ProgressChange]], silence_s: float
) -> None:
    document = Document(database)

    def exact(seconds: float) -> float:
        ((percent,),) = database.rows(_EXACT, {"progress": json.dumps(document.data), "seconds": seconds})
        return float(percent)

    now = 0.0
    seen = [exact(now)]
    for seconds, change in [*history, (silence_s, ProgressChange())]:
        now += seconds
        seen.append(exact(now))
        document.apply(now, change)
        assert exact(now) == pytest.approx(seen[-1], abs=0.01)

    assert all(earlier < later < 100 for earlier, later in pairwise(seen))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(st.tuples(st.floats(0, 20), changes), max_size=12))
def test_whatever_is_reported_it_never_goes_back_nor_reads_100_before_the_end(
    database: Database, history: list[tuple[float, ProgressChange]]
) -> None:
    document = Document(database)
    now = 0.0
    for seconds, change in history:
        before, now = document.view(now), now + seconds
        meanwhile = document.view(now)
        document.apply(now, change)
        after = document.view(now)
        assert before["progress_percent"] <= meanwhile["progress_percent"] <= after["progress_percent"] < 100
        for earlier, later in zip(before["agents"], after["agents"], strict=True):
            assert earlier["progress_percent"] <= later["progress_percent"]
            assert later["progress_percent"] < 100 or later["status"] == "completed"
            assert earlier["status"] not in SETTLED or later == earlier
    assert document.apply(now, ProgressChange(stage=Stage.COMPLETED))["progress_percent"] == 100
