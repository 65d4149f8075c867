"""A database of its own, and runs over it."""

from collections.abc import Callable, Iterator

import pytest

from scripts.local.data_api import DataApi
from scripts.simulation.database import migrated
from scripts.simulation.run import Outcome, Run
from scripts.simulation.strikes import Strike

RunFaults = Callable[..., Outcome]


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DataApi, str]]:
    with migrated(tmp_path_factory.mktemp("simulated")) as made:
        yield made


@pytest.fixture
def run(simulated: tuple[DataApi, str]) -> RunFaults:
    """`run(strike, …)`: one job that meets these faults, until all is quiet. None of them may break an invariant."""

    def run_one(*strikes: Strike, seed: int = 0, track_progress: bool = False) -> Outcome:
        outcome = Run(*simulated, seed, strikes=list(strikes), jobs=1, track_progress=track_progress)()
        assert outcome.violations == [], strikes
        assert outcome.fired == list(strikes), "a fault did not happen"
        return outcome

    return run_one


@pytest.fixture
def calls(simulated: tuple[DataApi, str]) -> Callable[..., dict[str, int]]:
    """How many calls to AWS a process of each function makes at most, while nothing goes wrong."""

    def count(*, track_progress: bool = False) -> dict[str, int]:
        undisturbed = Run(*simulated, 0, strikes=[], jobs=1, track_progress=track_progress)
        assert undisturbed().statuses == {"completed": 1}
        return dict(undisturbed.calls)

    return count
