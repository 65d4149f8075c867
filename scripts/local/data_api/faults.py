"""Faults that tests inject, and a record of the calls."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scripts.local.data_api.errors import (
    DatabaseErrorException,
    DatabaseResumingException,
    DatabaseUnavailableException,
    InternalServerErrorException,
    ServiceError,
    ServiceUnavailableError,
    StatementTimeoutException,
    ThrottlingException,
    ValidationException,
)

ERRORS: dict[str, type[ServiceError]] = {
    "resuming": DatabaseResumingException,
    "unavailable_503": ServiceUnavailableError,
    "unavailable_504": DatabaseUnavailableException,
    "internal_error": InternalServerErrorException,
    "throttling": ThrottlingException,
    "statement_timeout": StatementTimeoutException,
    "disk_full": DatabaseErrorException,
    "out_of_memory": DatabaseErrorException,
    "lock_timeout": DatabaseErrorException,
}
MESSAGES = {
    "resuming": "The Aurora DB instance is resuming after being auto-paused. Please wait a few seconds and try again.",
    "throttling": "Rate exceeded",
    "statement_timeout": "Request timed out",
    "disk_full": "ERROR: could not extend file; SQLState: 53100",
    "out_of_memory": "ERROR: out of memory; SQLState: 53200",
    "lock_timeout": "ERROR: canceling statement due to lock timeout; SQLState: 55P03",
}
DELAY, REQUEST_LOST, ANSWER_LOST = "delay", "request_lost", "answer_lost"
KINDS = {*ERRORS, DELAY, REQUEST_LOST, ANSWER_LOST}
MAX_CALLS = 100_000
MAX_SQL_SHOWN = 200


class ConnectionLost(Exception):
    """Close the connection without a response."""


@dataclass
class Fault:
    """A fault for the next `times` calls whose SQL, or operation if there is no SQL, contains `match`.

    For a delay, `seconds` is its length. For any other kind, `seconds` replaces `times` with a window that opens with
    the first matching call, like that of a resuming cluster.
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
    """The armed faults, in order of injection. Every matching delay applies to a call, and the first other match."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = threading.Lock()

    def inject(self, request: Mapping[str, Any]) -> None:
        match request:
            case {"kind": str(kind)} if kind in KINDS:
                fault = Fault(kind, request.get("times", 1), request.get("match"), request.get("seconds"))
            case _:
                raise ValidationException(f"kind must be one of {sorted(KINDS)}")
        with self._lock:
            self._armed.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def describe(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._armed]

    def before(self, text: str) -> bool:
        """Delay or fail a call. Returns True if the call should run but its response be lost.

        Raises the fault's ServiceError, or ConnectionLost for a lost request.
        """
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
            elif fault.kind in ERRORS:
                members = {"dbConnectionId": 0} if fault.kind == "statement_timeout" else {}
                raise ERRORS[fault.kind](MESSAGES.get(fault.kind, "The service is unavailable"), **members)
        return any(fault.kind == ANSWER_LOST for fault in chosen)


class Statements:
    """The latest calls, for tests and benchmarks that count them. Records SQL text, never parameter values."""

    def __init__(self) -> None:
        self._calls: deque[dict[str, Any]] = deque(maxlen=MAX_CALLS)

    def add(self, operation: str, sql: str | None, seconds: float, ok: bool) -> None:
        shown = sql and sql[:MAX_SQL_SHOWN]
        self._calls.append({"operation": operation, "sql": shown, "seconds": round(seconds, 6), "ok": ok})

    def clear(self) -> None:
        self._calls.clear()

    def describe(self) -> list[dict[str, Any]]:
        return list(self._calls.copy())  # copy() is atomic; other threads append during iteration
