"""Work in threads under a lease that is renewed while the work goes on."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class LeasedWork:
    """Runs calls side by side; whoever waits for them renews the lease every `interval_s`.

    What `renew` raises ends the waiting; calls that are still running are left behind: the fence makes them harmless.
    """

    def __init__(self, renew: Callable[[], None], interval_s: float, threads: int) -> None:
        self._renew = renew
        self._interval_s = interval_s
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="agent")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def submit(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        return self._pool.submit(call, *args, **kwargs)

    def next_done(self, futures: "set[Future[R]]") -> "set[Future[R]]":
        """Waits until at least one is done, and answers those that are. Raises what `renew` raises."""
        while not (done := wait(futures, self._interval_s, FIRST_COMPLETED).done):
            self._renew()
        return done

    def result(self, future: "Future[R]") -> R:
        """The result of one call. Raises what it raised, or what `renew` raises."""
        self.next_done({future})
        return future.result()
