"""The errors that this endpoint returns, under their names on the wire.

ServiceError
├── 400  BadRequestException, DatabaseErrorException, DatabaseResumingException, SecretsErrorException,
│        StatementTimeoutException, UnsupportedResultException (ResultTooLarge),
│        and, observed on AWS but not in the service model: SerializationException, ThrottlingException,
│        ValidationException
├── 404  DatabaseNotFoundException, NotFoundException, TransactionNotFoundException
├── 500  InternalFailure, InternalServerErrorException
├── 503  ServiceUnavailableError
└── 504  DatabaseUnavailableException
"""

from __future__ import annotations

from typing import Any, ClassVar

from psycopg.pq import DiagnosticField
from psycopg.pq.abc import PGresult


class ServiceError(Exception):
    """Any response other than 200. `members` are additional members of the body, besides `message`."""

    status: ClassVar[int] = 400

    def __init__(self, message: str, **members: Any) -> None:
        super().__init__(message)
        self.body = {"message": message, **members}

    @property
    def code(self) -> str:
        return type(self).__name__


class BadRequestException(ServiceError):
    pass


class DatabaseErrorException(ServiceError):
    pass


class DatabaseResumingException(ServiceError):
    pass


class SecretsErrorException(ServiceError):
    pass


class StatementTimeoutException(ServiceError):
    pass


class UnsupportedResultException(ServiceError):
    pass


class ResultTooLarge(UnsupportedResultException):
    """A result, or one of its rows, exceeds the limit. Ends the transaction in which it occurs."""

    @property
    def code(self) -> str:
        return UnsupportedResultException.__name__


class SerializationException(ServiceError):
    pass


class ThrottlingException(ServiceError):
    pass


class ValidationException(ServiceError):
    pass


class DatabaseNotFoundException(ServiceError):
    status = 404


class NotFoundException(ServiceError):
    status = 404


class TransactionNotFoundException(ServiceError):
    status = 404


class InternalFailure(ServiceError):
    status = 500


class InternalServerErrorException(ServiceError):
    status = 500


class ServiceUnavailableError(ServiceError):
    status = 503


class DatabaseUnavailableException(ServiceError):
    status = 504


def database_error(message: str, sqlstate: str, severity: str = "ERROR") -> DatabaseErrorException:
    return DatabaseErrorException(f"{severity}: {message}; SQLState: {sqlstate}")


def statement_error(result: PGresult) -> ServiceError:
    """Return the error for a statement that PostgreSQL rejected, with PostgreSQL's fields joined into one line."""

    def field(which: DiagnosticField) -> str:
        return (result.error_field(which) or b"").decode(errors="replace")

    sqlstate, message = field(DiagnosticField.SQLSTATE), field(DiagnosticField.MESSAGE_PRIMARY)
    if sqlstate == "42601" and message.startswith("cannot insert multiple commands"):
        return ValidationException("Multistatements aren't supported.")
    parts = [f"{field(DiagnosticField.SEVERITY_NONLOCALIZED)}: {message}"]
    for label, which in (
        ("Detail", DiagnosticField.MESSAGE_DETAIL),
        ("Hint", DiagnosticField.MESSAGE_HINT),
        ("Position", DiagnosticField.STATEMENT_POSITION),
    ):
        if text := field(which):
            parts.append(f"{label}: {text}")
    return DatabaseErrorException(" ".join("; ".join([*parts, f"SQLState: {sqlstate}"]).split("\n")))
