"""Waits for the effects of other processes and threads."""

import time
from collections.abc import Callable
from typing import Any


def until(condition: Callable[[], Any], timeout_s: float = 300) -> Any:
    """Wait until `condition` returns something true, and return that. The limit only ends a test that fails."""
    deadline = time.monotonic() + timeout_s
    while not (result := condition()):
        assert time.monotonic() < deadline, "the condition did not become true"
        time.sleep(0.05)
    return result
