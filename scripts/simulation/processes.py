"""A process of a function: its calls to AWS are the moments at which something may happen to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

T = TypeVar("T")
When = Literal["start", "before", "after"]


class Killed(BaseException):
    """The process is gone in this moment. Nothing catches it, nothing that it would still do happens."""


@dataclass(frozen=True)
class Moment:
    """`number`: that of the process among those of its function; `call`: which of its calls, from 0.

    `message`: what the queue handed it.
    """

    function: str
    number: int
    call: int
    when: When
    service: str
    message: str


class Process:
    """One invocation of a function. `ends_at`: when Lambda ends it, in simulated seconds."""

    def __init__(
        self, function: str, number: int, ends_at: float, now: Callable[[], float], meddle: Callable[[Moment], None]
    ) -> None:
        self.function = function
        self.ends_at = ends_at
        self.calls: list[str] = []
        self.is_dead = False
        self.message = ""
        self._number = number
        self._now = now
        self._meddle = meddle

    @property
    def seconds_left(self) -> float:
        return self.ends_at - self._now()

    def start(self) -> None:
        self._moment("start", "")

    def call(self, service: str, exchange: Callable[[], T]) -> T:
        """Makes one call. Raises Killed where the process dies, and what is raised in place of call or answer."""
        self.check()
        self.calls.append(service)
        self._moment("before", service)
        answer = exchange()
        self._moment("after", service)
        return answer

    def check(self) -> None:
        """Raises Killed once the process is gone, or out of its time."""
        if self.is_dead or self.seconds_left <= 0:
            self.is_dead = True
            raise Killed(self.function)

    def _moment(self, when: When, service: str) -> None:
        try:
            self._meddle(Moment(self.function, self._number, len(self.calls) - 1, when, service, self.message))
        except Killed:
            self.is_dead = True
            raise
        self.check()
