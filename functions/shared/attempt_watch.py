"""Detects that an attempt is over while its work continues: the job was cancelled, taken over, or deleted."""

from types import TracebackType
from typing import Self

from functions.shared.database import DatabaseError
from functions.shared.jobs import Jobs, LeaseLost
from functions.shared.observability import logger
from functions.shared.runtime import Runtime
from functions.shared.tasks import Claim

#: Together less than the 5 s within which an agent stops.
_INTERVAL_S, _READ_TIMEOUT_S = 3.0, 1.5


class AttemptWatch:
    """Context manager that checks in the background, every 3 s, whether the attempt still owns its job."""

    def __init__(self, claim: Claim, runtime: Runtime) -> None:
        self._claim = claim
        self._runtime = runtime
        self._started = runtime.clock()
        self._is_over = False

    def __enter__(self) -> Self:
        self._stop = self._runtime.threads.repeat(_INTERVAL_S, self._check)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def raise_if_over(self) -> None:
        """Raises LeaseLost once a check has found the attempt over (do not retry)."""
        if self._is_over:
            raise LeaseLost(f"attempt {self._claim.attempt} no longer owns the job")

    def _check(self) -> None:
        # Most work is done before the first check, so skipping it saves a connection.
        if self._is_over or self._runtime.clock() - self._started < _INTERVAL_S / 2:
            return
        database = self._runtime.database(retry_budget_s=0, read_timeout_s=_READ_TIMEOUT_S)
        try:
            self._is_over = not Jobs(database).owns(self._claim)
        except DatabaseError as error:
            logger.warning("Ownership of the job was not checked", reason=type(error).__name__)
