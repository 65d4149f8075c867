"""Runs under seeded random faults, the short form of scripts/benchmarks/faults.py. A seed replays a run."""

from collections import Counter

from tests.simulation.conftest import RunFaults
from tests.simulation.database import SimulatedDatabase
from tests.simulation.fault_injection import NAMES, Strike, certain
from tests.simulation.run import Run
from tests.simulation.world import Conditions

SEEDS = range(7000, 7030)


def test_random_faults_break_no_invariant(database: SimulatedDatabase) -> None:
    """Draws some runs by chance, and one for each fault, because a fault that never happens proves nothing."""
    faults = Counter[str]()
    drawn = [Run(database, seed) for seed in SEEDS]

    def play(run: Run) -> None:
        outcome = run()
        faults.update(outcome.faults)
        assert outcome.violations == [], f"seed {outcome.seed}, after {outcome.fired}"

    for run in drawn:
        play(run)
    for name in NAMES:
        for seed in range(5):  # chance within a strike may require another try
            if not faults[name]:
                play(Run(database, seed, strikes=certain(name), conditions=Conditions(seed, track_progress=True)))

    print("what happened:", dict(faults))  # noqa: T201 - shown by each run
    assert [name for name in NAMES if not faults[name]] == []


def test_seed_replays_a_run(database: SimulatedDatabase) -> None:
    first, again = Run(database, SEEDS[0]), Run(database, SEEDS[0])

    assert first() == again()
    assert first.world.now == again.world.now


def test_failure_is_recorded_by_next_attempt(run: RunFaults) -> None:
    """The reporter crashes twice, and the planner dies before recording it. In the next attempt, the reporter works."""
    crash = [Strike("kill", "reporter", number, 0, "before") for number in (0, 1)]

    outcome = run(*crash, Strike("kill", "planner", 0, 9, "before"), conditions=Conditions(agents_take_s=2))

    assert outcome.statuses == {"completed": 1}


def test_each_fault_of_run_is_counted(run: RunFaults) -> None:
    outcome = run(Strike("poison", "planner", 0, 2, "after"))

    assert outcome.faults["poison"] == 1
