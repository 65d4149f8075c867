"""The errors of the logic and the repositories.

`http/problems.py` maps each to a problem document, whose wording is in `http/error_messages.py`.

Refused                   nothing was changed; do not repeat the request unchanged
├── ObjectNotFound        the user has no such account, position, import, or job; another user may have it
├── RetiresTooLate        retirement would begin after the age `limit`
├── NameTaken             another account of the user has this name
├── AlreadyHeld           the account already has a position in this symbol
├── TooManyAccounts       the user has reached `limit`
├── TooManyPositions      the user has reached `limit`
├── HoldingsUnpriced      these `holdings` of a file have no price, and the reference data has none
├── FileOverLimit         with this file, the user would have more than `limit` accounts or positions
├── ImportEdited          the accounts of the import have changed since, so it can't be undone
├── KeyReused             the idempotency key belongs to another request
├── TooManyJobs           the user has `limit` jobs pending or running
├── TooManyJobsToday      the user has started `limit` jobs today; the day ends in `day_ends_in_s`
├── JobRestarted          another request has just retried the job
├── JobNotRetryable       the job's `status` is neither failed nor cancelled
├── JobNotCancellable     the job has ended with this `status`
└── JobActive             the job's `status` is pending or running, so it can't be deleted
UnreadableCsv             the portfolio file can't be imported; do not repeat the request unchanged
QueueUnavailable          SQS did not accept the message, or did so without responding: retry later
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class UnpricedHolding(NamedTuple):
    """`line` is None for a holding that isn't from one line of the file."""

    line: int | None
    symbol: str


class Refused(Exception): ...


class ObjectNotFound(Refused): ...


class NameTaken(Refused): ...


class AlreadyHeld(Refused): ...


class _Limited(Refused):
    def __init__(self, limit: int) -> None:
        super().__init__(f"the limit is {limit}")
        self.limit = limit


class RetiresTooLate(_Limited): ...


class TooManyAccounts(_Limited): ...


class TooManyPositions(_Limited): ...


class HoldingsUnpriced(Refused):
    def __init__(self, holdings: Sequence[UnpricedHolding]) -> None:
        super().__init__(f"{len(holdings)} holdings have no price")
        self.holdings = holdings


class FileOverLimit(_Limited):
    """`kind` is "accounts" or "positions"."""

    def __init__(self, kind: str, limit: int) -> None:
        super().__init__(limit)
        self.kind = kind


class ImportEdited(Refused): ...


class KeyReused(Refused): ...


class TooManyJobs(_Limited): ...


class TooManyJobsToday(_Limited):
    def __init__(self, limit: int, day_ends_in_s: int) -> None:
        super().__init__(limit)
        self.day_ends_in_s = day_ends_in_s


class JobRestarted(Refused): ...


class _WrongStatus(Refused):
    def __init__(self, status: str) -> None:
        super().__init__(f"the job is {status}")
        self.status = status


class JobNotRetryable(_WrongStatus): ...


class JobNotCancellable(_WrongStatus): ...


class JobActive(_WrongStatus): ...


class LineError(NamedTuple):
    """A problem in one line; `line` counts from 1, `field` is a column name, `header`, or `file`.

    `message` describes the problem, its place, and the fix. It never repeats the line's content.
    """

    line: int
    field: str
    message: str


class UnreadableCsv(Exception):
    """`errors` lists the problems; `more` counts those beyond the first 100."""

    def __init__(self, errors: list[LineError], more: int = 0) -> None:
        number = len(errors) + more
        super().__init__(f"The file can't be imported: {number} thing{'' if number == 1 else 's'} to correct.")
        self.errors = errors
        self.more = more


class QueueUnavailable(Exception): ...


def found(value: T | None) -> T:
    """Return the value. Raises ObjectNotFound if it is None."""
    if value is None:
        raise ObjectNotFound
    return value
