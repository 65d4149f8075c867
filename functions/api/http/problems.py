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

A document contains nothing from the request (no path, id, or field value) and no internals.
"""

import json
import re
import traceback
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple, Self

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError

from functions.api import errors
from functions.shared.database import AnswerLost, DatabaseResuming, DatabaseUnavailable, StatementFailed
from functions.shared.observability import logger
from functions.shared.portfolio import OLDEST

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 100
_LONGEST_FIELD = 100
_RESUMING_S, _AWAY_S, _JOB_S = 10, 5, 30
_SUBJECT = re.compile(r"^[A-Z][a-z]*( input)? should\b")
"""The subject of most of pydantic's messages: "Input should be …", "String should have …"."""
_PREDICATES = {"Field required": "is required", "Extra inputs are not permitted": "is not a known field"}
_PLACES = frozenset({"body", "query", "header", "path"})


class FieldError(NamedTuple):
    """`field` is the client's name for it, with dots for nested fields; `message` is written for people."""

    field: str
    message: str


class Problem(Exception):
    """An error response. `detail` is one sentence for people."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "Something went wrong on our side. The error has been logged. Try again later."
    errors: Sequence[FieldError] = ()

    def __init__(self, detail: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail or self.detail)
        self.detail = detail or self.detail
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
    detail = "The body is not valid JSON."


class NotSignedIn(Problem):
    status = HTTPStatus.UNAUTHORIZED
    detail = "Sign in first. The request has no valid token."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND
    detail = "Not found."


class MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    detail = "This method isn't allowed here. The Allow header lists the methods that are."

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__(headers={"Allow": ", ".join(sorted(allowed))})


class Conflict(Problem):
    status = HTTPStatus.CONFLICT


class BodyTooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = "The body is larger than 1 MB."


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    detail = "Unsupported content type."


class Invalid(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: Iterable[FieldError], detail: str | None = None) -> None:
        """`detail` defaults to the first error as a sentence, for clients that show nothing else."""
        self.errors = list(errors)
        super().__init__(detail or _sentence(self.errors[0]))

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
    detail = "The service is temporarily unavailable. Try again in a few seconds."

    def __init__(self, retry_after_s: int = _AWAY_S, detail: str | None = None) -> None:
        super().__init__(detail, {"Retry-After": str(retry_after_s)})


#: The details of conflicts, with attributes of the error.
_CONFLICTS: Mapping[type[errors.Refused], str] = {
    errors.NameTaken: "You already have an account with this name.",
    errors.AlreadyHeld: "This account already holds this symbol. Change that position instead.",
    errors.ImportEdited: "The imported accounts have changed since, so the import can't be undone.",
    errors.JobRestarted: "The analysis has just been restarted.",
    errors.JobNotRetryable: "The analysis is {status}. You can retry only a failed or cancelled analysis.",
    errors.JobNotCancellable: "The analysis has already ended ({status}) and can't be cancelled.",
    errors.JobActive: "The analysis is {status}. Cancel it before you delete it.",
}
#: The field and message of invalid requests.
_INVALID: Mapping[type[errors.Refused], tuple[str, str]] = {
    errors.RetiresTooLate: ("years_until_retirement", f"must end by age {OLDEST}"),
    errors.TooManyAccounts: ("account_name", "You already have {limit:,} accounts, which is the limit."),
    errors.TooManyPositions: ("symbol", "You already have {limit:,} positions, which is the limit."),
    errors.FileOverLimit: ("file", "With this file, you would have more than {limit:,} {kind}. Remove some of them."),
    errors.KeyReused: ("idempotency-key", "This key was already used for a different request. Use a new one."),
}


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
            return Unavailable(_RESUMING_S, f"The database is waking up. Try again in {_RESUMING_S} seconds.")
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


def _refusal(error: errors.Refused) -> Problem | None:  # noqa: PLR0911
    kind, facts = type(error), vars(error)
    if kind in _CONFLICTS:
        return Conflict(_CONFLICTS[kind].format(**facts))
    if kind in _INVALID:
        field, message = _INVALID[kind]
        return Invalid.of(field, message.format(**facts))
    match error:
        case errors.ObjectNotFound():
            return NotFound()
        case errors.HoldingsUnpriced(holdings=holdings):
            unpriced = list(map(_unpriced, holdings))
            return Invalid(unpriced, unpriced[0].message)
        case errors.TooManyJobs(limit=limit):
            return LimitReached(
                f"You have {_analyses(limit)} running, which is the limit. Try again when one has finished.", _JOB_S
            )
        case errors.TooManyJobsToday(limit=limit, day_ends_in_s=seconds):
            return LimitReached(
                f"You have started {_analyses(limit)} today, which is the limit. Try again after midnight UTC.", seconds
            )
    return None


def _analyses(count: int) -> str:
    return "1 analysis" if count == 1 else f"{count} analyses"


def _unpriced(holding: errors.UnpricedHolding) -> FieldError:
    place = "" if holding.line is None else f"Line {holding.line}: "
    return FieldError("price", f"{place}{holding.symbol} has no known price. Add a column with its price or value.")


def _sentence(error: FieldError) -> str:
    """Return an error as a sentence that names its field: "current_age should be less than or equal to 120."."""
    message = _PREDICATES.get(error.message) or _SUBJECT.sub("should", error.message)
    return f"{error.field} {message}." if message[:1].islower() else message


def _field_error(error: Mapping[str, Any]) -> FieldError:
    where, *rest = error["loc"] or ("body",)
    inside = rest if where in _PLACES else [where, *rest]
    field = ".".join(str(part) for part in inside if part != "[key]") or str(where)
    return FieldError(field[:_LONGEST_FIELD], str(error["msg"]).removeprefix("Value error, "))
