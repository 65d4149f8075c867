"""A database for simulations, and runs over it."""

from collections.abc import Callable, Iterator

import pytest

from tests.simulation.database import SimulatedDatabase, simulated_database
from tests.simulation.fault_injection import Strike
from tests.simulation.run import Outcome, Run
from tests.simulation.world import Conditions

RunFaults = Callable[..., Outcome]


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedDatabase]:
    with simulated_database(tmp_path_factory.mktemp("simulated")) as made:
        yield made


@pytest.fixture
def run(database: SimulatedDatabase) -> RunFaults:
    """`run(strike, …)` runs one job with these faults until all is quiet. None of them may break an invariant."""

    def run_one(*strikes: Strike, conditions: Conditions | None = None) -> Outcome:
        outcome = Run(database, 0, strikes=list(strikes), jobs=1, conditions=conditions or Conditions())()
        assert outcome.violations == [], strikes
        assert outcome.fired == list(strikes), "a fault did not happen"
        return outcome

    return run_one


@pytest.fixture
def calls(database: SimulatedDatabase) -> Callable[..., dict[str, int]]:
    """The maximum number of calls to AWS that an invocation of each function makes without faults."""

    def count(conditions: Conditions | None = None) -> dict[str, int]:
        undisturbed = Run(database, 0, strikes=[], jobs=1, conditions=conditions or Conditions())
        assert undisturbed().statuses == {"completed": 1}
        return dict(undisturbed.calls)

    return count
