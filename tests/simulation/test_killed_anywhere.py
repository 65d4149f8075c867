"""A process dies before or after any of its calls to AWS: its job still ends, in time."""

from collections.abc import Callable

import pytest

from functions.shared.plans import AGENTS
from tests.simulation.conftest import RunFaults
from tests.simulation.fault_injection import Strike
from tests.simulation.production import (
    RESCUED_BEFORE_START_WITHIN_S,
    RESCUED_WITHIN_S,
    longest_rescue_s,
    production_manifest,
)
from tests.simulation.run import Outcome
from tests.simulation.world import Conditions

Calls = Callable[..., dict[str, int]]


def places(function: str, calls: int) -> list[Strike]:
    """Every moment at which an invocation with this many calls can die."""
    everywhere = [Strike("kill", function, 0, call, when) for call in range(calls) for when in ("before", "after")]
    return [Strike("kill", function, 0, -1, "start"), *everywhere]


@pytest.mark.parametrize("track_progress", [False, True], ids=["progress off", "progress on"])
def test_planner_may_die_anywhere(run: RunFaults, calls: Calls, *, track_progress: bool) -> None:
    """The runs check that each rescue is within its budget."""
    conditions = Conditions(track_progress=track_progress)
    moments = places("planner", calls(conditions)["planner"])
    assert len(moments) >= 1 + 2 * 9

    outcomes = [run(where, conditions=conditions) for where in moments]

    assert all(outcome.statuses == {"completed": 1} for outcome in outcomes)
    after_claim = [outcome for outcome in outcomes if was_hidden(outcome)]
    assert len(after_claim) > len(outcomes) / 2
    assert all(rescue.after_s is not None for outcome in outcomes for rescue in outcome.rescues)


def was_hidden(outcome: Outcome) -> bool:
    return all(rescue.was_hidden for rescue in outcome.rescues)


@pytest.mark.parametrize("function", [*(agent.name for agent in AGENTS), "tagger"])
def test_agent_may_die_anywhere(run: RunFaults, calls: Calls, function: str) -> None:
    for where in places(function, calls()[function]):
        outcome = run(where)

        assert outcome.statuses == {"completed": 1}, where


def test_agent_may_die_anywhere_twice(run: RunFaults, calls: Calls) -> None:
    brief = Conditions(agents_take_s=2)  # ends before its first check of the job
    for where in places("reporter", calls(brief)["reporter"]):
        again = Strike("kill", "reporter", 1, where.call, where.when)
        outcome = run(where, again, conditions=brief)

        is_committed = where.when == "after"
        assert outcome.statuses == {"failed": 1} or (is_committed and outcome.statuses == {"completed": 1}), where


def test_api_may_die_anywhere(run: RunFaults, calls: Calls) -> None:
    """The client submits again under the same key, and there is one job."""
    for where in places("api", calls()["api"]):
        outcome = run(where)

        assert outcome.statuses == {"completed": 1}, where


def test_dead_letter_consumer_may_die_anywhere(run: RunFaults) -> None:
    """The runs check that the poison message is acknowledged nevertheless."""
    poison = Strike("poison", "planner", 0, 2, "after")
    for where in places("dead_letters", 0):
        outcome = run(poison, where)

        assert outcome.statuses == {"completed": 1}, where


def test_planner_that_dies_twice_is_replaced_twice(run: RunFaults) -> None:
    outcome = run(*(Strike("kill", "planner", number, 2, "after") for number in range(2)))

    assert outcome.statuses == {"completed": 1}
    assert outcome.failures == 2


def test_third_death_of_planner_ends_round(run: RunFaults) -> None:
    outcome = run(*(Strike("kill", "planner", number, 2, "after") for number in range(3)))

    assert outcome.statuses == {"failed": 1}


def test_production_settings_meet_rescue_budgets() -> None:
    manifest = production_manifest()

    assert longest_rescue_s(manifest, handler_started=True) <= RESCUED_WITHIN_S
    timeout_s = manifest.functions["planner"].timeout_s
    assert longest_rescue_s(manifest, handler_started=False) <= timeout_s + RESCUED_BEFORE_START_WITHIN_S
