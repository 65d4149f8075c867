"""Ctrl-C and SIGTERM stop a program once, in order, and without leaving child processes behind.

A KeyboardInterrupt between any two instructions can skip a cleanup, and supervisors send the signal twice: to the
process group and, through `uv run`, to the program again. So a program that starts a stack calls
`handle_stop_signals` first. From then on, the first signal raises KeyboardInterrupt only in `interruptible` blocks
and while a child process starts, where nothing is left behind. Later signals have no effect.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Protocol, Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _State:
    """State per process, like signal handlers."""

    is_stopping = False
    is_interruptible = False


def handle_stop_signals() -> None:
    """Install the handlers until the process ends. Call it in the main thread.

    Handles Ctrl-C even if a script started the program in the background, where shells set it to be ignored.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, _stop)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt in this block at the first signal, even an earlier one. For the main thread.

    Clean up outside of the block: `with stack: with interruptible(): ...`.
    """
    _State.is_interruptible = True
    try:
        raise_if_stopping()
        yield
    finally:
        _State.is_interruptible = False


def raise_if_stopping() -> None:
    """Raise KeyboardInterrupt once a signal has arrived. For loops outside of `interruptible`, in any thread."""
    if _State.is_stopping:
        raise KeyboardInterrupt


@contextmanager
def ignored_stop_signals() -> Iterator[None]:
    """Ignore signals in the block, even in a program without `handle_stop_signals`, such as a test run."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = [signal.signal(number, signal.SIG_IGN) for number in STOP_SIGNALS]
    try:
        yield
    finally:
        for number, handler in zip(STOP_SIGNALS, handlers, strict=True):
            signal.signal(number, handler)


class Endpoint(Protocol):
    """A server on threads of this process that runs during its block."""

    url: str

    def __enter__(self) -> Self: ...

    def __exit__(self, *_error: Any) -> None: ...


def serve(endpoint: Endpoint) -> None:
    """Run the endpoint as a program's only task until a signal arrives. Prints its address first."""
    # Block signals before threads start, because they inherit the mask: a signal must not end the process without
    # leaving the `with`.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    with endpoint:
        print(endpoint.url, flush=True)
        signal.sigwait(STOP_SIGNALS)


def _stop(_number: int, _frame: FrameType | None) -> None:
    is_first = not _State.is_stopping
    _State.is_stopping = True
    if is_first and _State.is_interruptible:
        raise KeyboardInterrupt
