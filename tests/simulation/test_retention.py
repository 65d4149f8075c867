"""Old data are deleted by statements that run anyway, whoever owns the data."""

from typing import Any
from uuid import UUID

from tests.simulation.database import SimulatedDatabase
from tests.simulation.outcomes import job
from tests.simulation.user import User
from tests.simulation.world import World

DAY_S = 24 * 3600


def after_another_submission(world: World, days: int, old: UUID) -> tuple[int, int, int]:
    """Another user submits a job this many days after the job's end: the remaining jobs, sections and events."""
    world.scheduler.pass_time(days * DAY_S - world.now + 60)
    User(world, f"after {days} days").insist("key")
    assert world.until_quiet(DAY_S)
    found: list[Any] = [
        world.sql.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s".encode(), [old]).fetchone()
        for table, column in (("jobs", "id"), ("job_results", "job_id"), ("job_events", "job_id"))
    ]
    jobs, sections, events = (count for (count,) in found)
    return jobs, sections, events


def test_events_are_deleted_90_days_after_their_job_ended(database: SimulatedDatabase) -> None:
    with World(database) as world:
        old = User(world).insist("key")
        assert job(world, old)[0] == "completed"

        assert after_another_submission(world, 89, old) == (1, 5, 7)
        assert after_another_submission(world, 91, old) == (1, 5, 0)


def test_jobs_are_deleted_730_days_after_their_end(database: SimulatedDatabase) -> None:
    with World(database) as world:
        old = User(world).insist("key")
        assert job(world, old)[0] == "completed"

        assert after_another_submission(world, 729, old) == (1, 5, 0)
        assert after_another_submission(world, 731, old) == (0, 0, 0)
