"""A client for the faults that tests arm in a local endpoint, in this process or another."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from typing import Any


class ControlClient:
    """The base class of the endpoints' clients. `path` is where the endpoint lists its armed faults."""

    path: str

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def clear(self) -> None:
        """Remove all faults."""
        self._call("DELETE", self.path)

    def fired(self) -> dict[str, int]:
        """Return how often each kind has fired since the last `clear`."""
        counts: Counter[str] = Counter()
        for fault in self._call("GET", self.path):
            counts[fault["kind"]] += fault["fired"]
        return dict(counts)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=data, method=method)  # noqa: S310 -- our own http URL
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return json.loads(response.read() or b"null")
