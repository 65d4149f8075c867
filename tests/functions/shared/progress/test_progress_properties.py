"""Properties of `progress_data` that hold for any course of a job."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.shared.database import Database
from functions.shared.plans import SETUP
from functions.shared.progress.model import (
    AgentChange,
    AgentStatus,
    ProgressChange,
    Stage,
    completed,
)
from functions.shared.progress.tracker import reach
from functions.shared.section_names import SNAPSHOT, Section
from tests.functions.shared.progress.document import Document, expected
from tests.functions.shared.progress.made_up_agents import EXPECTED

SETTLED = {AgentStatus.COMPLETED, AgentStatus.FAILED, AgentStatus.SKIPPED}
durations_s = st.floats(0.1, 500)
agents = st.sampled_from(list(EXPECTED))
reports = st.builds(
    lambda agent, percent, seconds, sigma, elapsed_s, reached: ProgressChange(
        agents={
            agent: AgentChange(
                status=AgentStatus.RUNNING,
                progress_percent=percent,
                elapsed_s=elapsed_s,
                facts=expected(seconds, sigma, reached),
            )
        }
    ),
    agents,
    st.integers(0, 100),
    durations_s,
    st.floats(0.05, 1.5),
    st.floats(0, 900),
    st.none() | st.floats(reach(0), 1),
)
changes = st.one_of(
    reports,
    agents.map(lambda agent: ProgressChange(agents={agent: AgentChange(status=AgentStatus.RUNNING)})),
    agents.map(lambda agent: completed(agent, "Done")),
    agents.map(lambda agent: ProgressChange(agents={agent: AgentChange(status=AgentStatus.FAILED)})),
    st.just(ProgressChange()),
)
#: Many short moments, and some very long ones.
pauses_s = st.floats(0, 20) | st.floats(0, 5000)
committed = st.sampled_from([frozenset(), frozenset({SNAPSHOT}), frozenset({SNAPSHOT, "pictures"})])


@settings(max_examples=80)
@given(
    history=st.lists(st.tuples(st.lists(pauses_s, min_size=1, max_size=4), changes), max_size=10),
    attempt=committed,
    together=st.integers(0, 95).map(lambda percent: percent / 100),
)
def test_percent_never_decreases_between_or_at_writes(
    database: Database,
    history: list[tuple[list[float], ProgressChange]],
    attempt: frozenset[Section],
    together: float,
) -> None:
    """Covers reads between writes, late and very late agents, longer and shorter estimates, and second attempts."""
    document = Document(database, attempt, together)
    now, seen = 0.0, [0.0]
    for pauses, change in [*history, ([5000.0], ProgressChange())]:
        moments = list(accumulate(pauses, initial=now))
        percents = document.percents(*moments)
        # times are stored to the millisecond: within one, the percent moves by less than this
        assert percents[0] == pytest.approx(seen[-1], abs=0.05), "it jumps at a write"
        seen += percents
        now = moments[-1]
        document.apply(now, change)

    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(seen)), seen
    assert seen[-1] < 100


@settings(max_examples=40)
@given(history=st.lists(st.tuples(pauses_s, changes), max_size=12))
def test_no_report_lowers_progress_or_reaches_100_early(
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
            reported = change.agents.get(later["name"], AgentChange()).progress_percent
            assert reported is not None or earlier["progress_percent"] <= later["progress_percent"]
            assert later["progress_percent"] < 100 or later["status"] == "completed"
            assert earlier["status"] not in SETTLED or later == earlier
    assert document.apply(now, ProgressChange(stage=Stage.COMPLETED))["progress_percent"] == 100


@settings(max_examples=25)
@given(seconds=durations_s, late=st.floats(0, 20), step=st.floats(0.01, 1), sigma=st.floats(0.1, 1))
def test_percent_moves_while_agent_is_silent(
    database: Database, seconds: float, late: float, step: float, sigma: float
) -> None:
    """It keeps moving even if an agent takes up to twenty times as long as expected."""
    document = Document(database)
    document.complete(7, SETUP, Stage.RUNNING)
    document.run(7, "writer", expected(seconds, sigma))
    now = 7 + late * seconds

    before, after = document.percents(now, now + step * seconds)

    assert before < after
