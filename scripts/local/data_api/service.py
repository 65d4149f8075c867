"""The operations, from a decoded request to a response body, independent of the transport."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg.conninfo import make_conninfo

from scripts.local.data_api.connections import Connection, Pool, execute
from scripts.local.data_api.errors import (
    DatabaseNotFoundException,
    SecretsErrorException,
    SerializationException,
    ValidationException,
)
from scripts.local.data_api.parameters import bind, encoded, numbered
from scripts.local.data_api.results import response
from scripts.local.data_api.transactions import Transactions

MAX_SQL_CHARACTERS = 65_536

Request = Mapping[str, Any]
Response = dict[str, Any]


class Service:
    """One cluster. Every operation raises a ServiceError if it fails.

    `secrets` maps each secret's ARN to the connection string of its database user.
    """

    def __init__(
        self,
        secrets: Mapping[str, str],
        *,
        cluster_arn: str,
        database: str,
        statement_timeout_s: float,
        idle_transaction_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secrets = dict(secrets)
        self._cluster_arn = cluster_arn
        self._database = database
        self._timeout_s = statement_timeout_s
        self._pools: dict[tuple[str, str], Pool] = {}
        self._transactions = Transactions(idle_transaction_s, statement_timeout_s, clock)
        self.operations: dict[str, Callable[[Request], Response]] = {
            "Execute": self.execute,
            "BatchExecute": self.batch_execute,
            "BeginTransaction": self.begin_transaction,
            "CommitTransaction": self.commit_transaction,
            "RollbackTransaction": self.rollback_transaction,
        }

    def authorize(self, request: Request) -> None:
        """Raises ServiceError for any other cluster or secret, and for `schema`, which no operation supports."""
        for name in ("resourceArn", "secretArn"):
            _required(request, name)
        if "schema" in request:
            raise ValidationException("The schema parameter isn't supported.")
        if request["resourceArn"] != self._cluster_arn:
            raise DatabaseNotFoundException(f"The DB cluster {request['resourceArn']} is not found")
        if request["secretArn"] not in self._secrets:
            raise SecretsErrorException("Secrets Manager can't find the specified secret.")

    def execute(self, request: Request) -> Response:
        sql, names = _statement(request)
        parameters = bind(names, request.get("parameters"))
        continue_after = bool(request.get("continueAfterTimeout")) and "transactionId" not in request
        with self._connection(request) as connection:
            result = execute(connection, sql, parameters, self._timeout_s, continue_after=continue_after)
            return response(connection, result, request)

    def batch_execute(self, request: Request) -> Response:
        """Run the statement once per parameter set, all in one transaction; without sets, not at all."""
        sql, names = _statement(request)
        sets = [bind(names, parameters) for parameters in request.get("parameterSets") or []]
        begin, commit = ("", "") if "transactionId" in request else ("BEGIN", "COMMIT")
        statements = [(begin, []), *((sql, parameters) for parameters in sets), (commit, [])] if sets else []
        with self._connection(request) as connection:
            for statement, parameters in statements:
                execute(connection, statement, parameters, self._timeout_s)
        return {"updateResults": [{"generatedFields": []} for _ in sets]}

    def begin_transaction(self, request: Request) -> Response:
        return {"transactionId": self._transactions.begin(request.get("database"), self._pool(request))}

    def commit_transaction(self, request: Request) -> Response:
        self._transactions.commit(_required(request, "transactionId"))
        return {"transactionStatus": "Transaction Committed"}

    def rollback_transaction(self, request: Request) -> Response:
        self._transactions.rollback(_required(request, "transactionId"))
        return {"transactionStatus": "Rollback Complete"}

    def close(self) -> None:
        """Roll back open transactions and close the connections."""
        self._transactions.close()
        for pool in self._pools.values():
            pool.close()

    @contextmanager
    def _connection(self, request: Request) -> Iterator[Connection]:
        if "transactionId" in request:
            with self._transactions.use(request["transactionId"], request.get("database")) as connection:
                yield connection
        else:
            with self._pool(request).connection() as connection:
                yield connection

    def _pool(self, request: Request) -> Pool:
        """Return the pool for the request's user and database."""
        secret, database = request["secretArn"], request.get("database") or self._database
        if (secret, database) not in self._pools:
            self._pools[secret, database] = Pool(make_conninfo(self._secrets[secret], dbname=database))
        return self._pools[secret, database]


def _statement(request: Request) -> tuple[str, tuple[str, ...]]:
    sql = _required(request, "sql")
    if len(sql) > MAX_SQL_CHARACTERS:
        raise ValidationException(
            "1 validation error detected: Value at 'sql' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_SQL_CHARACTERS}"
        )
    encoded(sql)
    return numbered(sql)


def _required(request: Request, name: str) -> str:
    value = request.get(name)
    if value is None:
        raise ValidationException(
            f"1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
        )
    if not isinstance(value, str):
        raise SerializationException(f"{name} is not a string")
    return value
