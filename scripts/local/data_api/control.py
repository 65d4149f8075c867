"""A client for the fault and statement endpoints of a running Data API, in this process or another."""

from __future__ import annotations

from typing import Any

from scripts.local.control_client import ControlClient


class FaultControl(ControlClient):
    path = "/_faults"

    def inject(self, kind: str, times: int = 1, match: str | None = None, seconds: float | None = None) -> None:
        """Arm a fault for the next `times` calls. `faults.Fault` describes the kinds and the meaning of `seconds`."""
        self._call("POST", self.path, {"kind": kind, "times": times, "match": match, "seconds": seconds})

    def statements(self) -> list[dict[str, Any]]:
        """Return the calls since the last `reset_statements`, oldest first: operation, sql, seconds, ok."""
        return list(self._call("GET", "/_statements"))

    def reset_statements(self) -> None:
        self._call("DELETE", "/_statements")
