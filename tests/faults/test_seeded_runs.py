"""Runs under seeded random faults, the short form of scripts/benchmarks/faults.py; each can be replayed by its seed."""

from collections import Counter

from scripts.local.data_api import DataApi
from scripts.simulation.run import Run
from scripts.simulation.strikes import NAMES, Strike, certain
from tests.faults.conftest import RunFaults

SEEDS = range(7000, 7030)


def test_runs_under_random_faults_break_no_invariant(simulated: tuple[DataApi, str]) -> None:
    """Some by chance, and one for each fault, so that none is left out: a fault that never happens proves nothing."""
    faults = Counter[str]()
    drawn = [Run(*simulated, seed) for seed in SEEDS]
    chosen = [Run(*simulated, seed, strikes=certain(name)) for seed, name in enumerate(NAMES)]

    for run in [*drawn, *chosen]:
        outcome = run()

        faults.update(outcome.faults)
        assert outcome.violations == [], f"seed {outcome.seed}, after {outcome.fired}"

    print("what happened:", dict(faults))  # noqa: T201 - told by each run
    assert [name for name in NAMES if not faults[name]] == []


def test_a_run_can_be_replayed_by_its_seed(simulated: tuple[DataApi, str]) -> None:
    first, again = Run(*simulated, SEEDS[0])(), Run(*simulated, SEEDS[0])()

    assert first.fired == again.fired
    assert first.faults == again.faults
    assert first.statuses == again.statuses


def test_the_write_of_a_failure_may_fail(run: RunFaults) -> None:
    """The reporter crashes twice, and the planner can't note that: the next attempt finds it well again."""
    crash = [Strike("kill", "reporter", number, 0, "before") for number in (0, 1)]
    fail_call = 8  # claim, portfolio, tagger, snapshot, three agents and one again before it

    outcome = run(*crash, Strike("kill", "planner", 0, fail_call, "before"))

    assert outcome.statuses == {"completed": 1}


def test_each_fault_of_a_run_is_counted(run: RunFaults) -> None:
    outcome = run(Strike("poison", "planner", 0, 2, "after"))

    assert outcome.faults["poison"] == 1
