"""Problem documents (RFC 9457) for errors, and the mapping from exceptions to them.

Problem                   500
├── MalformedBody         400
├── NotSignedIn           401
├── NotFound              404  the same for a missing object, another user's, or a malformed id
├── MethodNotAllowed      405
├── Conflict              409
├── BodyTooLarge          413
├── UnsupportedMediaType  415
├── Invalid               422  lists each field
├── LimitReached          429
└── Unavailable           503

A document contains nothing from the request (no path, id, or field value) and no internals. Its wording is in
`error_messages.py`.
"""

import json
import traceback
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple, Self

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError

from functions.api import errors
from functions.api.http import error_messages
from functions.api.limits import MAX_ERRORS
from functions.shared.database import AnswerLost, DatabaseResuming, DatabaseUnavailable, StatementFailed
from functions.shared.observability import logger

MEDIA_TYPE = "application/problem+json"
_LONGEST_FIELD = 100
_RESUMING_S, _AWAY_S, _JOB_S = 10, 5, 30
_PLACES = frozenset({"body", "query", "header", "path"})


class FieldError(NamedTuple):
    """`field` is the client's name for it, with dots for nested fields; `message` is written for people."""

    field: str
    message: str


class Problem(Exception):
    """An error response. `detail` is one sentence for people; by default, that of the status."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    errors: Sequence[FieldError] = ()

    def __init__(self, detail: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        self.detail = detail or error_messages.BY_STATUS[self.status]
        super().__init__(self.detail)
        self.headers = headers or {}

    def response(self) -> Response[str]:
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
        }
        if self.errors:
            document["errors"] = [error._asdict() for error in self.errors[:MAX_ERRORS]]
        return Response(self.status.value, MEDIA_TYPE, json.dumps(document), dict(self.headers))


class MalformedBody(Problem):
    status = HTTPStatus.BAD_REQUEST


class NotSignedIn(Problem):
    status = HTTPStatus.UNAUTHORIZED

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND


class MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__(headers={"Allow": ", ".join(sorted(allowed))})


class Conflict(Problem):
    status = HTTPStatus.CONFLICT


class BodyTooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class Invalid(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: Iterable[FieldError], detail: str | None = None) -> None:
        """`detail` defaults to the first error as a sentence, for clients that show nothing else."""
        self.errors = list(errors)
        super().__init__(detail or error_messages.sentence(*self.errors[0]))

    @classmethod
    def of(cls, field: str, message: str) -> Self:
        return cls([FieldError(field, message)])

    @classmethod
    def from_validation(cls, errors: Iterable[Mapping[str, Any]]) -> Self:
        """Build from pydantic's errors, whose messages never include the value."""
        return cls(map(_field_error, errors))


class LimitReached(Problem):
    """A limit on one user's jobs; retry after `retry_after_s` seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail, {"Retry-After": str(retry_after_s)})


class Unavailable(Problem):
    """Nothing was lost; retry the same request after `retry_after_s` seconds."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, retry_after_s: int = _AWAY_S, detail: str | None = None) -> None:
        super().__init__(detail, {"Retry-After": str(retry_after_s)})


def problem_of(error: Exception) -> Problem:  # noqa: PLR0911 - one row per exception
    """Return the problem for an exception. Unexpected ones are logged and become an internal error."""
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return Invalid.from_validation(error.errors())
        case RequestUnsupportedContentType():
            return UnsupportedMediaType()
        case errors.UnreadableCsv():
            return Invalid((FieldError(wrong.field, wrong.message) for wrong in error.errors), error.errors[0].message)
        case errors.Refused():
            return _refusal(error) or _unexpected(error)
        case errors.QueueUnavailable():
            return Unavailable()
        case DatabaseResuming():
            return Unavailable(_RESUMING_S, error_messages.DATABASE_RESUMING.format(seconds=_RESUMING_S))
        case DatabaseUnavailable() | AnswerLost():
            logger.warning("The database did not respond", reason=str(error), kind=type(error).__name__)
            return Unavailable()
        case _:
            return _unexpected(error)


def _unexpected(error: Exception) -> Problem:
    """Log an error, without its message, which may contain user input."""
    sqlstate = f" {error.sqlstate}" if isinstance(error, StatementFailed) else ""
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("Unexpected error", kind=f"{type(error).__name__}{sqlstate}", where=where)
    return Problem()


def _refusal(error: errors.Refused) -> Problem | None:
    kind, facts = type(error), vars(error)
    if kind in error_messages.CONFLICTS:
        return Conflict(error_messages.CONFLICTS[kind].format(**facts))
    if kind in error_messages.INVALID:
        field, message = error_messages.INVALID[kind]
        return Invalid.of(field, message.format(**facts))
    match error:
        case errors.ObjectNotFound():
            return NotFound()
        case errors.HoldingsUnpriced(holdings=holdings):
            unpriced = list(map(_unpriced, holdings))
            return Invalid(unpriced, unpriced[0].message)
        case errors.TooManyJobs() | errors.TooManyJobsToday():
            detail = error_messages.LIMITS[kind].format(analyses=error_messages.analyses(error.limit))
            return LimitReached(detail, error.day_ends_in_s if isinstance(error, errors.TooManyJobsToday) else _JOB_S)
    return None


def _unpriced(holding: errors.UnpricedHolding) -> FieldError:
    place = "" if holding.line is None else f"Line {holding.line}: "
    return FieldError("price", place + error_messages.UNPRICED.format(symbol=holding.symbol))


def _field_error(error: Mapping[str, Any]) -> FieldError:
    where, *rest = error["loc"] or ("body",)
    inside = rest if where in _PLACES else [where, *rest]
    field = ".".join(str(part) for part in inside if part != "[key]") or str(where)
    return FieldError(field[:_LONGEST_FIELD], str(error["msg"]).removeprefix("Value error, "))
