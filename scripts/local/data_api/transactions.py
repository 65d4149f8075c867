"""Transactions across calls: each holds a connection until it ends, or until nobody has used it for too long."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.local.data_api.connections import Connection, Pool, alive, execute
from scripts.local.data_api.errors import (
    BadRequestException,
    TransactionNotFoundException,
    database_error,
)

MAX_AGE_S = 24 * 3600.0


class Transaction:
    def __init__(self, database: str | None, pool: Pool, timeout_s: float) -> None:
        self.id = base64.b64encode(secrets.token_bytes(138)).decode()
        self.database = database
        self.in_use = threading.Lock()
        self.started = self.used = time.monotonic()
        self._pool = pool
        self.connection: Connection = pool.acquire()
        try:
            execute(self.connection, "BEGIN", [], timeout_s)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Gives the connection back; what was not committed is rolled back with it."""
        self._pool.release(self.connection)


class Transactions:
    """The open transactions by id. One that is idle for `idle_s` is rolled back and forgotten, as after 24 hours."""

    def __init__(self, idle_s: float, timeout_s: float) -> None:
        self._idle_s = idle_s
        self._timeout_s = timeout_s
        self._open: dict[str, Transaction] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        threading.Thread(target=self._expire, daemon=True, name="transaction expiry").start()

    def begin(self, database: str | None, pool: Pool) -> str:
        transaction = Transaction(database, pool, self._timeout_s)
        with self._lock:
            self._open[transaction.id] = transaction
        return transaction.id

    @contextmanager
    def use(self, transaction_id: str, database: str | None = None) -> Iterator[Connection]:
        """The transaction's connection, for one call at a time."""
        with self._exclusive(transaction_id) as transaction:
            if database is not None and database != transaction.database:
                raise BadRequestException("Database name is not the same as transaction")
            yield transaction.connection

    def commit(self, transaction_id: str) -> None:
        """Raises when there was nothing left to commit: after an error PostgreSQL only rolls back."""
        with self._exclusive(transaction_id) as transaction:
            try:
                result = execute(transaction.connection, "COMMIT", [], self._timeout_s)
            finally:
                self._forget(transaction)
            if result.command_status == b"ROLLBACK":
                message = "current transaction is aborted, commands ignored until end of transaction block"
                raise database_error(message, "25P02")

    def rollback(self, transaction_id: str) -> None:
        with self._exclusive(transaction_id) as transaction:
            self._forget(transaction)

    def close(self) -> None:
        self._closing.set()
        for transaction in list(self._open.values()):
            self._forget(transaction)

    @contextmanager
    def _exclusive(self, transaction_id: str) -> Iterator[Transaction]:
        transaction = self._open.get(transaction_id)
        if transaction is None:
            raise TransactionNotFoundException(f"Transaction {transaction_id} is not found")
        if not transaction.in_use.acquire(blocking=False):
            raise BadRequestException(f"Transaction {transaction_id} is in use by another call")
        try:
            if transaction_id not in self._open:
                raise TransactionNotFoundException(f"Transaction {transaction_id} is not found")
            if not alive(transaction.connection):
                self._forget(transaction)
                raise TransactionNotFoundException(f"Transaction {transaction_id} is not found")
            yield transaction
        finally:
            transaction.used = time.monotonic()
            transaction.in_use.release()

    def _forget(self, transaction: Transaction) -> None:
        with self._lock:
            known = self._open.pop(transaction.id, None)
        if known:
            transaction.close()

    def _expire(self) -> None:
        while not self._closing.wait(min(1.0, self._idle_s / 4)):
            now = time.monotonic()
            for transaction in list(self._open.values()):
                overdue = now - transaction.used > self._idle_s or now - transaction.started > MAX_AGE_S
                if overdue and transaction.in_use.acquire(blocking=False):
                    self._forget(transaction)
                    transaction.in_use.release()
