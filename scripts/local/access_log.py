"""Who asked what, when, and what came back: a JSON object a line, as API Gateway writes its access log."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from pydantic import BaseModel


class Access(BaseModel):
    """One request. `at` is when it was answered, in seconds since 1970, `latency_s` how long that took."""

    at: float
    latency_s: float
    method: str
    path: str
    """Without the query, which may hold a code to sign in with."""
    status: int
    user_agent: str


class AccessLog:
    """A file that lines are added to, from any thread."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()

    def write(self, method: str, target: str, status: int, user_agent: str, began: float) -> None:
        """`began` is `time.monotonic()` of when the request came."""
        access = Access(
            at=time.time(),
            latency_s=time.monotonic() - began,
            method=method,
            path=target.partition("?")[0],
            status=status,
            user_agent=user_agent,
        )
        with self._lock, self.file.open("a", encoding="utf-8") as lines:
            lines.write(access.model_dump_json() + "\n")

    def read(self) -> list[Access]:
        """All that was written, oldest first."""
        with self._lock:
            lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        return [Access.model_validate_json(line) for line in lines]
