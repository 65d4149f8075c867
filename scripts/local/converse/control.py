"""Client for tests that control a running stand-in, in this process or another."""

from __future__ import annotations

from typing import Any

from scripts.local.control_client import ControlClient
from scripts.local.converse.behaviors import Kind


class ConverseControl(ControlClient):
    path = "/_behaviors"

    def arm(self, kind: Kind, times: int = 1, match: str | None = None, seconds: float = 5.0) -> None:
        """Arm a fault for the next `times` calls whose prompt contains `match`; see `behaviors`."""
        self._call("POST", self.path, {"kind": kind, "times": times, "match": match, "seconds": seconds})

    def clear(self) -> None:
        """Remove all faults and recorded calls."""
        super().clear()
        self._call("DELETE", "/_calls")

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls since the last `clear`, oldest first: operation, model_id, request, kind."""
        return list(self._call("GET", "/_calls"))
