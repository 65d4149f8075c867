"""Each end of a round, and each return of a message, is counted once, in its own category."""

import json
from collections import Counter
from collections.abc import Callable

import pytest

from tests.simulation.database import SimulatedDatabase
from tests.simulation.outcomes import HOUR_S
from tests.simulation.test_dead_letters import bury
from tests.simulation.user import User
from tests.simulation.world import Conditions, World

COUNTED = ("JobsCompleted", "JobsFailed", "JobsRetried", "JobsGivenUp")
Count = Callable[[World], Counter[str]]


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Count:
    """`count(world)` returns how often each metric was written until everything was quiet."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "alex")
    monkeypatch.setenv("NAME_PREFIX", "alex")

    def read(world: World) -> Counter[str]:
        assert world.until_quiet(24 * HOUR_S)
        written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
        return Counter(name for line in written for name in COUNTED if name in line)

    return read


def test_completion_is_counted_once(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        User(world).insist("key")

        assert count(world) == {"JobsCompleted": 1}


def test_permanent_agent_failure_is_counted_once(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        User(world).insist("key")
        world.faults.agent_will("reporter", "raises", times=2)

        assert count(world) == {"JobsFailed": 1}


def test_transient_error_is_counted_once(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        User(world).insist("key")
        world.faults.agent_will("reporter", "without a database")

        assert count(world) == {"JobsRetried": 1, "JobsCompleted": 1}


def test_transient_errors_for_half_an_hour_count_one_failed_job(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        User(world).insist("key")
        world.faults.agent_will("reporter", "without a database", times=100)

        counted = count(world)
        assert counted["JobsFailed"] == 1
        assert counted["JobsRetried"] > 3
        assert counted.keys() == {"JobsFailed", "JobsRetried"}


def test_third_death_of_planner_counts_one_failed_job(database: SimulatedDatabase, count: Count) -> None:
    with World(database, Conditions(agents_take_s=170)) as world:
        User(world).insist("key")
        for _ in range(3):
            world.scheduler.pass_time(80)
            world.lambdas.kill_all("planner")

        assert count(world) == {"JobsFailed": 1}


def test_dead_letter_is_counted_once(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        world.faults.throttle("planner", HOUR_S)
        User(world).insist("key")
        bury(world)

        assert count(world) == {"JobsFailed": 1, "JobsGivenUp": 1}


def test_dead_letter_whose_response_was_lost_is_counted(database: SimulatedDatabase, count: Count) -> None:
    """The alarm goes off nevertheless."""
    with World(database) as world:
        world.faults.throttle("planner", HOUR_S)
        User(world).insist("key")
        world.faults.database_is("losing responses", 5)
        bury(world)

        assert count(world) == {"JobsFailed": 1, "JobsGivenUp": 1}
