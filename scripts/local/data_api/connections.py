"""PostgreSQL connections, and the execution of one statement on one of them."""

from __future__ import annotations

import re
import select
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from scripts.local.data_api.errors import (
    DatabaseUnavailableException,
    ServiceError,
    ServiceUnavailableError,
    StatementTimeoutException,
    UnsupportedResultException,
    database_error,
    statement_error,
)
from scripts.local.data_api.parameters import Bound

Connection = psycopg.Connection[tuple[object, ...]]

SESSION = "-c timezone=UTC -c datestyle=ISO -c bytea_output=hex -c extra_float_digits=1 -c client_encoding=UTF8"
CONNECT_TIMEOUT_S = 5
_MOST_CONNECTIONS = 64
CANCEL_TIMEOUT_S = 5.0
REFUSED = re.compile(r"FATAL: +(?P<message>(database|role) .* does not exist|password authentication failed.*)")
COPYING = {ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH}
OPEN = {TransactionStatus.INTRANS, TransactionStatus.INERROR}
FAILED = {ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE}


class Pool:
    """Connections of one user to one database. Reused connections are reset first and checked to be alive."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._free = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._idle: list[Connection] = []

    def acquire(self) -> Connection:
        """Return a connection in autocommit mode. Raises DatabaseUnavailableException if there is no server."""
        if not self._free.acquire(timeout=CONNECT_TIMEOUT_S):
            raise ServiceUnavailableError("Too many connections")
        try:
            while self._idle:
                connection = self._idle.pop()
                if alive(connection):
                    return connection
                connection.close()
            return _connect(self._dsn)
        except BaseException:
            self._free.release()
            raise

    def release(self, connection: Connection) -> None:
        """Roll back an open transaction, discard session state, and keep the connection; close it if that fails."""
        try:
            if connection.pgconn.transaction_status in OPEN:
                execute(connection, "ROLLBACK", [], CANCEL_TIMEOUT_S)
            if connection.pgconn.transaction_status == TransactionStatus.IDLE:
                execute(connection, "DISCARD ALL", [], CANCEL_TIMEOUT_S)
                self._idle.append(connection)
            else:
                connection.close()
        except (ServiceError, psycopg.Error):
            connection.close()
        finally:
            self._free.release()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        connection = self.acquire()
        try:
            yield connection
        finally:
            self.release(connection)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


def alive(connection: Connection) -> bool:
    """Return whether the connection is alive. An idle connection is readable only after the server has closed it."""
    return not connection.closed and not _ready(connection.pgconn, select.POLLIN, 0)


def execute(
    connection: Connection, sql: str, parameters: Sequence[Bound], timeout_s: float, *, continue_after: bool = False
) -> PGresult:
    """Run one statement. Raises the ServiceError for any error that PostgreSQL reports.

    Raises StatementTimeoutException after `timeout_s` and cancels the statement. With `continue_after`, the statement
    keeps running and this process drops the connection.
    """
    pgconn = connection.pgconn
    deadline = time.monotonic() + timeout_s
    try:
        pgconn.send_query_params(
            sql.encode(),
            [bound.value for bound in parameters],
            [bound.type_oid for bound in parameters],
            [bound.format for bound in parameters],
        )
        result = _last_result(pgconn, deadline)
    except TimeoutError:
        backend = pgconn.backend_pid
        if continue_after:
            connection.close()
        else:
            _cancel(connection)
        raise StatementTimeoutException("Request timed out", dbConnectionId=backend) from None
    except psycopg.OperationalError as error:
        connection.close()
        raise DatabaseUnavailableException("The connection to the database was lost") from error
    if result is None or pgconn.status != ConnStatus.OK:
        connection.close()
        raise DatabaseUnavailableException("The connection to the database was lost")
    if result.status in COPYING:
        connection.close()
        raise UnsupportedResultException("COPY is not supported")
    if result.status in FAILED:
        raise statement_error(result)
    return result


def _connect(dsn: str) -> Connection:
    try:
        return psycopg.connect(dsn, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, options=SESSION)
    except psycopg.OperationalError as error:
        if refused := REFUSED.search(str(error)):
            sqlstate = "3D000" if refused["message"].startswith("database") else "28P01"
            raise database_error(refused["message"], sqlstate, "FATAL") from error
        raise DatabaseUnavailableException("The database is not available") from error


def _cancel(connection: Connection) -> None:
    """Cancel the running statement. Closes the connection if that fails."""
    try:
        connection.cancel_safe(timeout=CANCEL_TIMEOUT_S)
        _last_result(connection.pgconn, time.monotonic() + CANCEL_TIMEOUT_S)
    except (psycopg.Error, TimeoutError):
        connection.close()


def _last_result(pgconn: PGconn, deadline: float) -> PGresult | None:
    """Return the statement's last result, because an implicit commit can add an error after the first. Raises
    TimeoutError.
    """
    last: PGresult | None = None
    while True:
        _wait(pgconn, deadline)
        result = pgconn.get_result()
        if result is None or result.status in COPYING:
            return result or last
        last = result


def _wait(pgconn: PGconn, deadline: float) -> None:
    """Block until a result can be fetched without blocking. Raises TimeoutError at the deadline."""
    while True:
        unsent = pgconn.flush()
        if not unsent and not pgconn.is_busy():
            return
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        if _ready(pgconn, select.POLLIN | (select.POLLOUT if unsent else 0), remaining) & ~select.POLLOUT:
            pgconn.consume_input()


def _ready(pgconn: PGconn, events: int, timeout_s: float) -> int:
    poll = select.poll()
    poll.register(pgconn.socket, events)
    ready = poll.poll(timeout_s * 1000)
    return ready[0][1] if ready else 0
