"""Statements of processes: each runs at one moment of simulated time, or waits for a lock and overlaps with others."""

import json
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any
from uuid import UUID

import psycopg

from functions.shared.database.transport import NoAnswer, Response
from scripts.local.data_api.errors import ServiceError
from scripts.local.data_api.faults import ConnectionLost
from tests.simulation.database import START, SimulatedDatabase
from tests.simulation.scheduler import Scheduler, Waiter

_LOCK = "SELECT FROM jobs WHERE id = ANY (%s) ORDER BY id FOR UPDATE"
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
_SET_CLOCK = "UPDATE simulation.clock SET at = %s::timestamptz + make_interval(secs => %s)"
#: Real seconds between two checks of whether a statement has ended or waits for a lock.
_LOOK_S = 0.001
#: More than ever wait at once. The pool's default size depends on the processors and left further ones unsent.
_MOST_WAITING = 40


class Statements:
    """`close` releases held statements and ends those that wait."""

    def __init__(self, database: SimulatedDatabase, scheduler: Scheduler) -> None:
        self._database = database
        self._scheduler = scheduler
        self._clock = -1.0
        self._gate: psycopg.Connection[Any] | None = None
        self._blocked: list[tuple[Future[Response], Waiter]] = []
        self._workers = ThreadPoolExecutor(_MOST_WAITING, thread_name_prefix="statement")
        self.overlapped = 0
        """The number of statements that had to wait for a lock."""

    def close(self) -> None:
        self._open_gate()
        self._workers.shutdown()

    def run(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        """Raises NoAnswer if the statement still waits for a lock after `read_timeout_s`; it continues nevertheless."""
        self.set_clock()
        if self._gate is None:
            return self._exchange(path, body)
        assert len(self._blocked) < _MOST_WAITING, "one more statement would never be sent"
        response = self._workers.submit(self._exchange, path, body)
        while not wait([response], _LOOK_S).done:
            if self._waiting_for_locks() > len(self._blocked):
                self.overlapped += 1
                waiter = Waiter(self._scheduler)
                self._blocked.append((response, waiter))
                if not waiter.wait(read_timeout_s):
                    raise NoAnswer("it waits for a lock")
        return response.result()

    def hold(self, jobs: Iterable[UUID], seconds: float) -> bool:
        """Lock jobs for a while: statements that need them begin, wait, and proceed together, in the order of arrival.

        Returns False if jobs are already locked.
        """
        if self._gate is not None:
            return False
        self._gate = psycopg.connect(self._database.dsn)
        self._gate.execute(_LOCK, [list(jobs)])
        self._scheduler.at(self._scheduler.now + seconds, self._open_gate)
        return True

    def set_clock(self) -> None:
        """Set the database's time."""
        if self._clock != self._scheduler.now:
            self._clock = self._scheduler.now
            self._database.sql.execute(_SET_CLOCK, [START, self._clock])

    def _open_gate(self) -> None:
        if self._gate is None:
            return
        self.set_clock()
        self._gate.close()
        self._gate = None
        blocked, self._blocked = self._blocked, []
        wait([response for response, _ in blocked])
        for _, waiter in blocked:
            waiter.wake()

    def _waiting_for_locks(self) -> int:
        found = self._database.sql.execute(_WAITING).fetchone()
        assert found is not None
        count: int = found[0]
        return count

    def _exchange(self, path: str, body: bytes) -> Response:
        try:
            return Response(200, "", json.dumps(self._database.api.call(path.removeprefix("/"), body)).encode())
        except ServiceError as error:
            return Response(error.status, error.code, json.dumps(error.body).encode())
        except ConnectionLost as error:
            raise NoAnswer from error
