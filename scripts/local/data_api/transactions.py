"""Transactions that span calls. Each holds a connection until it ends or expires."""

from __future__ import annotations

import base64
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scripts.local.data_api.connections import Connection, Pool, alive, execute
from scripts.local.data_api.errors import (
    BadRequestException,
    DatabaseErrorException,
    ResultTooLarge,
    TransactionNotFoundException,
    database_error,
)

MAX_AGE_S = 24 * 3600.0
MAX_ENDED = 1000
"""Ended transactions whose cause is kept for the error message."""

# The causes that AWS appends to the message (Aurora User Guide, "Troubleshooting Amazon RDS Data API").
EXPIRED = "Transaction may be expired."
ENDED = "One previous call resulted in a termination of your transaction."
ABORTED = "Transaction has been aborted due to an error from a previous call."


class Transaction:
    def __init__(self, database: str | None, pool: Pool, timeout_s: float, now: float) -> None:
        self.id = base64.b64encode(secrets.token_bytes(138)).decode()
        self.database = database
        self.in_use = threading.Lock()
        self.started = self.used = now
        self._pool = pool
        self.connection: Connection = pool.acquire()
        try:
            execute(self.connection, "BEGIN", [], timeout_s)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Release the connection, which rolls back uncommitted work."""
        self._pool.release(self.connection)


class Transactions:
    """The open transactions by id. Rolls back those idle for `idle_s` or older than 24 hours."""

    def __init__(self, idle_s: float, timeout_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle_s = idle_s
        self._timeout_s = timeout_s
        self._clock = clock
        self._open: dict[str, Transaction] = {}
        self._ended: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        threading.Thread(target=self._expire, daemon=True, name="transaction expiry").start()

    def begin(self, database: str | None, pool: Pool) -> str:
        transaction = Transaction(database, pool, self._timeout_s, self._clock())
        with self._lock:
            self._open[transaction.id] = transaction
        return transaction.id

    @contextmanager
    def use(self, transaction_id: str, database: str | None = None) -> Iterator[Connection]:
        """Yield the transaction's connection to one call at a time. A result over the size limit ends the
        transaction.
        """
        with self._exclusive(transaction_id) as transaction:
            if database is not None and database != transaction.database:
                raise BadRequestException("Database name is not the same as transaction")
            try:
                yield transaction.connection
            except ResultTooLarge:
                self._end(transaction, ABORTED)
                raise

    def commit(self, transaction_id: str) -> None:
        """Commit. Raises DatabaseErrorException after a failed statement, when PostgreSQL can only roll back."""
        with self._exclusive(transaction_id) as transaction:
            try:
                result = execute(transaction.connection, "COMMIT", [], self._timeout_s)
            finally:
                self._end(transaction, ENDED)
            if result.command_status == b"ROLLBACK":
                message = "current transaction is aborted, commands ignored until end of transaction block"
                raise database_error(message, "25P02")

    def rollback(self, transaction_id: str) -> None:
        with self._exclusive(transaction_id) as transaction:
            self._end(transaction, ENDED)

    def close(self) -> None:
        self._closing.set()
        for transaction in list(self._open.values()):
            self._end(transaction, ENDED)

    @contextmanager
    def _exclusive(self, transaction_id: str) -> Iterator[Transaction]:
        transaction = self._open.get(transaction_id)
        if transaction is None:
            raise self._not_found(transaction_id)
        if not transaction.in_use.acquire(blocking=False):
            raise DatabaseErrorException("Transaction is still running a query")
        try:
            if transaction_id in self._open and not alive(transaction.connection):
                self._end(transaction, ABORTED)
            if transaction_id not in self._open:
                raise self._not_found(transaction_id)
            yield transaction
        finally:
            transaction.used = self._clock()
            transaction.in_use.release()

    def _not_found(self, transaction_id: str) -> TransactionNotFoundException:
        cause = self._ended.get(transaction_id, EXPIRED)
        return TransactionNotFoundException(f"Transaction {transaction_id} is not found. {cause}")

    def _end(self, transaction: Transaction, cause: str) -> None:
        with self._lock:
            known = self._open.pop(transaction.id, None)
            if known:
                self._ended[transaction.id] = cause
                if len(self._ended) > MAX_ENDED:
                    self._ended.popitem(last=False)
        if known:
            transaction.close()

    def _expire(self) -> None:
        while not self._closing.wait(min(1.0, self._idle_s / 4)):
            now = self._clock()
            for transaction in list(self._open.values()):
                overdue = now - transaction.used > self._idle_s or now - transaction.started > MAX_AGE_S
                if overdue and transaction.in_use.acquire(blocking=False):
                    self._end(transaction, EXPIRED)
                    transaction.in_use.release()
