"""A planner and its message: when it is kept, returned, taken over or acknowledged."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from functions.shared.tasks import JobMessage
from tests.simulation.database import SimulatedDatabase
from tests.simulation.environments import Moment
from tests.simulation.fault_injection import POISON
from tests.simulation.outcomes import HOUR_S, SLOW, claims, job
from tests.simulation.production import LEASE_S
from tests.simulation.scheduler import Waiter
from tests.simulation.sqs import StaleReceipts
from tests.simulation.user import User
from tests.simulation.world import Conditions, World

ANY_RECEIPTS = [StaleReceipts(delete, change) for delete in (False, True) for change in ("works", "nothing", "refused")]


def assert_true(happened: bool) -> None:
    assert happened


def send(world: World, job_id: UUID, job_round: int = 0) -> None:
    world.queues["analysis-jobs"].send(JobMessage(job_id=job_id, round=job_round).model_dump_json(), "", world.now)
    world.look()


def test_message_of_long_job_is_received_once(database: SimulatedDatabase) -> None:
    with World(database, SLOW) as world:
        job_id = User(world).insist("key")

        assert job(world, job_id) == ("completed", 1, 0)
        assert world.sources["planner"].receives == 1
        assert world.lambdas.invocations["reporter"] == 1, "a slow agent is invoked once"


@pytest.mark.parametrize("stale", ANY_RECEIPTS, ids=str)
def test_second_delivery_leaves_living_planner_alone(database: SimulatedDatabase, stale: StaleReceipts) -> None:
    """The first planner's receipt handle may or may not work after the second receipt."""
    with World(database, Conditions(agents_take_s=150, stale=stale)) as world:
        job_id = User(world).insist("key")
        for when in (30, 100):
            world.scheduler.at(when, lambda: assert_true(world.sources["planner"].deliver_again()))

        assert job(world, job_id) == ("completed", 1, 0)
        assert world.sources["planner"].receives <= 3 + 150 / LEASE_S + 2


def test_second_delivery_takes_over_when_lease_of_dead_planner_ends(database: SimulatedDatabase) -> None:
    with World(database, SLOW) as world:
        job_id = User(world).insist("key")
        world.scheduler.pass_time(30)
        world.sources["planner"].deliver_again()
        world.scheduler.pass_time(10)
        world.lambdas.kill_all("planner")

        assert job(world, job_id) == ("completed", 2, 1)
        assert claims(world, job_id)[1] <= 40 + LEASE_S + 15


def test_returned_message_is_not_hidden_again_by_late_heartbeat(database: SimulatedDatabase) -> None:
    """SQS takes two seconds for the second planner's heartbeat. Meanwhile, that planner finds the job held and returns
    the message. Lambda would freeze a heartbeat still in flight, and another job's message would thaw it.
    """
    has_waited = False

    def meddle(moment: Moment) -> None:
        nonlocal has_waited
        if (moment.function, moment.number, moment.service) == ("planner", 1, "sqs") and not has_waited:
            has_waited = True
            world.scheduler.sleep(2)

    with World(database, replace(SLOW, reuses_environments=True), meddle) as world:
        user = User(world)
        job_id = user.insist("key")
        world.scheduler.pass_time(55)
        world.lambdas.kill_all("planner")
        world.sources["planner"].deliver_again()
        world.scheduler.pass_time(5)
        user.insist("another key")

        assert job(world, job_id) == ("completed", 2, 1)
        assert claims(world, job_id)[1] <= 41 + LEASE_S + 10


def test_unknown_job_is_dropped_at_its_seventh_receipt(database: SimulatedDatabase) -> None:
    with World(database) as world:
        send(world, uuid4())
        assert world.until_quiet(HOUR_S)

        planner = world.sources["planner"]
        assert planner.receives == 7
        assert len(planner.acknowledged) == 1
        returns = [
            later - earlier for earlier, later in zip(planner.received_at, planner.received_at[1:], strict=False)
        ]
        assert [round(seconds) // 2 * 2 for seconds in returns] == pytest.approx([2, 4, 8, 16, 32, 64], abs=6)


def test_job_written_just_after_its_message_starts_at_first_receipt(database: SimulatedDatabase) -> None:
    """The api function sends first, so the planner may look before the job is written."""
    waiters: list[Waiter] = []

    def meddle(moment: Moment) -> None:
        match moment.function, moment.call, moment.when, moment.service:
            case "api", 2, "before", "database":
                waiters.append(Waiter(world.scheduler))
                waiters[0].wait()
            case "planner", _, "after", "database" if waiters:
                waiters[0].wake()

    with World(database, meddle=meddle) as world:
        job_id = User(world).insist("key")

        assert job(world, job_id) == ("completed", 1, 0)
        assert world.sources["planner"].receives == 1


def test_retry_runs_even_if_message_arrives_before_its_write(database: SimulatedDatabase) -> None:
    is_retrying = False

    def meddle(moment: Moment) -> None:
        if is_retrying and (moment.function, moment.call, moment.when) == ("api", 2, "before"):
            world.scheduler.sleep(5)

    with World(database, meddle=meddle) as world:
        user = User(world)
        job_id = user.insist("key")
        user.cancel(job_id)
        world.scheduler.pass_time(HOUR_S)
        is_retrying = True

        assert user.retry(job_id)
        assert job(world, job_id)[0] == "completed"


def test_message_of_earlier_round_claims_nothing(database: SimulatedDatabase) -> None:
    with World(database) as world:
        user = User(world)
        job_id = user.insist("key")
        user.cancel(job_id)
        world.scheduler.pass_time(HOUR_S)
        world.faults.throttle("planner", 30)
        user.retry(job_id)
        world.scheduler.pass_time(60)
        send(world, job_id, job_round=0)
        world.scheduler.pass_time(60)

        assert len(world.sources["planner"].acknowledged) == 2
        status = world.sql.execute("SELECT status FROM jobs WHERE id = %s", [job_id]).fetchone()
        assert status == ("pending",), "the message of its round was throttled and is hidden"
        assert job(world, job_id)[0] == "completed"


def test_planner_that_lost_its_lease_does_not_delete_message(database: SimulatedDatabase) -> None:
    """Another planner works with it. SQS may accept the old receipt handle."""
    conditions = Conditions(agents_take_s=150, stale=StaleReceipts(delete=True, change="works"))

    def meddle(moment: Moment) -> None:
        if (moment.function, moment.number, moment.call, moment.when) == ("planner", 0, 2, "after"):
            moment.environment.freeze()
            world.scheduler.at(world.now + 130, moment.environment.thaw)
            Waiter(world.scheduler).wait(0)

    with World(database, conditions, meddle) as world:
        job_id = User(world).insist("key")
        world.scheduler.pass_time(160)
        assert world.lambdas.running("planner") == 1, "the first planner noticed that it lost its lease"
        world.lambdas.kill_all("planner")

        assert job(world, job_id) == ("completed", 3, 2)


def test_unknown_type_of_job_fails_at_once(database: SimulatedDatabase) -> None:
    with World(database) as world:
        user, job_id = User(world), uuid4()
        world.sql.execute(
            "WITH job AS (INSERT INTO jobs (id, user_id, job_type, sections, event_seq)"
            " VALUES (%s, %s, 'astrology', '{report}', 1) RETURNING id)"
            " INSERT INTO job_events (job_id, seq, kind) SELECT id, 1, 'queued' FROM job",
            [job_id, user.id],
        )
        send(world, job_id)

        assert job(world, job_id) == ("failed", 1, 0)
        assert world.sources["planner"].receives == 1
        message = world.sql.execute("SELECT error_message FROM jobs WHERE id = %s", [job_id]).fetchone()
        assert message is not None
        assert message[0].startswith("This kind of analysis is not available at the moment.")


def test_message_with_unknown_fields_is_processed(database: SimulatedDatabase) -> None:
    """A later version may have sent it during a deployment. One of an earlier version has no round."""
    with World(database) as world:
        world.faults.throttle("planner", 60)
        job_id = User(world).insist("key")
        world.queues["analysis-jobs"].purge(world.now)
        world.scheduler.pass_time(60)
        world.queues["analysis-jobs"].send(f'{{"job_id": "{job_id}", "priority": {{"of": 7}}}}', "", world.now)
        world.look()

        assert job(world, job_id) == ("completed", 1, 0)


def test_poison_is_acknowledged_by_dead_letter_consumer(database: SimulatedDatabase) -> None:
    with World(database) as world:
        for body in POISON:
            world.queues["analysis-jobs"].send(body, "", world.now)
        world.look()
        assert world.until_quiet(HOUR_S)

        assert world.sources["planner"].receives == 60 * len(POISON)
        assert sorted(world.sources["dead_letters"].acknowledged) == sorted(POISON)
        assert not world.lambdas.errors


def test_cancellation_stops_planner_at_its_next_heartbeat(database: SimulatedDatabase) -> None:
    with World(database, SLOW) as world:
        user = User(world)
        job_id = user.insist("key")
        world.scheduler.pass_time(30)
        assert world.lambdas.running("planner") == 1
        user.cancel(job_id)
        world.scheduler.pass_time(LEASE_S / 3 + 1)

        assert world.lambdas.running("planner") == 0
        assert world.sources["planner"].receives == 1
        assert job(world, job_id)[0] == "cancelled"


def test_retry_begins_without_failures(database: SimulatedDatabase) -> None:
    with World(database, Conditions(agents_take_s=170)) as world:
        user = User(world)
        job_id = user.insist("key")
        for _ in range(3):
            world.scheduler.pass_time(80)
            world.lambdas.kill_all("planner")
        assert job(world, job_id) == ("failed", 3, 3)
        user.retry(job_id)

        assert job(world, job_id) == ("completed", 4, 0)


def test_refused_or_repeated_request_sends_no_message(database: SimulatedDatabase) -> None:
    with World(database) as world:
        user = User(world)
        jobs = [user.insist(f"key {number}") for number in range(3)]
        assert user.submit("one too many") is None
        assert user.submit("key 0") == jobs[0]
        assert not user.retry(jobs[0])

        assert world.sends == [("api", "analysis-jobs")] * 3


def test_job_submitted_again_under_its_key_is_another_job(database: SimulatedDatabase) -> None:
    """The planner and agents of the deleted job are still at work and must not find the new one."""
    with World(database, Conditions(agents_take_s=100)) as world:
        user = User(world)
        deleted = user.insist("key")
        world.scheduler.pass_time(30)
        assert user.cancel(deleted)
        assert user.delete(deleted)
        user.edit_portfolio()
        job_id = user.insist("key")

        assert job(world, job_id) == ("completed", 1, 0)
        assert job_id != deleted
