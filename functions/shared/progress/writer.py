"""Writes progress from a background thread, so that it neither delays nor fails the work."""

from collections.abc import Callable
from dataclasses import dataclass

from functions.shared import metrics
from functions.shared.database import DatabaseError
from functions.shared.observability import logger
from functions.shared.progress.model import ProgressChange, ProgressData
from functions.shared.runtime import OsThreads, Threads

#: The longest that a worker waits for its progress to be written.
FLUSH_S = 0.3
_FAILURES_UNTIL_OPEN = 2


@dataclass(frozen=True)
class Update:
    """A change, its agent, and the initial document if a new attempt starts."""

    change: ProgressChange
    agent: str
    message: str | None = None
    initial: Callable[[], ProgressData] | None = None

    def then(self, later: "Update") -> "Update":
        """Merge two updates: the latest state wins."""
        return Update(self.change.then(later.change), later.agent, later.message, self.initial or later.initial)


class BackgroundWriter:
    """Passes updates to `write` one at a time; updates that arrive while it is busy are merged.

    A failed update is merged into the next one. After two consecutive failures the circuit breaker opens and the rest
    is dropped, because the job matters more than its progress.
    """

    def __init__(self, write: Callable[[Update], None], threads: Threads | None = None) -> None:
        self._write = write
        self._threads = threads or OsThreads()
        self._state = self._threads.condition()
        self._waiting: Update | None = None
        self._unwritten: Update | None = None
        self._is_busy = False
        self._is_closed = False
        self._failures = 0
        self._is_started = False

    def submit(self, update: Update) -> None:
        """Queue an update without blocking."""
        with self._state:
            if self._is_closed or self._is_open:
                return
            self._waiting = self._waiting.then(update) if self._waiting else update
            if not self._is_started:
                self._is_started = True
                self._threads.start("progress", self._run)
            self._state.notify_all()

    def flush(self, timeout_s: float = FLUSH_S) -> bool:
        """Block until everything submitted is written. Returns False on a timeout."""
        with self._state:
            return bool(self._state.wait_for(lambda: self._is_open or not (self._waiting or self._is_busy), timeout_s))

    def close(self, timeout_s: float = FLUSH_S) -> None:
        """Flush pending updates for at most `timeout_s` seconds, then end the thread."""
        self.flush(timeout_s)
        with self._state:
            self._is_closed = True
            self._waiting = None
            self._state.notify_all()

    @property
    def _is_open(self) -> bool:
        return self._failures >= _FAILURES_UNTIL_OPEN

    def _run(self) -> None:
        while (update := self._next()) is not None:
            failures, unwritten = 0, None
            try:
                self._write(update)
            except DatabaseError as error:
                failures, unwritten = self._failures + 1, update
                metrics.progress_write_failed()
                if failures == 1:
                    logger.warning("Progress could not be written", reason=type(error).__name__)
            finally:
                with self._state:
                    self._failures, self._unwritten = failures, unwritten
                    self._is_busy = False
                    self._state.notify_all()

    def _next(self) -> Update | None:
        with self._state:
            self._state.wait_for(lambda: self._waiting or self._is_closed)
            update, self._waiting = self._waiting, None
            self._is_busy = update is not None
            return self._unwritten.then(update) if self._unwritten and update else update
