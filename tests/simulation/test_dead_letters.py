"""The dead-letter consumer fails only jobs that no planner will run anymore, and loses none."""

from functions.shared.tasks import JobMessage
from tests.simulation.database import SimulatedDatabase
from tests.simulation.outcomes import HOUR_S, ended_at, job
from tests.simulation.production import LEASE_S
from tests.simulation.user import User
from tests.simulation.world import Conditions, World

SLOW = Conditions(agents_take_s=150)


def bury(world: World) -> None:
    """Move the job's message to the dead-letter queue, as after its 60th receipt."""
    queue = world.queues["analysis-jobs"]
    for message in list(queue.messages.values()):
        queue.move_to_dead_letters(message, world.now)
    world.look()


def error_message(world: World) -> str:
    found = world.sql.execute("SELECT error_message FROM jobs").fetchone()
    assert found is not None
    return str(found[0])


def test_job_of_living_planner_is_left_alone(database: SimulatedDatabase) -> None:
    with World(database, SLOW) as world:
        job_id = User(world).insist("key")
        world.scheduler.pass_time(20)
        bury(world)

        assert job(world, job_id) == ("completed", 1, 0)
        assert len(world.sources["dead_letters"].acknowledged) == 1


def test_job_fails_75_s_after_lease_of_dead_planner(database: SimulatedDatabase) -> None:
    """Until then, a planner that lost the database might return and renew its lease."""
    with World(database, SLOW) as world:
        job_id = User(world).insist("key")
        world.scheduler.pass_time(20)
        bury(world)
        world.lambdas.kill_all("planner")

        assert job(world, job_id)[0] == "failed"
        assert 75 <= ended_at(world, job_id) - LEASE_S <= 20 + 75 + 5
        assert error_message(world).startswith("The analysis could not be run.")


def test_job_that_no_planner_ever_claimed_fails_at_once(database: SimulatedDatabase) -> None:
    with World(database) as world:
        world.faults.throttle("planner", HOUR_S)
        job_id = User(world).insist("key")
        bury(world)

        assert job(world, job_id) == ("failed", 0, 0)
        assert ended_at(world, job_id) < 10


def test_message_of_another_round_fails_nothing(database: SimulatedDatabase) -> None:
    with World(database, SLOW) as world:
        user = User(world)
        job_id = user.insist("key")
        user.cancel(job_id)
        world.scheduler.pass_time(30)
        world.faults.throttle("planner", 10)
        user.retry(job_id)
        for job_round in (0, 2):
            body = JobMessage(job_id=job_id, round=job_round).model_dump_json()
            world.queues["analysis-jobs-dlq"].send(body, "", world.now)
        world.look()

        assert job(world, job_id)[0] == "completed"


def test_dead_letter_waits_until_database_is_back(database: SimulatedDatabase) -> None:
    with World(database) as world:
        world.faults.throttle("planner", 2 * HOUR_S)
        job_id = User(world).insist("key")
        world.faults.database_is("out of memory", HOUR_S)
        bury(world)

        assert job(world, job_id) == ("failed", 0, 0)
        assert HOUR_S <= ended_at(world, job_id) <= HOUR_S + 60 + 20
        assert world.sources["dead_letters"].receives > 40, "it was received about once a minute"
