"""The simulated SQS and Lambda behave as AWS documents. The modules name the pages."""

import json
import os
from typing import Any

import pytest

from functions.shared.queues import send
from functions.shared.runtime import Runtime
from functions.shared.tasks import JobMessage
from scripts.manifest import Manifest
from tests.simulation.database import SimulatedDatabase
from tests.simulation.lambdas import MOST_IN_A_CHAIN, Recursion, continued
from tests.simulation.production import production_manifest
from tests.simulation.sqs import Queue, SqsError, StaleReceipts
from tests.simulation.user import User
from tests.simulation.world import QUEUE_URL, Conditions, World

DAY_S = 24 * 3600


def queue(stale: StaleReceipts | None = None, **settings: Any) -> Queue:
    return Queue(
        "jobs", **{"visibility_timeout_s": 620, "retention_s": 7 * DAY_S, **settings}, stale=stale or StaleReceipts()
    )


def test_message_is_hidden_for_visibility_timeout() -> None:
    jobs = queue()
    jobs.send("a", "", now=0)

    message = jobs.receive(0)

    assert message is not None
    assert jobs.receive(619) is None
    assert jobs.receive(620) is message
    assert message.receive_count == 2


def test_changed_visibility_counts_from_now() -> None:
    jobs = queue()
    jobs.send("a", "", now=0)
    message = jobs.receive(0)
    assert message is not None

    jobs.change_visibility(message.receipts[-1], 65, now=10)

    assert jobs.receive(74) is None
    assert jobs.receive(75) is message


def test_message_is_never_hidden_for_more_than_twelve_hours() -> None:
    jobs = queue()
    jobs.send("a", "", now=0)
    message = jobs.receive(0)
    assert message is not None

    jobs.change_visibility(message.receipts[-1], 43_200, now=0)
    with pytest.raises(SqsError, match="InvalidParameterValue"):
        jobs.change_visibility(message.receipts[-1], 43_200, now=1)


def test_visible_message_cannot_be_hidden() -> None:
    jobs = queue()
    jobs.send("a", "", now=0)
    message = jobs.receive(0)
    assert message is not None

    with pytest.raises(SqsError, match="MessageNotInflight"):
        jobs.change_visibility(message.receipts[-1], 65, now=621)


@pytest.mark.parametrize("change", ["works", "nothing", "refused"])
def test_old_receipt_handle_may_or_may_not_work(change: Any) -> None:
    jobs = queue(StaleReceipts(delete=change == "works", change=change))
    message = jobs.send("a", "", now=0)
    assert jobs.receive(0) is message
    jobs.receive_again(message, now=1)
    old = message.receipts[0]

    if change == "refused":
        with pytest.raises(SqsError, match="ReceiptHandleIsInvalid"):
            jobs.change_visibility(old, 5, now=2)
    else:
        jobs.change_visibility(old, 5, now=2)
    assert (jobs.receive(7) is message) == (change == "works")
    jobs.delete(old, now=8)
    assert (not jobs.messages) == (change == "works")


def test_message_moves_after_its_last_receipt_and_keeps_its_age() -> None:
    dead = queue(retention_s=14 * DAY_S)
    jobs = queue(max_receive_count=60, dead_letters=dead)
    message = jobs.send("a", "", now=0)
    for receipt in range(60):
        assert jobs.receive(receipt * 700) is message

    assert jobs.receive(60 * 700) is None
    assert dead.receive(60 * 700) is message
    assert dead.receive(14 * DAY_S) is None
    assert not dead.messages


def test_message_is_lost_when_its_retention_ends() -> None:
    jobs = queue()
    jobs.send("a", "", now=0)

    assert jobs.receive(7 * DAY_S) is None
    assert not jobs.messages


def test_quiet_tenants_come_before_noisy_one() -> None:
    jobs = queue()
    for number in range(100):
        jobs.send(f"noisy {number}", "noisy", now=0)
    first = jobs.receive(1)
    assert first is not None
    assert first.body == "noisy 0"
    jobs.send("quiet", "quiet", now=20)

    second, third = jobs.receive(20), jobs.receive(21)

    assert second is not None
    assert third is not None
    assert [second.body, third.body] == ["quiet", "noisy 1"]


def test_tenant_without_recent_work_is_quiet_again() -> None:
    jobs = queue()
    jobs.send("first", "tenant", now=0)
    message = jobs.receive(0)
    assert message is not None
    jobs.delete(message.receipts[-1], now=40)
    jobs.send("second", "tenant", now=600)
    jobs.send("third", "other", now=601)

    received = jobs.receive(602)

    assert received is not None
    assert received.body == "second"


def test_sdk_passes_chain_on_in_trace_header(database: SimulatedDatabase) -> None:
    with World(database) as world:
        world.request(
            lambda: world.runtimes["api"].sqs().send_message(QueueUrl=f"{QUEUE_URL}analysis-jobs", MessageBody="{}")
        )
        (message,) = world.queues["analysis-jobs"].messages.values()

        assert message.trace.endswith("Lineage=api:1")
        assert "_X_AMZN_TRACE_ID" not in os.environ


def test_function_that_sends_to_its_own_queue_is_stopped(database: SimulatedDatabase) -> None:
    """An earlier version's watchdog did this: after 16 checks, its message and with it the job were lost."""

    def look_again(event: dict[str, Any], context: Any, runtime: Runtime) -> dict[str, Any]:
        message = JobMessage.model_validate_json(event["Records"][0]["body"])
        send(runtime.sqs(), f"{QUEUE_URL}analysis-jobs", message, "user")
        return {"batchItemFailures": []}

    with World(database, further_handlers={"planner": look_again}) as world:
        User(world).insist("key")
        assert world.until_quiet(DAY_S)

        assert world.sends.count(("planner", "analysis-jobs")) == MOST_IN_A_CHAIN
        assert len(world.sources["dead_letters"].acknowledged) == 1
        assert world.sql.execute("SELECT status FROM jobs").fetchone() == ("failed",)


def test_redelivery_does_not_lengthen_chain(database: SimulatedDatabase) -> None:
    def give_back(event: dict[str, Any], context: Any, runtime: Runtime) -> dict[str, Any]:
        record = event["Records"][0]
        runtime.sqs().change_message_visibility(
            QueueUrl=f"{QUEUE_URL}analysis-jobs", ReceiptHandle=record["receiptHandle"], VisibilityTimeout=1
        )
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}

    with World(database, further_handlers={"planner": give_back}) as world:
        User(world).insist("key")
        assert world.until_quiet(DAY_S)

        assert world.sources["planner"].receives == 60


def test_chain_is_counted_by_function() -> None:
    trace = ""
    for _ in range(MOST_IN_A_CHAIN):
        trace = continued(continued(trace, "planner"), "reporter")

    with pytest.raises(Recursion):
        continued(trace, "planner")
    assert continued(trace, "charter")


def test_no_function_sends_to_queue_that_invokes_it() -> None:
    manifest = production_manifest()

    assert {function.name for function in manifest.functions.values() if function.sends_to()} == {"api"}
    assert loops(manifest) == []


def loops(manifest: Manifest) -> list[str]:
    """Functions that lead back to themselves, through queues or other functions."""
    consumers = {queue.name: [queue.consumer, queue.dead_letters.consumer] for queue in manifest.queues.values()}
    following = {
        function.name: {
            *manifest.invoked_by(function),
            *(name for queue in function.sends_to() for name in consumers[queue]),
        }
        for function in manifest.functions.values()
    }

    def reached(names: set[str]) -> set[str]:
        further = names.union(*(following[name] for name in names))
        return names if further == names else reached(further)

    return [name for name in following if following[name] and name in reached(following[name])]


def test_account_concurrency_throttles_agents_and_jobs_complete(database: SimulatedDatabase) -> None:
    """Four executions at a time: two planners leave room for two agents."""
    with World(database, Conditions(concurrency=4, agents_take_s=30)) as world:
        user = User(world)
        for number in range(2):
            user.insist(f"key {number}")
        assert world.until_quiet(DAY_S)

        assert world.sql.execute("SELECT count(*) FROM jobs WHERE status = 'completed'").fetchone() == (2,)
        assert world.lambdas.throttled > 0


def test_no_more_messages_are_received_than_planners_can_run(database: SimulatedDatabase) -> None:
    with World(database, Conditions(planners=2, agents_take_s=60)) as world:
        user = User(world)
        for number in range(3):
            user.insist(f"key {number}")
        world.scheduler.pass_time(30)

        waiting = [message for message in world.queues["analysis-jobs"].messages.values() if not message.receive_count]
        assert (world.lambdas.running("planner"), len(waiting)) == (2, 1)


def test_function_over_its_timeout_is_ended(database: SimulatedDatabase) -> None:
    def sleep(event: dict[str, Any], context: Any, runtime: Runtime) -> dict[str, Any]:
        runtime.sleep(10_000)
        raise AssertionError("it was not ended")

    with World(database, further_handlers={"reporter": sleep}) as world:
        User(world).insist("key")
        assert world.until_quiet(DAY_S)

        message = world.sql.execute("SELECT error_message FROM jobs").fetchone()
        assert message is not None
        assert message[0].startswith("Writing the report took too long.")
        assert world.lambdas.invocations["reporter"] == 1


def test_leftover_threads_continue_with_next_invocation(database: SimulatedDatabase) -> None:
    calls: list[str] = []

    def leave_behind(event: dict[str, Any], context: Any, runtime: Runtime) -> dict[str, Any]:
        def late() -> None:
            runtime.sleep(1)
            calls.append("late")

        calls.append(event["call"])
        if event["call"] == "first":
            runtime.threads.start("late", late)
        runtime.sleep(0.5)
        return {}

    conditions = Conditions(reuses_environments=True)
    with World(database, conditions, further_handlers={"charter": leave_behind}) as world:

        def call(name: str) -> None:
            payload = json.dumps({"call": name}).encode()
            world.request(
                lambda: world.runtimes["planner"].lambda_client(60).invoke(FunctionName="alex-charter", Payload=payload)
            )

        call("first")
        world.scheduler.pass_time(60)
        assert calls == ["first"]
        call("second")
        assert calls == ["first", "late", "second"]
