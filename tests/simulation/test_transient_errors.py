"""A minute without the database, at any statement and in any form, never fails a job and never counts as a failure.

The runs check that: their only faults are transient ones.
"""

from collections.abc import Callable

import pytest

from tests.simulation.conftest import RunFaults
from tests.simulation.fault_injection import MINUTES, Strike

Calls = Callable[..., dict[str, int]]


@pytest.mark.parametrize("minute", sorted(MINUTES))
def test_each_transient_error_lets_job_complete(run: RunFaults, minute: str) -> None:
    outcome = run(Strike(minute, "planner", 0, 4, "before"))

    assert outcome.faults[minute.removeprefix("a minute of ")] > 1


@pytest.mark.parametrize("function", ["api", "planner", "reporter"])
def test_every_statement_survives_transient_error(run: RunFaults, calls: Calls, function: str) -> None:
    """Each call meets a different error."""
    minutes = sorted(MINUTES)
    for call in range(calls()[function]):
        minute = minutes[call % len(minutes)]
        run(Strike(minute, function, 0, call, "before"))


def test_repeated_errors_let_the_job_complete(run: RunFaults) -> None:
    """A different kind of error occurs each minute. Some are lost responses of statements that have run."""
    first = Strike("a minute of database losing responses", "planner", 0, 0, "before")
    second = Strike("a minute of database out of memory", "planner", 0, 12, "before")

    outcome = run(first, second)

    assert outcome.failures == 0
