"""What a test asks the endpoint to do wrong, and what the endpoint was asked to run."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scripts.local.data_api.errors import (
    DatabaseResumingException,
    DatabaseUnavailableException,
    InternalServerErrorException,
    ServiceError,
    ServiceUnavailableError,
    StatementTimeoutException,
    ThrottlingException,
    ValidationException,
)

REFUSALS: dict[str, type[ServiceError]] = {
    "resuming": DatabaseResumingException,
    "unavailable_503": ServiceUnavailableError,
    "unavailable_504": DatabaseUnavailableException,
    "internal_error": InternalServerErrorException,
    "throttling": ThrottlingException,
    "statement_timeout": StatementTimeoutException,
}
MESSAGES = {
    "resuming": "The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and try again.",
    "throttling": "Rate exceeded",
    "statement_timeout": "Request timed out",
}
DELAY, REQUEST_LOST, ANSWER_LOST = "delay", "request_lost", "answer_lost"
KINDS = {*REFUSALS, DELAY, REQUEST_LOST, ANSWER_LOST}
REMEMBERED_STATEMENTS = 100_000
SQL_SHOWN = 200


class ConnectionLost(Exception):
    """The connection is to be closed without an answer."""


@dataclass
class Fault:
    """One kind of trouble for the next `times` calls whose SQL (or, where there is none, operation) has `match` in it.

    `seconds` is how long a delay takes. For the other kinds it opens a window instead: from the first call it hits, the
    fault stays for that long, whatever `times` says, as a cluster that resumes does.
    """

    kind: str
    times: int = 1
    match: str | None = None
    seconds: float | None = None
    fired: int = 0
    first_fired: float | None = None

    def hits(self, text: str) -> bool:
        if self.match is not None and self.match not in text:
            return False
        if self.kind != DELAY and self.seconds is not None:
            return self.first_fired is None or time.monotonic() < self.first_fired + self.seconds
        return self.fired < self.times

    def fire(self) -> None:
        self.fired += 1
        self.first_fired = self.first_fired or time.monotonic()


class Faults:
    """The armed faults, in the order they were injected: each call meets every delay, and the first other one."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = threading.Lock()

    def inject(self, request: Mapping[str, Any]) -> None:
        match request:
            case {"kind": str(kind)} if kind in KINDS:
                fault = Fault(kind, request.get("times", 1), request.get("match"), request.get("seconds"))
            case _:
                raise ValidationException(f"kind is one of {sorted(KINDS)}")
        with self._lock:
            self._armed.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def describe(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._armed]

    def before(self, text: str) -> bool:
        """Delays, refuses or loses a call. True: run it, and lose the answer."""
        chosen: list[Fault] = []
        with self._lock:
            for fault in self._armed:
                if fault.hits(text) and (fault.kind == DELAY or all(other.kind == DELAY for other in chosen)):
                    fault.fire()
                    chosen.append(fault)
        for fault in chosen:
            if fault.kind == DELAY:
                time.sleep(fault.seconds or 0)
            elif fault.kind == REQUEST_LOST:
                raise ConnectionLost
            elif fault.kind in REFUSALS:
                members = {"dbConnectionId": 0} if fault.kind == "statement_timeout" else {}
                raise REFUSALS[fault.kind](MESSAGES.get(fault.kind, "The service is unavailable"), **members)
        return any(fault.kind == ANSWER_LOST for fault in chosen)


class Statements:
    """The latest calls, for tests and benchmarks that count them. Texts only, never a parameter's value."""

    def __init__(self) -> None:
        self._calls: deque[dict[str, Any]] = deque(maxlen=REMEMBERED_STATEMENTS)

    def add(self, operation: str, sql: str | None, seconds: float, ok: bool) -> None:
        shown = sql and sql[:SQL_SHOWN]
        self._calls.append({"operation": operation, "sql": shown, "seconds": round(seconds, 6), "ok": ok})

    def clear(self) -> None:
        self._calls.clear()

    def describe(self) -> list[dict[str, Any]]:
        return list(self._calls.copy())  # in one step: others append meanwhile
