"""How a program takes Ctrl-C and SIGTERM: it stops what it runs in order, and only once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, Protocol, Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)

Handler = Callable[[int, FrameType | None], Any] | int | None


@contextmanager
def sigterm_interrupts() -> Iterator[None]:
    """SIGTERM does what Ctrl-C does: raises KeyboardInterrupt. For a program's main thread.

    Ctrl-C does so too where a script started the program in the background: shells have it ignored there.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = [signal.signal(each, interrupt) for each in SIGNALS]
    try:
        yield
    finally:
        _restore(before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Neither signal reaches the block: an impatient second Ctrl-C would leave half of the children behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [signal.signal(each, signal.SIG_IGN) for each in SIGNALS]
    try:
        yield
    finally:
        _restore(before)


class Endpoint(Protocol):
    """A server on threads of this process while its block lasts."""

    url: str

    def __enter__(self) -> Self: ...

    def __exit__(self, *_error: Any) -> None: ...


def serve(endpoint: Endpoint) -> None:
    """Runs it until one of the signals, as a program's whole work; the first line printed is its address."""
    # Before there are threads, which inherit it: a signal must not end the process past the `with`.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    with endpoint:
        print(endpoint.url, flush=True)
        signal.sigwait(SIGNALS)


def _restore(handlers: Sequence[Handler]) -> None:
    for each, handler in zip(SIGNALS, handlers, strict=True):
        signal.signal(each, handler)
