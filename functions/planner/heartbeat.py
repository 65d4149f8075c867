"""Maintains a planner's hold on a job while it works: keeps the message invisible and renews the lease."""

from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

from functions.planner.jobs import JobCancelled
from functions.shared.database import DatabaseError
from functions.shared.jobs import LeaseLost
from functions.shared.observability import logger
from functions.shared.runtime import Threads

#: Renewals in the time of one lease.
BEATS_PER_LEASE = 3

P = ParamSpec("P")
R = TypeVar("R")


class LeaseKeeper:
    """Context manager that runs calls in parallel while a heartbeat renews this planner's hold on the job.

    The heartbeat starts with the block: it calls `hide` immediately and every `interval_s`, and after `hold` also the
    renewal. Neither the heartbeat nor the work waits for the other.
    """

    def __init__(self, threads: Threads, hide: Callable[[], None], interval_s: float, pool_size: int) -> None:
        self._threads = threads
        self._hide = hide
        self._interval_s = interval_s
        self._pool = threads.pool(pool_size)
        self._renew: Callable[[], None] | None = None
        self._over: Future[None] = Future()
        self._state = threads.lock()
        self._is_stopped = False
        self._cancel_repeat: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        self._cancel_repeat = self._threads.repeat(self._interval_s, self._beat)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """End the heartbeat. Once this returns, no beat changes the message's visibility."""
        self._cancel_repeat()
        with self._state:
            self._is_stopped = True

    def hold(self, renew: Callable[[], None]) -> None:
        """Renew the lease with each beat from now on. `renew` raises LeaseLost or JobCancelled when the attempt is
        over.
        """
        self._renew = renew

    def submit(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        return self._pool.submit(call, *args, **kwargs)

    def next_done(self, futures: "set[Future[R]]") -> "set[Future[R]]":
        """Block until at least one future is done, and return those that are.

        Raises LeaseLost or JobCancelled once the heartbeat finds that the attempt is over. Running calls are
        abandoned; the fence makes them harmless.
        """
        waiting: set[Future[Any]] = {*futures, self._over}
        done = self._threads.wait_for_first(waiting)
        if self._over in done:
            self._over.result()
        return {future for future in futures if future in done}

    def result(self, future: "Future[R]") -> R:
        """Return the result of one call. Raises the call's error, or the errors of `next_done`."""
        self.next_done({future})
        return future.result()

    def _beat(self) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - loaded when first needed

        with self._state:
            if self._is_stopped:
                return
            try:
                self._hide()
            except (BotoCoreError, ClientError) as error:
                # The receipt handle may be stale, or SQS unavailable. The lease still protects the job.
                logger.warning("The message's visibility was not extended", reason=type(error).__name__)
        if self._renew is None or self._over.done():
            return
        try:
            self._renew()
        except (LeaseLost, JobCancelled) as error:
            self._over.set_exception(error)
        except DatabaseError as error:
            logger.warning("The lease was not renewed", reason=type(error).__name__)
