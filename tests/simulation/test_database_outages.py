"""Jobs while the database is away: how long they are retried, and which errors count as failures."""

import pytest

from functions.shared.plans import AGENTS
from tests.simulation.database import SimulatedDatabase
from tests.simulation.environments import Moment
from tests.simulation.outcomes import HOUR_S, SLOW, claims, ended_at, job
from tests.simulation.user import User
from tests.simulation.world import Conditions, World


def test_planner_killed_during_claim_is_replaced_in_time(database: SimulatedDatabase) -> None:
    """Its message was hidden for a lease at once, not for the queue's ten minutes."""
    with World(database, SLOW) as world:
        job_id = User(world).insist("key")
        world.faults.database_is("resuming", 40)
        world.scheduler.pass_time(30)
        world.lambdas.kill_all("planner")

        assert job(world, job_id) == ("completed", 1, 0)
        assert claims(world, job_id)[0] <= 30 + 75


def test_lost_response_of_claim_is_the_same_attempt(database: SimulatedDatabase) -> None:
    with World(database) as world:
        job_id = User(world).insist("key")
        world.faults.database_is("losing responses", 20)

        assert job(world, job_id) == ("completed", 1, 0)


def test_planner_revives_lease_that_expired_during_outage(database: SimulatedDatabase) -> None:
    with World(database, Conditions(agents_take_s=170)) as world:
        job_id = User(world).insist("key")
        world.scheduler.pass_time(20)
        world.faults.database_is("unreachable", 100)
        world.scheduler.pass_time(125)
        world.sources["planner"].deliver_again()

        assert job(world, job_id) == ("completed", 1, 0)


@pytest.mark.parametrize("trouble", ["refusing", "silent"])
def test_message_backs_off_while_job_cannot_be_claimed(database: SimulatedDatabase, trouble: str) -> None:
    """After 5, 15, 45, 135 and then 300 s at most, each with a jitter of a fifth."""
    with World(database) as world:
        job_id = User(world).insist("key")
        world.faults.database_is(trouble, 2 * HOUR_S)
        world.scheduler.pass_time(HOUR_S)
        planner = world.sources["planner"]
        pauses = [back - end for end, back in zip(planner.ended_at, planner.received_at[1:], strict=False)]

        assert len(pauses) >= 8
        for pause, longest in zip(pauses, [5, 15, 45, 135, *[300] * 20], strict=False):
            assert 0.8 * longest - 1 <= pause <= longest + 2
        assert job(world, job_id) == ("completed", 1, 0)


def test_transient_errors_do_not_count_as_failures(database: SimulatedDatabase) -> None:
    with World(database) as world:
        job_id = User(world).insist("key")
        for agent in AGENTS:
            world.faults.agent_will(agent.name, "without a database", times=4)

        assert job(world, job_id) == ("completed", 5, 0)


@pytest.mark.parametrize("trouble", ["refusing", "silent"])
def test_agent_without_database_does_not_fail_job(database: SimulatedDatabase, trouble: str) -> None:
    """The next attempt may find the database back, even if the second invocation did not."""

    def meddle(moment: Moment) -> None:
        if (moment.function, moment.number, moment.when) == ("reporter", 0, "before"):
            world.faults.database_is(trouble, 12)

    with World(database, Conditions(1, agents_take_s=10), meddle) as world:
        job_id = User(world).insist("key")

        assert job(world, job_id)[0] == "completed"


def test_half_hour_of_transient_errors_ends_round(database: SimulatedDatabase) -> None:
    with World(database) as world:
        job_id = User(world).insist("key")
        for agent in AGENTS:
            world.faults.agent_will(agent.name, "without a database", times=100)

        status, attempts, failures = job(world, job_id)

        assert (status, failures) == ("failed", 0)
        assert attempts > 5
        assert 1800 <= ended_at(world, job_id) <= 1800 + 2 * 300


def test_committed_step_restarts_half_hour(database: SimulatedDatabase) -> None:
    with World(database) as world:
        job_id = User(world).insist("key")
        for agent, minutes in (("charter", 25), ("retirement", 50), ("reporter", 50)):
            world.faults.agent_will(agent, "without a database", times=1)
            world.faults.throttle(agent, minutes * 60)

        assert job(world, job_id)[0] == "completed"
        assert ended_at(world, job_id) > 50 * 60


def test_failure_that_cannot_be_recorded_is_found_again(database: SimulatedDatabase) -> None:
    """The reporter fails permanently while the database refuses every statement."""

    def meddle(moment: Moment) -> None:
        if (moment.function, moment.number, moment.when) == ("reporter", 0, "start"):
            world.faults.database_is("refusing", 60)

    with World(database, Conditions(agents_take_s=10), meddle) as world:
        job_id = User(world).insist("key")
        world.faults.agent_will("charter", "raises", times=4)

        assert job(world, job_id)[:2] == ("failed", 2)
