"""The sentences of error responses, by status and by exception. `problems.py` puts them into problem documents.

A name in braces is an attribute of the exception; `{analyses}` is its `limit` with a noun.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus

from functions.api import errors

#: Used for exceptions that have no sentence of their own.
BY_STATUS: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "The body is not valid JSON.",
    HTTPStatus.UNAUTHORIZED: "Sign in first. The request has no valid token.",
    HTTPStatus.NOT_FOUND: "Not found.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This method isn't allowed here. The Allow header lists the methods that are.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than 1 MB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "Unsupported content type.",
    HTTPStatus.INTERNAL_SERVER_ERROR: ("Something went wrong on our side. The error has been logged. Try again later."),
    HTTPStatus.SERVICE_UNAVAILABLE: "The service is temporarily unavailable. Try again in a few seconds.",
}
#: 409
CONFLICTS: Mapping[type[errors.Refused], str] = {
    errors.NameTaken: "You already have an account with this name.",
    errors.AlreadyHeld: "This account already holds this symbol. Change that position instead.",
    errors.ImportEdited: "The imported accounts have changed since, so the import can't be undone.",
    errors.JobRestarted: "The analysis has just been restarted.",
    errors.JobNotRetryable: "The analysis is {status}. You can retry only a failed or cancelled analysis.",
    errors.JobNotCancellable: "The analysis has already ended ({status}) and can't be cancelled.",
    errors.JobActive: "The analysis is {status}. Cancel it before you delete it.",
}
#: 422: the field, and its message
INVALID: Mapping[type[errors.Refused], tuple[str, str]] = {
    errors.RetiresTooLate: ("years_until_retirement", "must end by age {limit}"),
    errors.TooManyAccounts: ("account_name", "You already have {limit:,} accounts, which is the limit."),
    errors.TooManyPositions: ("symbol", "You already have {limit:,} positions, which is the limit."),
    errors.FileOverLimit: ("file", "With this file, you would have more than {limit:,} {kind}. Remove some of them."),
    errors.KeyReused: ("idempotency-key", "This key was already used for a different request. Use a new one."),
}
#: 422: the price of a holding, with its attributes
UNPRICED = "{symbol} has no known price. Add a column with its price or value."
#: 429
LIMITS: Mapping[type[errors.Refused], str] = {
    errors.TooManyJobs: "You have {analyses} running, which is the limit. Try again when one has finished.",
    errors.TooManyJobsToday: "You have started {analyses} today, which is the limit. Try again after midnight UTC.",
}
#: 503
DATABASE_RESUMING = "The database is waking up. Try again in {seconds} seconds."

_SUBJECT = re.compile(r"^[A-Z][a-z]*( input)? should\b")
"""The subject of most of pydantic's messages: "Input should be …", "String should have …"."""
_PREDICATES = {"Field required": "is required", "Extra inputs are not permitted": "is not a known field"}


def sentence(field: str, message: str) -> str:
    """Return a field's message as a sentence that names it: "current_age should be less than or equal to 120."."""
    predicate = _PREDICATES.get(message) or _SUBJECT.sub("should", message)
    return f"{field} {predicate}." if predicate[:1].islower() else predicate


def analyses(count: int) -> str:
    return "1 analysis" if count == 1 else f"{count} analyses"
