"""Runs SQL through the RDS Data API, with a retry policy that knows what was run and what was not."""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from functions.shared import metrics
from functions.shared.database.errors import (
    AccessRefused,
    AnswerLost,
    DatabaseResuming,
    DatabaseUnavailable,
    StatementFailed,
)
from functions.shared.database.transport import NoAnswer, NotSent, Response, SignedTransport, Transport
from functions.shared.observability import logger
from functions.shared.settings import DatabaseSettings

Value = None | bool | int | float | str | Decimal | UUID
Row = list[Any]

#: PostgreSQL did not run the statement, or undid it, and another try is worth it: serialization failure, deadlock, too
#: many connections, starting up, and a write that met a replica in the middle of a failover.
_NOT_RUN = frozenset({"40001", "40P01", "53300", "57P03", "25006"})
#: The connection broke, by a shutdown or a crash: nobody knows whether it ran.
_BROKEN = frozenset({"57P01", "57P02", "08000", "08003", "08006"})
_REFUSED = frozenset(
    {
        "AccessDeniedException",
        "DatabaseNotFoundException",
        "ForbiddenException",
        "HttpEndpointNotEnabledException",
        "InvalidSecretException",
        "NotFoundException",
        "SecretsErrorException",
    }
)
_THROTTLED = frozenset({"ThrottlingException", "TooManyRequestsException"})
_READ_TIMEOUT_S = 60  # above the Data API's own limit of 45 s a statement


@dataclass(frozen=True)
class Statement:
    """SQL with `:named` parameters.

    `idempotent` says that it may be sent again when its answer was lost: it reads, or sending it twice leaves the
    database as sending it once does and gives the same answer.
    """

    sql: str
    idempotent: bool


class Database:
    """One database of one cluster. Threads may share it."""

    def __init__(
        self,
        settings: DatabaseSettings,
        *,
        patience_s: float,
        read_timeout_s: float = _READ_TIMEOUT_S,
        transport: Transport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`patience_s`: how long a call may wait in all for a database that resumes, is throttled or away."""
        self._target = {
            "resourceArn": settings.db_cluster_arn,
            "secretArn": settings.db_secret_arn,
        }
        self._database = settings.db_name
        self._transport = transport or _shared_transport(settings.endpoint_url, settings.aws_region)
        self._patience_s = patience_s
        self._read_timeout_s = read_timeout_s
        self._clock = clock
        self._sleep = sleep

    def rows(
        self, statement: Statement, parameters: Mapping[str, Value] | None = None, transaction: str | None = None
    ) -> list[Row]:
        """The rows of a statement, a Python value for each field.

        Raises StatementFailed, AccessRefused (do not retry), DatabaseUnavailable (retry later), AnswerLost.
        """
        request: dict[str, Any] = {
            **self._target,
            "database": self._database,
            "sql": statement.sql,
            "parameters": [{"name": name, "value": _field(value)} for name, value in (parameters or {}).items()],
        }
        if transaction:
            request["transactionId"] = transaction
        answer = self._call("/Execute", request, idempotent=statement.idempotent and not transaction)
        return [[_value(field) for field in record] for record in answer.get("records", [])]

    def document(self, statement: Statement, **parameters: Value) -> str | None:
        """The JSON document, as text, that a statement answers in the only field of its only row; None without a row.

        Raises as `rows` does.
        """
        rows = self.rows(statement, parameters)
        if not rows or rows[0][0] is None:
            return None
        return str(rows[0][0])

    @contextmanager
    def transaction(self) -> Iterator[str]:
        """A transaction's id to pass to `rows`; committed at the end of the block, rolled back when it raises.

        A lost answer to the commit is AnswerLost: look before you begin again.
        """
        transaction = self._call("/BeginTransaction", {**self._target, "database": self._database}, idempotent=True)
        identity = {**self._target, "transactionId": str(transaction["transactionId"])}
        try:
            yield identity["transactionId"]
        except BaseException:
            self._call("/RollbackTransaction", identity, idempotent=False)
            raise
        self._call("/CommitTransaction", identity, idempotent=False)

    def _call(self, path: str, request: Mapping[str, Any], *, idempotent: bool) -> dict[str, Any]:
        body = json.dumps(request).encode()
        give_up_at = self._clock() + self._patience_s
        delay_s = 0.1
        met_resuming = False
        while True:
            try:
                return _read(self._send(path, body, idempotent=idempotent))
            except DatabaseUnavailable as error:
                if isinstance(error, DatabaseResuming) and not met_resuming:
                    met_resuming = True
                    metrics.database_resumed()
                pause_s = delay_s * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret
                if self._clock() + pause_s >= give_up_at:
                    raise
                logger.warning("The database can't answer yet, waiting", reason=str(error), retry=type(error).__name__)
                self._sleep(pause_s)
                delay_s = min(2 * delay_s, 2)

    def _send(self, path: str, body: bytes, *, idempotent: bool) -> Response:
        """One exchange; a failure after which sending again is safe is DatabaseUnavailable."""
        try:
            response = self._transport(path, body, self._read_timeout_s)
        except NotSent as error:
            raise DatabaseUnavailable("no connection to the Data API") from error
        except NoAnswer as error:
            if idempotent:
                raise DatabaseUnavailable("no answer from the Data API") from error
            raise AnswerLost("no answer from the Data API") from error
        if response.status < 500 and response.sqlstate not in _BROKEN:
            return response
        answered = f"the Data API answered {response.sqlstate or response.status}"
        raise DatabaseUnavailable(answered) if idempotent else AnswerLost(answered)


@cache
def _shared_transport(endpoint_url: str, region: str) -> SignedTransport:
    """One for the process: its connections outlive an invocation, and with them the TLS handshakes."""
    return SignedTransport(endpoint_url, region)


def _read(response: Response) -> dict[str, Any]:
    """The body of a success; an error's own exception otherwise."""
    if response.status == 200:
        document: dict[str, Any] = json.loads(response.body)
        return document
    message = response.message
    if response.error_type == "DatabaseResumingException":
        raise DatabaseResuming(message)
    if response.error_type in _THROTTLED or response.status == 429:
        raise DatabaseUnavailable("the Data API throttles")
    if response.error_type in _REFUSED or response.status == 403:
        raise AccessRefused(f"{response.error_type}: {message}")
    if response.sqlstate in _NOT_RUN:
        raise DatabaseUnavailable(f"the database did not run the statement ({response.sqlstate})")
    raise StatementFailed(f"{response.error_type}: {message}", response.sqlstate)


def _field(value: Value) -> dict[str, Any]:
    """A parameter in the Data API's form. Text is bound as `text`: cast it in the SQL to what it is."""
    match value:
        case None:
            return {"isNull": True}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"longValue": value}
        case float():
            return {"doubleValue": value}
        case _:
            return {"stringValue": str(value)}


def _value(field: Mapping[str, Any]) -> Any:
    """A field of a record: its one member, None for SQL's NULL."""
    return None if field.get("isNull") else next(iter(field.values()))
