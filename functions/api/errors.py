"""The errors of the logic and the repositories. `http/problems.py` maps each to a problem document.

Refused                   nothing was changed; do not repeat the request unchanged
├── ObjectNotFound        the user has no such account, position, import, or job
├── NameTaken             another account of the user has this name
├── AlreadyHeld           the account already has a position in this symbol
├── PriceUnknown          neither the request nor the reference data has a price for the symbol
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
QueueUnavailable          SQS did not accept the message, or did so without responding: retry later
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class UnpricedHolding(NamedTuple):
    """`line` is None for a holding that isn't from one line of the file."""

    line: int | None
    symbol: str


class Refused(Exception):
    """Nothing was changed."""


class ObjectNotFound(Refused):
    """Also if the object belongs to another user."""


class NameTaken(Refused):
    pass


class AlreadyHeld(Refused):
    pass


class PriceUnknown(Refused):
    pass


class _Limited(Refused):
    def __init__(self, limit: int) -> None:
        super().__init__(f"the limit is {limit}")
        self.limit = limit


class TooManyAccounts(_Limited):
    pass


class TooManyPositions(_Limited):
    pass


class HoldingsUnpriced(Refused):
    def __init__(self, holdings: Sequence[UnpricedHolding]) -> None:
        super().__init__(f"{len(holdings)} holdings have no price")
        self.holdings = holdings


class FileOverLimit(_Limited):
    """`kind` is "accounts" or "positions"."""

    def __init__(self, kind: str, limit: int) -> None:
        super().__init__(limit)
        self.kind = kind


class ImportEdited(Refused):
    pass


class KeyReused(Refused):
    pass


class TooManyJobs(_Limited):
    pass


class TooManyJobsToday(_Limited):
    def __init__(self, limit: int, day_ends_in_s: int) -> None:
        super().__init__(limit)
        self.day_ends_in_s = day_ends_in_s


class JobRestarted(Refused):
    pass


class _WrongStatus(Refused):
    def __init__(self, status: str) -> None:
        super().__init__(f"the job is {status}")
        self.status = status


class JobNotRetryable(_WrongStatus):
    pass


class JobNotCancellable(_WrongStatus):
    pass


class JobActive(_WrongStatus):
    pass


class QueueUnavailable(Exception):
    pass


def found(value: T | None) -> T:
    """Return the value. Raises ObjectNotFound if it is None."""
    if value is None:
        raise ObjectNotFound
    return value
