"""Problem documents (RFC 9457) for errors, and the mapping from exceptions to them.

Problem
├── MalformedBody         400
├── NotSignedIn           401
├── NotFound              404  the same for a missing object, another user's, or a malformed id
├── MethodNotAllowed      405
├── Conflict              409
├── BodyTooLarge          413
├── UnsupportedMediaType  415
├── Invalid               422  lists each field
├── TooManyJobs           429
├── Unavailable           503
└── InternalError         500

A document contains nothing from the request (no path, id, or field value) and no internals.
"""

import json
import traceback
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Self

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError

from functions.api.portfolio_csv import UnreadableCsv
from functions.shared.database import AnswerLost, DatabaseResuming, DatabaseUnavailable, StatementFailed
from functions.shared.observability import logger

MEDIA_TYPE = "application/problem+json"
ERRORS_TOLD = 100
_LONGEST_FIELD = 100
_RESUMING_S, _AWAY_S, _JOB_S = 10, 5, 30
_PLACES = frozenset({"body", "query", "header", "path"})


class FieldError(NamedTuple):
    """`field` is the client's name for it, with dots for nested fields; `message` is written for people."""

    field: str
    message: str


class Problem(Exception):
    """An error response. `detail` is one sentence for people."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "Something went wrong here. It was noted; please try again later."

    def __init__(self, detail: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail or self.detail)
        self.detail = detail or self.detail
        self.headers = headers or {}
        self.errors: list[FieldError] = []

    def response(self) -> Response[str]:
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = [error._asdict() for error in self.errors[:ERRORS_TOLD]]
        return Response(self.status.value, MEDIA_TYPE, json.dumps(document), dict(self.headers))


class MalformedBody(Problem):
    status = HTTPStatus.BAD_REQUEST
    detail = "The body is not valid JSON."


class NotSignedIn(Problem):
    status = HTTPStatus.UNAUTHORIZED
    detail = "Sign in first: the request carries no valid token."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND
    detail = "There is nothing here."


class MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    detail = "This can't be done here; the header Allow says what can."

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__(headers={"Allow": ", ".join(sorted(allowed))})


class Conflict(Problem):
    status = HTTPStatus.CONFLICT


class BodyTooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = "The body is larger than 1 MB."


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    detail = "The body is of a type that is not taken here."


class Invalid(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    detail = "The request can't be carried out as it is; `errors` says what to change."

    def __init__(self, errors: Iterable[FieldError], detail: str | None = None) -> None:
        super().__init__(detail)
        self.errors = list(errors)

    @classmethod
    def of(cls, field: str, message: str) -> Self:
        return cls([FieldError(field, message)])

    @classmethod
    def from_validation(cls, errors: Iterable[Mapping[str, Any]]) -> Self:
        """Build from pydantic's errors, whose messages never include the value."""
        return cls(map(_field_error, errors))


class TooManyJobs(Problem):
    """A limit on one user's jobs; `retry_after_s` is when to try again."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail, {"Retry-After": str(retry_after_s)})

    @classmethod
    def running(cls, allowed: int) -> Self:
        return cls(
            f"You have {_analyses(allowed)} running, which is the limit. Try again when one has finished.", _JOB_S
        )

    @classmethod
    def today(cls, allowed: int, day_ends_in_s: int) -> Self:
        detail = f"You have started {_analyses(allowed)} today, which is the limit. Try again after midnight UTC."
        return cls(detail, day_ends_in_s)


def _analyses(count: int) -> str:
    return "1 analysis" if count == 1 else f"{count} analyses"


class Unavailable(Problem):
    """Nothing was lost; retry the same request after `retry_after_s` seconds."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    detail = "This is not available at the moment; please try again shortly."

    def __init__(self, retry_after_s: int = _AWAY_S, detail: str | None = None) -> None:
        super().__init__(detail, {"Retry-After": str(retry_after_s)})


class InternalError(Problem):
    pass


def problem_of(error: Exception) -> Problem:  # noqa: PLR0911 - a row an exception
    """Return the problem for an exception. Unexpected ones are logged and become an internal error."""
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return Invalid.from_validation(error.errors())
        case RequestUnsupportedContentType():
            return UnsupportedMediaType()
        case UnreadableCsv():
            return Invalid((FieldError(wrong.field, wrong.message) for wrong in error.errors), error.errors[0].message)
        case DatabaseResuming():
            return Unavailable(_RESUMING_S, "The database is waking up; please try again shortly.")
        case DatabaseUnavailable() | AnswerLost():
            logger.warning("The database did not answer", reason=str(error), kind=type(error).__name__)
            return Unavailable()
        case _:
            # Omit the message, which may contain user input.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("An error that nobody foresaw", kind=_kind(error), where=where)
            return InternalError()


def _kind(error: Exception) -> str:
    sqlstate = f" {error.sqlstate}" if isinstance(error, StatementFailed) else ""
    return f"{type(error).__name__}{sqlstate}"


def _field_error(error: Mapping[str, Any]) -> FieldError:
    where, *rest = error["loc"] or ("body",)
    inside = rest if where in _PLACES else [where, *rest]
    field = ".".join(str(part) for part in inside if part != "[key]") or str(where)
    return FieldError(field[:_LONGEST_FIELD], str(error["msg"]).removeprefix("Value error, "))
