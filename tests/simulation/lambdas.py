"""AWS Lambda in simulated time: execution environments, concurrency, timeouts, event sources, loop detection.

Each behavior names its page of the AWS Lambda Developer Guide.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from functions.shared.runtime import Runtime
from scripts.manifest import Manifest
from tests.simulation.environments import Environment, Meddle
from tests.simulation.responses import ServiceResponse, function_error, refusal
from tests.simulation.scheduler import Scheduler
from tests.simulation.sqs import Message, Queue

Handler = Callable[[dict[str, Any], Any, Runtime], Any]
Done = Callable[[ServiceResponse], None]

#: "Use Lambda recursive loop detection to prevent infinite loops": about 16 invocations in one chain of requests.
MOST_IN_A_CHAIN = 16
_LINEAGE = re.compile(r"Lineage=([^;]*)")

KILLED = function_error("Runtime.ExitError", "RequestId: request Error: Runtime exited with error: signal: killed")
THROTTLED = refusal(429, "TooManyRequestsException")
#: A cold start, and a warm one, in seconds.
_COLD_S, _WARM_S = (0.3, 3.0), (0.01, 0.05)


class Recursion(Exception):
    """The chain of requests has invoked this function too often."""


class Lambda:
    """The service. `concurrency`: executions at a time in the whole account; further ones are throttled.

    `reuses_environments`: whether an environment is used again, with the threads that the last invocation left in it.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        manifest: Manifest,
        handlers: Mapping[str, Handler],
        runtimes: Mapping[str, Runtime],
        meddle: Meddle,
        random: Random,
        *,
        concurrency: int = 1000,
        reuses_environments: bool = False,
    ) -> None:
        self.invocations: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        """Invocations that raised, by function and exception. They trigger the alarm on a function's errors."""
        self.throttled = 0
        self.is_throttled: Callable[[str], bool] = lambda _: False
        self._scheduler = scheduler
        self._manifest = manifest
        self._handlers = handlers
        self._runtimes = runtimes
        self._meddle = meddle
        self._random = random
        self._concurrency = concurrency
        self._reuses_environments = reuses_environments
        self._idle: dict[str, list[Environment]] = {}
        self._working: dict[Environment, Done] = {}

    def start(self, function: str, payload: bytes, trace: str, done: Done, message: str = "") -> bool:
        """Begin an invocation; `done` gets its response. Returns False when it is throttled. Raises Recursion."""
        chain = continued(trace, function)
        if len(self._working) >= self._concurrency or self.is_throttled(function):
            self.throttled += 1
            return False
        idle = self._idle.get(function)
        environment = idle.pop() if idle else self._new_environment(function)
        delay_s = self._random.uniform(*(_WARM_S if idle is not None and environment.number else _COLD_S))
        timeout_s = self._manifest.functions[function].timeout_s
        number = self.invocations[function]
        self.invocations[function] += 1
        environment.begin(number, self._scheduler.now + delay_s + timeout_s, message, chain)
        self._working[environment] = done
        environment.thaw()
        environment.start(lambda: self._run(environment, payload), delay_s)
        self._scheduler.at(environment.ends_at, lambda: self._time_out(environment, number, timeout_s))
        return True

    def kill(self, environment: Environment, response: ServiceResponse = KILLED) -> None:
        """End its process. Its caller gets an error."""
        environment.kill()
        if done := self._working.pop(environment, None):
            done(response)

    def running(self, function: str) -> int:
        """Invocations of a function that have not ended."""
        return sum(environment.function == function for environment in self._working)

    def kill_all(self, function: str) -> None:
        """End every process that runs a function. Call it between the turns of threads."""
        for environment in [working for working in self._working if working.function == function]:
            self.kill(environment)

    def stop(self) -> None:
        for environment in [*self._working, *(idle for all_idle in self._idle.values() for idle in all_idle)]:
            environment.kill()

    def _new_environment(self, function: str) -> Environment:
        return Environment(self._scheduler, function, clock_offset_s=self._random.uniform(0, 1200))

    def _run(self, environment: Environment, payload: bytes) -> None:
        self._meddle(environment.moment(-1, "start", "", 0))
        environment.check()
        try:
            handler, runtime = self._handlers[environment.function], self._runtimes[environment.function]
            result = handler(json.loads(payload), environment.context(), runtime)
            response = ServiceResponse(200, {}, json.dumps(result).encode())
        except Exception as error:
            self.errors[f"{environment.function}: {type(error).__name__}"] += 1
            response = function_error(type(error).__name__, str(error))
        environment.check()
        if done := self._working.pop(environment, None):
            if self._reuses_environments:
                environment.freeze()
                self._idle.setdefault(environment.function, []).append(environment)
            else:
                environment.kill()
            done(response)

    def _time_out(self, environment: Environment, number: int, timeout_s: float) -> None:
        if environment in self._working and environment.number == number:
            self.kill(environment, function_error("Sandbox.Timedout", f"Task timed out after {timeout_s:.2f} seconds"))


class EventSource:
    """An event source mapping of a queue, with a batch size of 1 and ReportBatchItemFailures.

    "Handling errors for an SQS event source in Lambda": a message is deleted when the function has returned without
    naming it; otherwise it returns when its visibility timeout ends. "Configuring maximum concurrency": no more
    messages are received than can run. A throttled invocation is like one that failed.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        service: Lambda,
        queue: Queue,
        function: str,
        concurrency: int,
        random: Random,
        look_everywhere: Callable[[], None],
    ) -> None:
        """`look_everywhere` makes every event source look for messages: a message may have moved to another queue."""
        self.received: set[str] = set()
        """The ids of the messages."""
        self.received_at: list[float] = []
        self.ended_at: list[float] = []
        """The end times of invocations."""
        self.acknowledged: list[str] = []
        """The bodies of messages that the function has processed."""
        self.queue = queue
        self._scheduler = scheduler
        self._service = service
        self._function = function
        self._concurrency = concurrency
        self._random = random
        self._look_everywhere = look_everywhere
        self._running = 0
        self._next_poll = float("inf")
        self._rests_until = 0.0

    @property
    def receives(self) -> int:
        return len(self.received_at)

    def look(self) -> None:
        """Receive visible messages, now or once there are any. Call this when a message may have become visible."""
        now = self._scheduler.now
        visible_at = self.queue.next_visible_at(now)
        if visible_at is None or self._running >= self._concurrency:
            return
        when = max(visible_at, self._rests_until) + self._random.uniform(0.005, 0.5)
        if when < self._next_poll or self._next_poll < now:
            self._next_poll = when
            self._scheduler.at(when, lambda: self._poll(when))

    def deliver_again(self) -> bool:
        """Deliver a message that is in flight a second time: "Amazon SQS at-least-once delivery"."""
        in_flight = [message for message in self.queue.messages.values() if message.is_in_flight]
        if not in_flight or self._running >= self._concurrency:
            return False
        self.queue.receive_again(in_flight[0], self._scheduler.now)
        self._invoke(in_flight[0])
        return True

    def _poll(self, when: float) -> None:
        if when != self._next_poll:
            return
        self._next_poll = float("inf")
        while self._running < self._concurrency and (message := self.queue.receive(self._scheduler.now)):
            self._invoke(message)
        self._look_everywhere()

    def _invoke(self, message: Message) -> None:
        receipt = message.receipts[-1]
        self.received.add(message.id)
        self.received_at.append(self._scheduler.now)
        self._running += 1
        event = json.dumps({"Records": [_record(message, self.queue.name)]}).encode()
        try:
            started = self._service.start(
                self._function,
                event,
                message.trace,
                lambda response: self._end(message, receipt, response),
                message.body,
            )
        except Recursion:
            self._running -= 1
            self.queue.move_to_dead_letters(message, self._scheduler.now)
            return
        if not started:
            self._end(message, receipt, THROTTLED)

    def _end(self, message: Message, receipt: str, response: ServiceResponse) -> None:
        self._running -= 1
        self.ended_at.append(self._scheduler.now)
        if response.is_failure:
            # Lambda polls less after errors. By how much is not documented (?).
            self._rests_until = self._scheduler.now + self._random.uniform(0, 5)
        elif not json.loads(response.body)["batchItemFailures"]:
            self.acknowledged.append(message.body)
            self.queue.delete(receipt, self._scheduler.now)
        self._look_everywhere()


def continued(trace: str, function: str) -> str:
    """Return the trace header of an invocation caused by a request with this header. Raises Recursion.

    The header is opaque to functions. What AWS writes into its part `Lineage` is not documented (?).
    """
    lineage = _LINEAGE.search(trace)
    counts = Counter[str]()
    for entry in lineage[1].split(",") if lineage else []:
        name, _, number = entry.rpartition(":")
        counts[name] = int(number)
    counts[function] += 1
    if counts[function] > MOST_IN_A_CHAIN:
        raise Recursion(function)
    return "Root=1-00000000-000000000000000000000000;Lineage=" + ",".join(f"{name}:{n}" for name, n in counts.items())


def _record(message: Message, queue: str) -> dict[str, Any]:
    """ "Using Lambda with Amazon SQS": one message of an event."""
    return {
        "messageId": message.id,
        "receiptHandle": message.receipts[-1],
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receive_count),
            "SentTimestamp": str(round(1000 * message.sent_at)),
            "MessageGroupId": message.group,
        },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:alex-{queue}",
        "awsRegion": "us-east-1",
    }
