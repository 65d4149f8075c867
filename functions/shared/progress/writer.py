"""Writes progress from a background thread, so that it neither delays nor fails the work."""

from collections.abc import Callable

from functions.shared import metrics
from functions.shared.database import DatabaseError
from functions.shared.observability import logger
from functions.shared.progress.model import ProgressChange
from functions.shared.runtime import OsThreads, Threads

#: The longest time, in seconds, that a worker waits for its progress to be written.
FLUSH_S = 0.3
_FAILURES_UNTIL_OPEN = 2


class BackgroundWriter:
    """Passes changes to `write` one at a time; changes that arrive while it is busy are merged.

    A failed change is merged into the next one. After two consecutive failures the circuit breaker opens and the rest
    is dropped, because the job matters more than its progress.
    """

    def __init__(self, write: Callable[[ProgressChange], None], threads: Threads | None = None) -> None:
        self._write = write
        self._threads = threads or OsThreads()
        self._state = self._threads.condition()
        self._waiting: ProgressChange | None = None
        self._unwritten: ProgressChange | None = None
        self._is_busy = False
        self._is_closed = False
        self._failures = 0
        self._is_started = False

    def submit(self, change: ProgressChange) -> None:
        """Queue a change without blocking."""
        with self._state:
            if self._is_closed or self._is_open:
                return
            self._waiting = self._waiting.then(change) if self._waiting else change
            if not self._is_started:
                self._is_started = True
                self._threads.start("progress", self._run)
            self._state.notify_all()

    def flush(self, timeout_s: float = FLUSH_S) -> bool:
        """Block until everything submitted is written. Returns False on a timeout."""
        with self._state:
            return bool(self._state.wait_for(lambda: self._is_open or not (self._waiting or self._is_busy), timeout_s))

    def close(self, timeout_s: float = FLUSH_S) -> None:
        """Flush pending changes for at most `timeout_s` seconds, then end the thread."""
        self.flush(timeout_s)
        with self._state:
            self._is_closed = True
            self._waiting = None
            self._state.notify_all()

    @property
    def _is_open(self) -> bool:
        return self._failures >= _FAILURES_UNTIL_OPEN

    def _run(self) -> None:
        while (change := self._next()) is not None:
            failures, unwritten = 0, None
            try:
                self._write(change)
            except DatabaseError as error:
                failures, unwritten = self._failures + 1, change
                metrics.progress_write_failed()
                if failures == 1:
                    logger.warning("Progress could not be written", reason=type(error).__name__)
            finally:
                with self._state:
                    self._failures, self._unwritten = failures, unwritten
                    self._is_busy = False
                    self._state.notify_all()

    def _next(self) -> ProgressChange | None:
        with self._state:
            self._state.wait_for(lambda: self._waiting or self._is_closed)
            change, self._waiting = self._waiting, None
            self._is_busy = change is not None
            return self._unwritten.then(change) if self._unwritten and change else change
