"""How the stand-in can go wrong, and the behaviours that a test has armed."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What the model does. Its id may name one too: `local.converse-stub-v1:refuse` always refuses."""

    # Errors in place of an answer
    THROTTLE = "throttle"
    NOT_READY = "not_ready"
    UNAVAILABLE = "unavailable"
    INTERNAL_ERROR = "internal_error"
    MODEL_TIMEOUT = "model_timeout"
    ACCESS_DENIED = "access_denied"
    INVALID = "invalid"
    # An answer that does not end well
    STALL = "stall"
    """Says nothing at all for `seconds`, then goes on."""
    STALL_MIDWAY = "stall_midway"
    DISCONNECT = "disconnect"
    STREAM_ERROR = "stream_error"
    THROTTLE_MIDWAY = "throttle_midway"
    CUT_OFF = "cut_off"
    # Other words than it should
    REFUSE = "refuse"
    FILTERED = "filtered"
    EMPTY = "empty"
    SILENT = "silent"
    """Not even an empty text: no content at all."""
    OTHER_LANGUAGE = "other_language"
    INVENT_FIGURES = "invent_figures"
    INVENT_TICKER = "invent_ticker"
    WRONG_KIND = "wrong_kind"
    """Our figures, as percent where they are dollars."""
    MARKUP = "markup"
    OBEY = "obey"
    """Does what a text within the portfolio's data tells it to do."""
    CHATTER = "chatter"
    """Talks around the passages that it was asked for, and leaves one out."""
    INVALID_JSON = "invalid_json"
    NOT_A_NUMBER = "not_a_number"
    WRONG_SUMS = "wrong_sums"


@dataclass
class Behaviour:
    """One kind for the next `times` calls whose prompt has `match` in it. `seconds` is how long a stall takes."""

    kind: Kind
    times: int = 1
    match: str | None = None
    seconds: float = 5.0
    fired: int = 0

    def hits(self, prompt: str) -> bool:
        return self.fired < self.times and (self.match is None or self.match in prompt)


class Behaviours:
    """Those that are armed; each call meets the first that hits."""

    def __init__(self) -> None:
        self._armed: list[Behaviour] = []
        self._lock = threading.Lock()

    def arm(self, request: dict[str, Any]) -> None:
        """Raises ValueError or TypeError for a request that describes none."""
        behaviour = Behaviour(**{**request, "kind": Kind(request["kind"])})
        with self._lock:
            self._armed.append(behaviour)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def describe(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(behaviour) for behaviour in self._armed]

    def next(self, model_id: str, prompt: str) -> Behaviour | None:
        """What this call is to meet; None: a good answer."""
        with self._lock:
            for behaviour in self._armed:
                if behaviour.hits(prompt):
                    behaviour.fired += 1
                    return behaviour
        named = model_id.rpartition(":")[2]
        return Behaviour(Kind(named)) if named in list(Kind) else None
