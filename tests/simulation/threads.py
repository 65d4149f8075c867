"""The functions' threads in simulated time: `functions.shared.runtime.Threads`."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from typing import Any, ParamSpec, TypeVar

from functions.shared.runtime import Condition
from tests.simulation.scheduler import Killed, Scheduler, Strand, Waiter

P = ParamSpec("P")
R = TypeVar("R")


class SimulatedThreads:
    """Starts threads in the process of the calling thread."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def lock(self) -> AbstractContextManager[Any]:
        return SimulatedCondition(self._scheduler)

    def condition(self) -> Condition:
        return SimulatedCondition(self._scheduler)

    def start(self, name: str, call: Callable[[], None]) -> None:
        self._scheduler.running.process.start(call)

    def pool(self, size: int) -> Executor:
        return SimulatedPool(self._scheduler, size)

    def wait_for_first(self, futures: set[Future[Any]]) -> set[Future[Any]]:
        waiter = Waiter(self._scheduler)
        for future in futures:
            future.add_done_callback(lambda _: waiter.wake())
        waiter.wait()
        return {future for future in futures if future.done()}

    def repeat(self, interval_s: float, call: Callable[[], None]) -> Callable[[], None]:
        repetition = _Repetition(self._scheduler, interval_s, call)
        self._scheduler.running.process.start(repetition.run)
        return repetition.stop


class _Repetition:
    def __init__(self, scheduler: Scheduler, interval_s: float, call: Callable[[], None]) -> None:
        self._scheduler = scheduler
        self._interval_s = interval_s
        self._call = call
        self._is_stopped = False
        self._pause: Waiter | None = None

    def run(self) -> None:
        due = self._scheduler.now
        while not self._is_stopped:
            self._call()
            due = max(due + self._interval_s, self._scheduler.now)
            if not self._is_stopped:
                self._pause = Waiter(self._scheduler)
                self._pause.wait(due - self._scheduler.now)

    def stop(self) -> None:
        self._is_stopped = True
        if self._pause is not None:
            self._pause.wake()


class SimulatedCondition:
    """A lock with a condition. Waiting threads get the lock in turn."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._owner: Strand | None = None
        self._entering: deque[Waiter] = deque()
        self._waiting: list[Waiter] = []

    def __enter__(self) -> Any:
        while self._owner is not None:
            waiter = Waiter(self._scheduler)
            self._entering.append(waiter)
            waiter.wait()
        self._owner = self._scheduler.running
        return True

    def __exit__(self, *_: object) -> None:
        self._owner = None
        if self._entering:
            self._entering.popleft().wake()

    def wait_for(self, predicate: Callable[[], object], timeout: float | None = None) -> object:
        give_up_at = None if timeout is None else self._scheduler.now + timeout
        while not (value := predicate()):
            left_s = None if give_up_at is None else give_up_at - self._scheduler.now
            if left_s is not None and left_s <= 0:
                break
            waiter = Waiter(self._scheduler)
            self._waiting.append(waiter)
            self.__exit__()
            waiter.wait(left_s)
            self.__enter__()
        return value

    def notify_all(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            waiter.wake()


class SimulatedPool(Executor):
    """Replaces ThreadPoolExecutor."""

    def __init__(self, scheduler: Scheduler, size: int) -> None:
        self._scheduler = scheduler
        self._free = size
        self._queued: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> "Future[R]":
        future: Future[R] = Future()
        self._queued.append((future, lambda: fn(*args, **kwargs)))
        if self._free:
            self._free -= 1
            self._scheduler.running.process.start(self._work)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        assert not wait, "planners never wait for abandoned agents"
        while cancel_futures and self._queued:
            self._queued.popleft()[0].cancel()

    def _work(self) -> None:
        while self._queued:
            future, call = self._queued.popleft()
            future.set_running_or_notify_cancel()
            try:
                future.set_result(call())
            except Killed:
                raise
            except BaseException as error:
                future.set_exception(error)
        self._free += 1
