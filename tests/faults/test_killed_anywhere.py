"""A process dies at every one of its calls to AWS, before it and after it: its job ends all the same, in time."""

from collections.abc import Callable

import pytest

from scripts.simulation.production import (
    RESCUED_WITHIN_S,
    longest_rescue_s,
    longest_rescue_with_a_dead_watchdog_s,
)
from scripts.simulation.strikes import Strike
from scripts.table import read_table
from tests.faults.conftest import RunFaults

Calls = Callable[..., dict[str, int]]


def places(function: str, calls: int) -> list[Strike]:
    """Every moment at which a process of so many calls can die."""
    everywhere = [Strike("kill", function, 0, call, when) for call in range(calls) for when in ("before", "after")]
    return [Strike("kill", function, 0, -1, "start"), *everywhere]


@pytest.mark.parametrize("track_progress", [False, True], ids=["progress off", "progress on"])
def test_a_planner_may_die_anywhere(run: RunFaults, calls: Calls, *, track_progress: bool) -> None:
    wheres = places("planner", calls(track_progress=track_progress)["planner"])
    assert len(wheres) >= 1 + 2 * 8

    for where in wheres:
        outcome = run(where, track_progress=track_progress)

        assert outcome.statuses == {"completed": 1}, where
        assert all((rescue.after_s or 0) <= longest_rescue_s() for rescue in outcome.rescues), where


@pytest.mark.parametrize("function", ["reporter", "charter", "retirement", "tagger"])
def test_an_agent_may_die_anywhere(run: RunFaults, calls: Calls, function: str) -> None:
    for where in places(function, calls()[function]):
        outcome = run(where)

        assert outcome.statuses == {"completed": 1}, where


def test_an_agent_may_die_anywhere_twice(run: RunFaults, calls: Calls) -> None:
    for where in places("reporter", calls()["reporter"]):
        again = Strike("kill", "reporter", 1, where.call, where.when)
        outcome = run(where, again)

        is_committed = where.when == "after"
        assert outcome.statuses == {"failed": 1} or (is_committed and outcome.statuses == {"completed": 1}), where


def test_the_api_may_die_anywhere(run: RunFaults, calls: Calls) -> None:
    for where in places("api", calls()["api"]):
        outcome = run(where)

        assert outcome.statuses == {"completed": 1}, where


@pytest.mark.parametrize("planner_call", [-1, 0, 4])
def test_a_watchdog_may_die_anywhere_while_it_rescues(run: RunFaults, planner_call: int) -> None:
    planner = Strike("kill", "planner", 0, planner_call, "start" if planner_call < 0 else "after")
    for where in places("watchdog", 3):
        for number in (0, 1):
            rescuer = Strike("kill", "watchdog", number, where.call, where.when)
            try:
                outcome = run(planner, rescuer)
            except AssertionError as error:
                if "did not happen" not in str(error):
                    raise
                continue  # that one had less to do
            assert outcome.statuses == {"completed": 1}, rescuer
            bound = longest_rescue_with_a_dead_watchdog_s(read_table())
            assert all((rescue.after_s or 0) <= bound for rescue in outcome.rescues), rescuer


def test_the_settings_of_production_keep_what_is_promised() -> None:
    assert longest_rescue_s() <= longest_rescue_with_a_dead_watchdog_s(read_table()) <= RESCUED_WITHIN_S


def test_a_job_whose_planners_all_die_fails_with_a_sentence(run: RunFaults) -> None:
    outcome = run(*(Strike("kill", "planner", number, 2, "after") for number in range(3)))

    assert outcome.statuses == {"failed": 1}
