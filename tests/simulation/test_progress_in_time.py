"""Progress over simulated time, with the real background writer, and jobs whose progress cannot be written."""

import pytest

from functions.api.repositories.jobs import PolledJob
from tests.simulation.database import SimulatedDatabase
from tests.simulation.invariants import violations
from tests.simulation.outcomes import HOUR_S, ended_at, job
from tests.simulation.progress_over_time import progress_violations
from tests.simulation.user import User
from tests.simulation.world import Conditions, World

TRACKED = Conditions(track_progress=True, agents_take_s=40)


@pytest.mark.parametrize("seed", range(4))
def test_progress_never_decreases_while_real_agents_work(database: SimulatedDatabase, seed: int) -> None:
    with World(database, Conditions(seed, track_progress=True, real_agents=True)) as world:
        job_id = User(world).insist("key")

        assert job(world, job_id)[0] == "completed"
        assert progress_violations(world.sql, [job_id]) == []


def test_decreasing_percent_is_detected(database: SimulatedDatabase) -> None:
    """The check itself can fail: it reads between two writes, each of which is above the one before."""
    with World(database, TRACKED) as world:
        job_id = User(world).insist("key")
        assert job(world, job_id)[0] == "completed"
        world.sql.execute("UPDATE simulation.versions SET at = at + interval '1 hour' WHERE number % 5 = 3")

        assert progress_violations(world.sql, [job_id]) != []


def test_poller_sees_progress_move_between_writes(database: SimulatedDatabase) -> None:
    """The tag of a response includes the percent. Otherwise, a poller would see no change until the next write.

    Agents first report after 30 s, and a report may keep the percent unchanged.
    """
    percents: list[int] = []
    tags: tuple[str, ...] = ()
    with World(database, Conditions(track_progress=True, agents_take_s=100)) as world:
        user = User(world)
        job_id = user.insist("key")
        world.scheduler.pass_time(10)
        version = None
        for _ in range(20):
            world.scheduler.pass_time(0.5)
            found = user.read(job_id, tags)
            assert found is not None
            current = world.sql.execute("SELECT progress_data ->> 'updated_at' FROM jobs").fetchone()
            if found.document is not None and current == version:
                percents.append(percent(world, job_id))
            tags, version = (found.etag,), current

        assert len(set(percents)) >= 2


def percent(world: World, job_id: object) -> int:
    found = world.sql.execute(
        "SELECT (progress_view(progress_data, status, now()) ->> 'progress_percent')::integer FROM jobs WHERE id = %s",
        [job_id],
    ).fetchone()
    assert found is not None
    value: int = found[0]
    return value


def test_unchanged_job_is_not_sent_again(database: SimulatedDatabase) -> None:
    with World(database, TRACKED) as world:
        user = User(world)
        job_id = user.insist("key")
        assert job(world, job_id)[0] == "completed"
        first = user.read(job_id)
        assert first is not None

        assert user.read(job_id, (first.etag,)) == PolledJob(None, first.etag, is_active=False)


@pytest.mark.parametrize("trouble", ["silent", "out of memory", "losing responses"])
def test_failing_progress_writes_slow_job_by_at_most_1_percent(database: SimulatedDatabase, trouble: str) -> None:
    """This is invariant I9."""
    took: list[float] = []
    for seconds in (0, 24 * HOUR_S):
        with World(database, TRACKED) as world:
            world.faults.database_is(trouble, seconds, only=":initial")
            job_id = User(world).insist("key")
            assert job(world, job_id) == ("completed", 1, 0)
            took.append(ended_at(world, job_id))

    assert took[1] <= 1.01 * took[0]


def test_failing_progress_writes_are_given_up(database: SimulatedDatabase) -> None:
    """Each process tries twice."""
    with World(database, TRACKED) as world:
        world.faults.database_is("out of memory", 24 * HOUR_S, only=":initial")
        job_id = User(world).insist("key")

        assert job(world, job_id)[0] == "completed"
        assert world.faults.fired["database out of memory"] <= 2 * 4


def test_tracking_off_means_no_thread_and_no_statement(database: SimulatedDatabase) -> None:
    with World(database, Conditions(agents_take_s=40)) as world:
        job_id = User(world).insist("key")

        assert job(world, job_id)[0] == "completed"
        assert world.sql.execute("SELECT count(*) FROM job_events WHERE kind = 'progress'").fetchone() == (0,)
        assert world.sql.execute("SELECT progress_data FROM jobs").fetchone() == (None,)
        assert violations(world.sql, [job_id]) == []
