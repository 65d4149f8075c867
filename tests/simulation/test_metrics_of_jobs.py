"""Each end of a round, and each return of a message, is counted once, as what it is."""

import json
from collections import Counter
from collections.abc import Callable

import pytest

from tests.simulation.database import SimulatedDatabase
from tests.simulation.test_dead_letters import bury
from tests.simulation.test_deliveries import HOUR_S
from tests.simulation.user import User
from tests.simulation.world import Conditions, World

COUNTED = ("JobsCompleted", "JobsFailed", "JobsRetried", "JobsGivenUp")
Count = Callable[[World], Counter[str]]


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Count:
    """`count(world)`: how often each metric was written until all was quiet."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "alex")
    monkeypatch.setenv("NAME_PREFIX", "alex")

    def read(world: World) -> Counter[str]:
        assert world.until_quiet(24 * HOUR_S)
        written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
        return Counter(name for line in written for name in COUNTED if name in line)

    return read


def test_completion(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        User(world).insist("key")

        assert count(world) == {"JobsCompleted": 1}


def test_agent_that_fails_for_good(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        User(world).insist("key")
        world.faults.agent_will("reporter", "raises", times=2)

        assert count(world) == {"JobsFailed": 1}


def test_transient_error(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        User(world).insist("key")
        world.faults.agent_will("reporter", "without a database")

        assert count(world) == {"JobsRetried": 1, "JobsCompleted": 1}


def test_transient_errors_for_half_an_hour(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        User(world).insist("key")
        world.faults.agent_will("reporter", "without a database", times=100)

        counted = count(world)
        assert counted["JobsFailed"] == 1
        assert counted["JobsRetried"] > 3
        assert counted.keys() == {"JobsFailed", "JobsRetried"}


def test_third_death_of_a_planner(database: SimulatedDatabase, count: Count) -> None:
    with World(database, Conditions(agents_take_s=170)) as world:
        User(world).insist("key")
        for _ in range(3):
            world.scheduler.pass_time(80)
            world.lambdas.kill_all("planner")

        assert count(world) == {"JobsFailed": 1}


def test_dead_letter(database: SimulatedDatabase, count: Count) -> None:
    with World(database) as world:
        world.faults.throttle("planner", HOUR_S)
        User(world).insist("key")
        bury(world)

        assert count(world) == {"JobsFailed": 1, "JobsGivenUp": 1}


def test_dead_letter_whose_response_was_lost(database: SimulatedDatabase, count: Count) -> None:
    """The alarm rings all the same."""
    with World(database) as world:
        world.faults.throttle("planner", HOUR_S)
        User(world).insist("key")
        world.faults.database_is("losing responses", 5)
        bury(world)

        assert count(world) == {"JobsFailed": 1, "JobsGivenUp": 1}
