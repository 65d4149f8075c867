"""Attempts detect, while they work, that they no longer own their job."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from functions.planner.jobs import ClaimedJob
from functions.shared.attempt_watch import AttemptWatch
from functions.shared.jobs import LeaseLost
from functions.shared.runtime import LAMBDA, OsThreads, Runtime
from scripts.local.data_api import FaultControl
from tests.functions.clock import FakeClock
from tests.rows import Rows


class Beats(OsThreads):
    """Repeats a call when the test triggers it."""

    def __init__(self) -> None:
        self.call: Callable[[], None] | None = None

    def repeat(self, interval_s: float, call: Callable[[], None]) -> Callable[[], None]:
        self.call = call
        return lambda: setattr(self, "call", None)

    def beat(self) -> None:
        assert self.call is not None
        self.call()


@pytest.fixture
def beats() -> Beats:
    return Beats()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def runtime(beats: Beats, clock: FakeClock) -> Runtime:
    return replace(LAMBDA, threads=beats, clock=clock)


OVER = {
    "cancelled": (
        "UPDATE jobs SET status = 'cancelled', completed_at = now(), worker = NULL, lease_expires_at = NULL,"
        " version = version + 1 WHERE id = :id::uuid"
    ),
    "taken over": "UPDATE jobs SET attempt = attempt + 1, version = version + 1 WHERE id = :id::uuid",
    "deleted": "DELETE FROM jobs WHERE id = :id::uuid",
    "of a deleted user": "DELETE FROM users WHERE id = (SELECT user_id FROM jobs WHERE id = :id::uuid)",
}


@pytest.mark.parametrize("change", OVER.values(), ids=OVER)
def test_next_check_detects_end_of_attempt(
    a_running_job: ClaimedJob, runtime: Runtime, beats: Beats, clock: FakeClock, rows: Rows, change: str
) -> None:
    with AttemptWatch(a_running_job, runtime) as watch:
        clock.now = 3
        beats.beat()
        watch.raise_if_over()
        rows.run(change, id=a_running_job.job_id)
        beats.beat()

        with pytest.raises(LeaseLost):
            watch.raise_if_over()
    assert beats.call is None


def test_first_check_is_delayed_so_short_work_sends_no_statement(
    a_running_job: ClaimedJob, runtime: Runtime, beats: Beats, faults: FaultControl
) -> None:
    with AttemptWatch(a_running_job, runtime):
        faults.reset_statements()
        beats.beat()

        assert faults.statements() == []


def test_attempt_continues_while_database_is_away(
    a_running_job: ClaimedJob, runtime: Runtime, beats: Beats, clock: FakeClock, faults: FaultControl
) -> None:
    faults.inject("unavailable_503", times=10)
    with AttemptWatch(a_running_job, runtime) as watch:
        clock.now = 3
        beats.beat()

        watch.raise_if_over()
        assert faults.fired()
