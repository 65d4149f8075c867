"""Runs SQL through the RDS Data API. Retries statements that didn't run; if that is unknown, only idempotent ones."""

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from functions.shared import metrics
from functions.shared.database.errors import (
    AccessRefused,
    AnswerLost,
    DatabaseError,
    DatabaseResuming,
    DatabaseUnavailable,
    StatementFailed,
)
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import NoAnswer, NotSent, Response, SignedTransport, Transport
from functions.shared.observability import logger

Value = None | bool | int | float | str | Decimal | UUID
Row = list[Any]

#: SQLSTATEs for which PostgreSQL didn't run the statement or rolled it back, and a retry may succeed: serialization
#: failure, deadlock, lock timeout, statement timeout; out of disk, memory, or connections; starting up; a write to a
#: replica during a failover. See "PostgreSQL Error Codes", appendix A of its documentation.
_NOT_RUN = frozenset({"40001", "40P01", "55P03", "57014", "53100", "53200", "53300", "57P03", "25006"})
#: The connection broke, by a shutdown or a crash: the statement may or may not have run.
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
#: A statement exceeded the Data API's limit of 45 s; whether it was rolled back isn't documented.
_TIMED_OUT = "StatementTimeoutException"
#: The Data API accepts at most 4 MiB. An escaped emoji would take 12 bytes instead of 4.
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_READ_TIMEOUT_S = 60  # above the Data API's limit of 45 s per statement


class Statement(NamedTuple):
    """SQL with `:named` parameters.

    An `idempotent` statement may be sent again if its response was lost, because it only reads, or because repeating it
    has the same effect and the same result.
    """

    sql: str
    idempotent: bool


class Database:
    """One database of one cluster. Thread-safe."""

    def __init__(
        self,
        settings: DatabaseSettings,
        *,
        retry_budget_s: float | Callable[[], float],
        read_timeout_s: float | None = None,
        transport: Transport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`retry_budget_s` is how long a call may retry while the database resumes, throttles, or is unreachable.

        If `retry_budget_s` is a function, each call evaluates it, for budgets that end at a deadline.
        """
        self._target = {
            "resourceArn": settings.db_cluster_arn,
            "secretArn": settings.db_secret_arn,
        }
        self._database = settings.db_name
        self._transport = transport or shared_transport(settings.endpoint_url, settings.aws_region)
        self._retry_budget_s = retry_budget_s
        self._read_timeout_s = read_timeout_s or _READ_TIMEOUT_S
        self._clock = clock
        self._sleep = sleep

    def rows(
        self, statement: Statement, parameters: Mapping[str, Value] | None = None, transaction: str | None = None
    ) -> list[Row]:
        """Return the rows of a statement, with a Python value for each field.

        Raises StatementFailed or AccessRefused (do not retry), DatabaseUnavailable (retry later), or AnswerLost.
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

    def record(self, statement: Statement, **parameters: Value) -> Row | None:
        """Return the statement's single record, or None if it returns no row.

        The first field is a text of any length, which `text_rows` (migrations/001) splits into rows and this method
        joins. The other fields are the same in each of these rows. Raises the errors of `rows`.
        """
        rows = self.rows(statement, parameters)
        if not rows:
            return None
        first, *others = rows[0]
        return [first if first is None else "".join(row[0] for row in rows), *others]

    def document(self, statement: Statement, **parameters: Value) -> str | None:
        """Return the first field of the statement's record; None if NULL or missing. Raises the errors of `rows`."""
        record = self.record(statement, **parameters)
        return None if record is None or record[0] is None else str(record[0])

    def pages(self, statement: Statement, *, after: str = "", **parameters: Value) -> list[str]:
        """Return the documents of a paginated statement; empty if a page has no record.

        A record consists of a document and the parameter `:after` of the next page, NULL on the last one; `after` is
        that of the first page. Each page is a separate statement, so concurrent writes may appear in some pages only.
        Raises the errors of `rows`.
        """
        documents: list[str] = []
        next_after: str | None = after
        while next_after is not None:
            record = self.record(statement, after=next_after, **parameters)
            if record is None:
                return []
            document, next_after = record
            documents.append(document)
        return documents

    @contextmanager
    def transaction(self) -> Iterator[str]:
        """Yield a transaction id to pass to `rows`; commit at the end of the block, roll back if it raises.

        Raises AnswerLost if the response to the commit was lost: check the result before starting again.
        """
        transaction = self._call("/BeginTransaction", {**self._target, "database": self._database}, idempotent=True)
        identity = {**self._target, "transactionId": str(transaction["transactionId"])}
        try:
            yield identity["transactionId"]
        except BaseException as error:
            try:
                self._call("/RollbackTransaction", identity, idempotent=False)
            except DatabaseError as failure:  # the Data API may have ended the transaction
                error.add_note(f"The rollback failed: {failure}")
            raise
        self._call("/CommitTransaction", identity, idempotent=False)

    def _call(self, path: str, request: Mapping[str, Any], *, idempotent: bool) -> dict[str, Any]:
        body = _COMPACT.encode(request).encode()
        budget = self._retry_budget_s
        give_up_at = self._clock() + (budget() if callable(budget) else budget)
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
        """Send one request. Raises DatabaseUnavailable if it is safe to send again, AnswerLost if not."""
        try:
            response = self._transport(path, body, self._read_timeout_s)
        except NotSent as error:
            raise DatabaseUnavailable("no connection to the Data API") from error
        except NoAnswer as error:
            if idempotent:
                raise DatabaseUnavailable("no answer from the Data API") from error
            raise AnswerLost("no answer from the Data API") from error
        is_unknown = response.status >= 500 or response.sqlstate in _BROKEN or response.error_type == _TIMED_OUT
        if not is_unknown:
            return response
        reason = f"the Data API responded {response.sqlstate or response.error_type or response.status}"
        raise DatabaseUnavailable(reason) if idempotent else AnswerLost(reason)


@cache
def shared_transport(endpoint_url: str, region: str) -> SignedTransport:
    """Return the process-wide transport. Its connections, and their TLS handshakes, outlive an invocation."""
    return SignedTransport(endpoint_url, region)


def _read(response: Response) -> dict[str, Any]:
    """Return the body of a success, or raise the matching error."""
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
    """Convert a parameter to the Data API's format. Text is bound as `text`: cast it in the SQL."""
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
    """Return the value of a field in a record; None for NULL."""
    return None if field.get("isNull") else next(iter(field.values()))
