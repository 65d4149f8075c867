"""A planner and its message: when it is kept, returned, taken over, acknowledged."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from functions.shared.plans import AGENTS
from functions.shared.tasks import JobMessage
from tests.simulation.database import SimulatedDatabase
from tests.simulation.environments import Moment
from tests.simulation.fault_injection import POISON
from tests.simulation.invariants import violations
from tests.simulation.production import LEASE_S
from tests.simulation.scheduler import Waiter
from tests.simulation.sqs import StaleReceipts
from tests.simulation.user import User
from tests.simulation.world import Conditions, World

HOUR_S = 3600
SLOW = Conditions(agents_take_s=150)
ANY_RECEIPTS = [StaleReceipts(delete, change) for delete in (False, True) for change in ("works", "nothing", "refused")]


def job(world: World, job_id: UUID) -> tuple[str, int, int]:
    """The job's status, attempts and failures once everything is quiet. No invariant is broken."""
    assert world.until_quiet(24 * HOUR_S)
    assert violations(world.sql, [job_id]) == []
    assert not any(queue.messages for queue in world.queues.values())
    found: tuple[str, int, int] | None = world.sql.execute(
        "SELECT status, attempt, failures FROM jobs WHERE id = %s", [job_id]
    ).fetchone()
    assert found is not None
    return found


def assert_true(happened: bool) -> None:
    assert happened


def ended_at(world: World, job_id: UUID) -> float:
    found = world.sql.execute(
        "SELECT extract(epoch FROM completed_at - created_at)::float FROM jobs WHERE id = %s", [job_id]
    ).fetchone()
    assert found is not None
    seconds: float = found[0]
    return seconds


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


def claims(world: World, job_id: UUID) -> list[float]:
    """When the job was claimed, in seconds after its submission."""
    found = world.sql.execute(
        "SELECT extract(epoch FROM at - created_at)::float FROM job_events JOIN jobs ON id = job_id"
        " WHERE job_id = %s AND kind = 'claimed' ORDER BY seq",
        [job_id],
    )
    return [seconds for (seconds,) in found.fetchall()]


def test_planner_killed_during_claim_is_replaced_in_time(database: SimulatedDatabase) -> None:
    """Its message was hidden for a lease at once, not for the queue's ten minutes."""
    with World(database, SLOW) as world:
        job_id = User(world).insist("key")
        world.faults.database_is("resuming", 40)
        world.scheduler.pass_time(30)
        world.lambdas.kill_all("planner")

        assert job(world, job_id) == ("completed", 1, 0)
        assert claims(world, job_id)[0] <= 30 + 75


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
    looked: list[Waiter] = []

    def meddle(moment: Moment) -> None:
        match moment.function, moment.call, moment.when, moment.service:
            case "api", 2, "before", "database":
                looked.append(Waiter(world.scheduler))
                looked[0].wait()
            case "planner", _, "after", "database" if looked:
                looked[0].wake()

    with World(database, meddle=meddle) as world:
        job_id = User(world).insist("key")

        assert job(world, job_id) == ("completed", 1, 0)
        assert world.sources["planner"].receives == 1


def test_retry_whose_message_arrives_before_its_write_runs(database: SimulatedDatabase) -> None:
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
        assert status == ("pending",), "its own message was throttled, and is hidden"
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


def test_transient_errors_count_no_failures(database: SimulatedDatabase) -> None:
    with World(database) as world:
        job_id = User(world).insist("key")
        for agent in AGENTS:
            world.faults.agent_will(agent.name, "without a database", times=4)

        assert job(world, job_id) == ("completed", 5, 0)


@pytest.mark.parametrize("trouble", ["refusing", "silent"])
def test_agent_without_database_fails_no_job(database: SimulatedDatabase, trouble: str) -> None:
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
