"""The kinds of faults of the stand-in, and the faults that tests have armed."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Fault kinds. A model id can also name one: `local.converse-stub-v1:refuse` always refuses."""

    # Errors instead of a response
    THROTTLE = "throttle"
    NOT_READY = "not_ready"
    UNAVAILABLE = "unavailable"
    INTERNAL_ERROR = "internal_error"
    MODEL_TIMEOUT = "model_timeout"
    ACCESS_DENIED = "access_denied"
    INVALID = "invalid"
    # Responses that break off
    STALL = "stall"
    """Sends nothing for `seconds`, then continues."""
    STALL_MIDWAY = "stall_midway"
    DISCONNECT = "disconnect"
    STREAM_ERROR = "stream_error"
    THROTTLE_MIDWAY = "throttle_midway"
    CUT_OFF = "cut_off"
    # Wrong content
    REFUSE = "refuse"
    FILTERED = "filtered"
    EMPTY = "empty"
    SILENT = "silent"
    """No content block at all, rather than an empty text."""
    OTHER_LANGUAGE = "other_language"
    INVENT_FIGURES = "invent_figures"
    INVENT_TICKER = "invent_ticker"
    SWAP_CLAIMS = "swap_claims"
    """Uses one claim in place of another."""
    COMPARE = "compare"
    ADVISE = "advise"
    MARKUP = "markup"
    OBEY = "obey"
    """Follows instructions found in the portfolio's data."""
    CHATTER = "chatter"
    """Adds text around the requested passages, and omits one."""
    INVALID_JSON = "invalid_json"
    NOT_A_NUMBER = "not_a_number"
    WRONG_SUMS = "wrong_sums"


@dataclass
class Behavior:
    """Applies a kind to the next `times` calls whose prompt contains `match`. `seconds` is the duration of a stall."""

    kind: Kind
    times: int = 1
    match: str | None = None
    seconds: float = 5.0
    fired: int = 0

    def hits(self, prompt: str) -> bool:
        return self.fired < self.times and (self.match is None or self.match in prompt)


class Behaviors:
    """The armed faults. The first one that matches a call applies."""

    def __init__(self) -> None:
        self._armed: list[Behavior] = []
        self._lock = threading.Lock()

    def arm(self, request: dict[str, Any]) -> None:
        """Arm a fault. Raises ValueError or TypeError for an invalid request."""
        behavior = Behavior(**{**request, "kind": Kind(request["kind"])})
        with self._lock:
            self._armed.append(behavior)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def describe(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(behavior) for behavior in self._armed]

    def next(self, model_id: str, prompt: str) -> Behavior | None:
        """Return the fault for this call, or None for a normal response."""
        with self._lock:
            for behavior in self._armed:
                if behavior.hits(prompt):
                    behavior.fired += 1
                    return behavior
        named = model_id.rpartition(":")[2]
        return Behavior(Kind(named)) if named in list(Kind) else None
