"""A function's execution environment. Faults strike at its calls to AWS."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Literal

from scripts.manifest import NAME_PREFIX
from tests.simulation.scheduler import Process, Scheduler

When = Literal["start", "before", "after"]


@dataclass(frozen=True)
class Moment:
    """`number`: the invocation's number among those of its function; `call`: the index of its call, from 0.

    `message`: the body of the message that it processes. `timeout_s`: how long the caller waits for the response.
    """

    environment: "Environment"
    function: str
    number: int
    call: int
    when: When
    service: str
    message: str
    timeout_s: float


class Environment(Process):
    """Runs one invocation at a time. `ends_at`: when Lambda ends the current one.

    Between invocations, its threads are frozen; they continue with the next one: "Understanding the Lambda execution
    environment lifecycle", AWS Lambda Developer Guide. Its own clock begins at `clock_offset_s`.
    """

    def __init__(self, scheduler: Scheduler, function: str, clock_offset_s: float = 0) -> None:
        super().__init__(scheduler, function)
        self.function = function
        self.number = 0
        self.ends_at = 0.0
        self.calls = 0
        self.message = ""
        self.trace = ""
        self._clock_offset_s = clock_offset_s

    def begin(self, number: int, ends_at: float, message: str, trace: str) -> None:
        """`trace`: the trace header that calls of the SDK pass on."""
        self.number, self.ends_at, self.message, self.trace = number, ends_at, message, trace
        self.calls = 0

    def clock(self) -> float:
        """time.monotonic() as seen by the function."""
        return self._scheduler.now + self._clock_offset_s

    def context(self) -> Any:
        """Lambda's context of the current invocation."""
        ends_at = self.ends_at
        return SimpleNamespace(
            function_name=f"{NAME_PREFIX}-{self.function}",
            memory_limit_in_mb=1024,
            invoked_function_arn=f"arn:aws:lambda:us-east-1:000000000000:function:{NAME_PREFIX}-{self.function}",
            aws_request_id="request",
            get_remaining_time_in_millis=lambda: round(1000 * (ends_at - self._scheduler.now)),
        )

    def moment(self, call: int, when: When, service: str, timeout_s: float) -> Moment:
        return Moment(self, self.function, self.number, call, when, service, self.message, timeout_s)


Meddle = Callable[[Moment], None]
