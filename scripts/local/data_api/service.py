"""The operations: from a request's JSON to an answer's, apart from how they travel."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg.conninfo import make_conninfo
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from scripts.local.data_api.catalog import column_metadata, user_types
from scripts.local.data_api.connections import Connection, Pool, execute
from scripts.local.data_api.errors import (
    DatabaseNotFoundException,
    SecretsErrorException,
    SerializationException,
    UnsupportedResultException,
    ValidationException,
)
from scripts.local.data_api.parameters import bind, encoded, numbered
from scripts.local.data_api.transactions import Transactions
from scripts.local.data_api.values import Field, Options, decoder, plain

MAX_SQL = 65_536
MAX_RECORDS_BYTES = 1024 * 1024
MAX_FORMATTED_BYTES = 10 * 1024 * 1024
CHANGES_ROWS = (b"INSERT", b"UPDATE", b"DELETE", b"MERGE")

Request = Mapping[str, Any]
Answer = dict[str, Any]


class Service:
    """One cluster. Every operation raises a ServiceError for what it can't do.

    `secrets` has the connection string of the database user for whom each secret's ARN stands.
    """

    def __init__(
        self,
        secrets: Mapping[str, str],
        *,
        cluster_arn: str,
        database: str,
        statement_timeout_s: float,
        idle_transaction_s: float,
    ) -> None:
        self._secrets = dict(secrets)
        self._cluster_arn = cluster_arn
        self._database = database
        self._timeout_s = statement_timeout_s
        self._pools: dict[tuple[str, str], Pool] = {}
        self._transactions = Transactions(idle_transaction_s, statement_timeout_s)
        self.operations: dict[str, Callable[[Request], Answer]] = {
            "Execute": self.execute,
            "BatchExecute": self.batch_execute,
            "BeginTransaction": self.begin_transaction,
            "CommitTransaction": self.commit_transaction,
            "RollbackTransaction": self.rollback_transaction,
        }

    def authorize(self, request: Request) -> None:
        """Refuses another cluster or secret, and what no operation of this engine generation takes."""
        for name in ("resourceArn", "secretArn"):
            _required(request, name)
        if "schema" in request:
            raise ValidationException("The schema parameter isn't supported.")
        if request["resourceArn"] != self._cluster_arn:
            raise DatabaseNotFoundException(f"The DB cluster {request['resourceArn']} is not found")
        if request["secretArn"] not in self._secrets:
            raise SecretsErrorException("Secrets Manager can't find the specified secret.")

    def execute(self, request: Request) -> Answer:
        sql, names = _statement(request)
        parameters = bind(names, request.get("parameters"))
        continue_after = bool(request.get("continueAfterTimeout")) and "transactionId" not in request
        with self._connection(request) as connection:
            result = execute(connection, sql, parameters, self._timeout_s, continue_after=continue_after)
            return _answer(connection, result, request)

    def batch_execute(self, request: Request) -> Answer:
        """All sets or none, also outside a transaction; without sets nothing is run."""
        sql, names = _statement(request)
        sets = [bind(names, parameters) for parameters in request.get("parameterSets") or []]
        begin, commit = ("", "") if "transactionId" in request else ("BEGIN", "COMMIT")
        statements = [(begin, []), *((sql, parameters) for parameters in sets), (commit, [])] if sets else []
        with self._connection(request) as connection:
            for statement, parameters in statements:
                execute(connection, statement, parameters, self._timeout_s)
        return {"updateResults": [{"generatedFields": []} for _ in sets]}

    def begin_transaction(self, request: Request) -> Answer:
        return {"transactionId": self._transactions.begin(request.get("database"), self._pool(request))}

    def commit_transaction(self, request: Request) -> Answer:
        self._transactions.commit(_required(request, "transactionId"))
        return {"transactionStatus": "Transaction Committed"}

    def rollback_transaction(self, request: Request) -> Answer:
        self._transactions.rollback(_required(request, "transactionId"))
        return {"transactionStatus": "Rollback Complete"}

    def close(self) -> None:
        """Rolls open transactions back and closes the connections."""
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
        """The connections of the request's user to its database."""
        secret, database = request["secretArn"], request.get("database") or self._database
        if (secret, database) not in self._pools:
            self._pools[secret, database] = Pool(make_conninfo(self._secrets[secret], dbname=database))
        return self._pools[secret, database]


def _statement(request: Request) -> tuple[str, tuple[str, ...]]:
    sql = _required(request, "sql")
    if len(sql) > MAX_SQL:
        raise ValidationException(
            "1 validation error detected: Value at 'sql' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_SQL}"
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


def _answer(connection: Connection, result: PGresult, request: Request) -> Answer:
    if result.status != ExecStatus.TUPLES_OK:
        command = (result.command_status or b"").split(b" ")[0]
        if command in CHANGES_ROWS:
            return {"numberOfRecordsUpdated": result.command_tuples or 0}
        return {"numberOfRecordsUpdated": 0, "generatedFields": []}

    chosen = request.get("resultSetOptions") or {}
    as_json = request.get("formatRecordsAs") == "JSON"
    options = Options(
        longs_as_strings=chosen.get("longReturnType") == "STRING",
        decimals_as_numbers=chosen.get("decimalReturnType", "DOUBLE_OR_LONG" if as_json else "STRING") != "STRING",
    )
    records = _records(connection, result, options)
    if as_json:
        return {"numberOfRecordsUpdated": 0, "formattedRecords": _formatted(result, records)}
    if len(json.dumps(records, ensure_ascii=False, separators=(",", ":")).encode()) > MAX_RECORDS_BYTES:
        raise UnsupportedResultException("Database returned more than the allowed response size limit")
    answer: Answer = {"numberOfRecordsUpdated": 0, "records": records}
    if request.get("includeResultMetadata"):
        answer["columnMetadata"] = column_metadata(connection, result)
    return answer


def _records(connection: Connection, result: PGresult, options: Options) -> list[list[Field]]:
    oids = [result.ftype(column) for column in range(result.nfields)]
    known = user_types(connection, oids)
    decoders = list(enumerate(decoder(oid, options, known) for oid in oids))
    return [[decode(result.get_value(row, column)) for column, decode in decoders] for row in range(result.ntuples)]


def _formatted(result: PGresult, records: list[list[Field]]) -> str:
    names = [(result.fname(column) or b"").decode() for column in range(result.nfields)]
    if len(set(names)) < len(names):
        raise UnsupportedResultException("The result contains columns of the same name")
    rows = [dict(zip(names, map(plain, record), strict=True)) for record in records]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > MAX_FORMATTED_BYTES:
        raise UnsupportedResultException("Database returned more than the allowed response size limit")
    return text
