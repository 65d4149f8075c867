"""Simulated time, and threads that take turns in it.

Exactly one thread runs at a time, from one wait to the next, and the end times of waits determine whose turn is next.
So anything may happen between two calls of a process, in any order, and a seed replays a run.
"""

import heapq
import threading
from collections.abc import Callable
from itertools import count


class Killed(BaseException):
    """The process of this thread is gone. Nothing catches this, so the thread does nothing more."""


class Process:
    """Threads that live, stop and die together: one execution environment of a function."""

    def __init__(self, scheduler: "Scheduler", name: str) -> None:
        self.name = name
        self.is_dead = False
        self._scheduler = scheduler
        self._strands: set[Strand] = set()
        self._frozen: list[Waiter] | None = None

    def start(self, call: Callable[[], None], delay_s: float = 0) -> None:
        """Run a call in a thread of this process."""
        strand = Strand(self._scheduler, self, call)
        self._strands.add(strand)
        strand.start(delay_s)

    def kill(self) -> None:
        """End every thread where it is. The caller, if it is one of them, must raise Killed."""
        self.is_dead = True
        self.thaw()
        for strand in self._strands:
            strand.interrupt()

    def freeze(self) -> None:
        """Let no thread continue until `thaw`, while time passes."""
        self._frozen = self._frozen if self._frozen is not None else []

    def thaw(self) -> None:
        late, self._frozen = self._frozen or [], None
        for waiter in late:
            self._scheduler.at(self._scheduler.now, waiter.end)

    def check(self) -> None:
        """Raises Killed once the process is gone."""
        if self.is_dead:
            raise Killed(self.name)

    def holds_back(self, waiter: "Waiter") -> bool:
        """Hold a thread whose wait is over while the process is frozen."""
        if self._frozen is None:
            return False
        self._frozen.append(waiter)
        return True

    def forget(self, strand: "Strand") -> None:
        self._strands.discard(strand)

    @property
    def is_busy(self) -> bool:
        """Whether one of its threads has not ended."""
        return bool(self._strands)


class Strand:
    """A simulated thread: a thread of the operating system that waits for its turns."""

    def __init__(self, scheduler: "Scheduler", process: Process, call: Callable[[], None]) -> None:
        self.process = process
        self.waiter: Waiter | None = None
        self._scheduler = scheduler
        self._call = call
        self._turn = threading.Lock()
        self._turn.acquire()
        self._thread = threading.Thread(target=self._run, name=f"simulated {process.name}", daemon=True)

    def start(self, delay_s: float) -> None:
        self.waiter = Waiter(self._scheduler, self)
        self.waiter.expect(delay_s)

    def interrupt(self) -> None:
        if self.waiter is not None:
            self.waiter.wake()

    def resume(self) -> None:
        """Called by the scheduler. Returns when the thread waits again or has ended."""
        if self._thread.ident is None:
            self._thread.start()
        self._turn.release()
        self._scheduler.await_baton()

    def pause(self) -> None:
        """Called by the thread itself: let others run until `resume`."""
        self._scheduler.hand_back_baton()
        self._turn.acquire()

    def _run(self) -> None:
        self._turn.acquire()
        self.waiter = None
        try:
            self.process.check()
            self._call()
        except Killed:
            pass
        except BaseException as error:
            self._scheduler.errors.append(error)
        finally:
            self.process.forget(self)
            self._scheduler.hand_back_baton()


class Waiter:
    """One wait of a thread, until it is woken or a timeout ends. Create it before anything that may wake it."""

    def __init__(self, scheduler: "Scheduler", strand: "Strand | None" = None) -> None:
        self.is_woken = False
        self._scheduler = scheduler
        self._strand = strand or scheduler.running
        self._is_waiting = False

    def wait(self, timeout_s: float | None = None) -> bool:
        """Returns whether it was woken; False after `timeout_s`. Raises Killed once the process is gone."""
        self._strand.process.check()
        if not self.is_woken:
            self.expect(timeout_s)
            self._strand.waiter = self
            self._strand.pause()
            self._strand.waiter = None
        self._strand.process.check()
        return self.is_woken

    def expect(self, timeout_s: float | None) -> None:
        self._is_waiting = True
        if timeout_s is not None:
            self._scheduler.at(self._scheduler.now + timeout_s, self.end)

    def wake(self) -> None:
        """End the wait. Harmless if it has ended."""
        self.is_woken = True
        if self._is_waiting:
            self._scheduler.at(self._scheduler.now, self.end)

    def end(self) -> None:
        if self._is_waiting and not self._strand.process.holds_back(self):
            self._is_waiting = False
            self._scheduler.resume(self._strand)


class Scheduler:
    """`now` is in seconds, from 0. Calls due at the same time happen in the order in which they were scheduled."""

    def __init__(self) -> None:
        self.now = 0.0
        self.errors: list[BaseException] = []
        """The exceptions that ended threads, other than being killed."""
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = count()
        self._running: Strand | None = None
        self._baton = threading.Lock()
        self._baton.acquire()

    @property
    def running(self) -> Strand:
        """The thread whose turn it is."""
        assert self._running is not None, "only a simulated thread can wait"
        return self._running

    @property
    def is_idle(self) -> bool:
        """Whether no thread has its turn: the caller is the test itself, or a call scheduled by `at`."""
        return self._running is None

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is due anymore."""
        return not self._due

    def at(self, when: float, call: Callable[[], object]) -> None:
        """Schedule a call, which may not wait."""
        heapq.heappush(self._due, (when, next(self._numbers), call))

    def sleep(self, seconds: float) -> None:
        """Let simulated time pass for the thread whose turn it is."""
        Waiter(self).wait(max(0.0, seconds))

    def run(self, until: Callable[[], bool], deadline: float) -> bool:
        """Let time pass until a condition holds. Returns False when nothing is due anymore, or not before `deadline`.

        Raises the exception that ended a thread.
        """
        assert self.is_idle, "a simulated thread waits for others with a Waiter"
        while not until():
            if not self._due or self._due[0][0] > deadline:
                return False
            when, _, call = heapq.heappop(self._due)
            self.now = max(self.now, when)
            call()
            if self.errors:
                raise self.errors.pop(0)
        return True

    def pass_time(self, seconds: float) -> None:
        """Run everything due in this many seconds."""
        deadline = self.now + seconds
        self.run(lambda: False, deadline)
        self.now = max(self.now, deadline)

    def resume(self, strand: Strand) -> None:
        self._running = strand
        strand.resume()
        self._running = None

    def await_baton(self) -> None:
        self._baton.acquire()

    def hand_back_baton(self) -> None:
        self._baton.release()
