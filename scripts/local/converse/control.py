"""Client for tests that control a running stand-in, in this process or another."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from typing import Any

from scripts.local.converse.behaviors import Kind


class ConverseControl:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def arm(self, kind: Kind, times: int = 1, match: str | None = None, seconds: float = 5.0) -> None:
        """Arm a fault for the next `times` calls whose prompt contains `match`; see `behaviors`."""
        self._call("POST", "/_behaviors", {"kind": kind, "times": times, "match": match, "seconds": seconds})

    def clear(self) -> None:
        """Remove all faults and recorded calls."""
        self._call("DELETE", "/_behaviors")
        self._call("DELETE", "/_calls")

    def fired(self) -> dict[str, int]:
        """Return how often each kind has fired since the last `clear`."""
        counts: Counter[str] = Counter()
        for behavior in self._call("GET", "/_behaviors"):
            counts[behavior["kind"]] += behavior["fired"]
        return dict(counts)

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls since the last `clear`, oldest first: operation, model_id, request, kind."""
        return list(self._call("GET", "/_calls"))

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=data, method=method)  # noqa: S310 -- our own http URL
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return json.loads(answer.read() or b"null")
