"""The access log: one JSON object per request, like API Gateway's access log."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from pydantic import BaseModel


class Access(BaseModel):
    """One request. `at` is the time of the response in seconds since 1970, `latency_s` the time taken."""

    at: float
    latency_s: float
    method: str
    path: str
    """Without the query, which may contain an authorization code."""
    status: int
    user_agent: str


class AccessLog:
    """Appends lines to a file. Thread-safe."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()

    def write(self, method: str, target: str, status: int, user_agent: str, began: float) -> None:
        """Append a request that began at `began`, a value of `time.monotonic()`."""
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
        """Return all requests, oldest first."""
        with self._lock:
            lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        return [Access.model_validate_json(line) for line in lines]
