"""A client for the fault and statement endpoints of a running Data API, in this process or another."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from typing import Any


class FaultControl:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def inject(self, kind: str, times: int = 1, match: str | None = None, seconds: float | None = None) -> None:
        """Arm a fault for the next `times` calls. `faults.Fault` describes the kinds and the meaning of `seconds`."""
        self._call("POST", "/_faults", {"kind": kind, "times": times, "match": match, "seconds": seconds})

    def clear(self) -> None:
        self._call("DELETE", "/_faults")

    def fired(self) -> dict[str, int]:
        """Return how often each kind has fired since the last `clear`."""
        counts: Counter[str] = Counter()
        for fault in self._call("GET", "/_faults"):
            counts[fault["kind"]] += fault["fired"]
        return dict(counts)

    def statements(self) -> list[dict[str, Any]]:
        """Return the calls since the last `reset_statements`, oldest first: operation, sql, seconds, ok."""
        return list(self._call("GET", "/_statements"))

    def reset_statements(self) -> None:
        self._call("DELETE", "/_statements")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=data, method=method)  # noqa: S310 -- our own http URL
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return json.loads(response.read() or b"null")
