"""What the agents of the tests' stack shall do, changed while they work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from functions.shared.plans import AGENTS

SWIFT_S = {**{agent.name: 0.2 for agent in AGENTS}, "reporter": 0.6, "charter": 0.4}


class Director:
    """Directs all agents from now on, those that work already too; see directed_agent/handler.py."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.reset()

    def reset(self) -> None:
        """Everything swift and well."""
        self._directions: dict[str, dict[str, Any]] = {
            agent: {"seconds": seconds, "fails": False, "words": None} for agent, seconds in SWIFT_S.items()
        }
        self._tell()

    def hold(self, *agents: str) -> None:
        """They work until they are released."""
        self.take(None, *agents)

    def release(self, *agents: str) -> None:
        """They have done all their work, and all that is to come at once."""
        self.take(0.05, *agents)

    def take(self, seconds: float | None, *agents: str) -> None:
        self._direct(agents, seconds=seconds)

    def fail(self, *agents: str) -> None:
        self._direct(agents, fails=True)

    def write(self, words: str) -> None:
        """In place of each text of a section, and of what is said on the way there."""
        self._direct((), words=words)

    def _direct(self, agents: tuple[str, ...], **changes: Any) -> None:
        for agent in agents or SWIFT_S:
            self._directions[agent] |= changes
        self._tell()

    def _tell(self) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self._directions), encoding="utf-8")
        new.replace(self.file)
