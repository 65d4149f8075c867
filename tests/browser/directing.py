"""Directions for the agents of the test stack, which can change while the agents work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from functions.shared.plans import AGENTS

DIRECTED_AGENT = Path(__file__).parent / "directed_agent"
SWIFT_S = {**{agent.name: 0.2 for agent in AGENTS}, "reporter": 0.6, "charter": 0.4}


class Director:
    """Directs all agents, including those already at work; see directed_agent/handler.py."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.reset()

    def reset(self) -> None:
        """Make every agent fast and successful."""
        self._directions: dict[str, dict[str, Any]] = {
            agent: {"seconds": seconds, "fails": False, "words": None} for agent, seconds in SWIFT_S.items()
        }
        self._save()

    def hold(self, *agents: str) -> None:
        """Keep the agents working until they are released."""
        self.take(None, *agents)

    def release(self, *agents: str) -> None:
        """Let the agents finish the current work, and all later work, at once."""
        self.take(0.05, *agents)

    def take(self, seconds: float | None, *agents: str) -> None:
        self._direct(agents, seconds=seconds)

    def fail(self, *agents: str) -> None:
        self._direct(agents, fails=True)

    def write(self, words: str) -> None:
        """Replace each text of a section and each progress message."""
        self._direct((), words=words)

    def _direct(self, agents: tuple[str, ...], **changes: Any) -> None:
        for agent in agents or SWIFT_S:
            self._directions[agent] |= changes
        self._save()

    def _save(self) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self._directions), encoding="utf-8")
        new.replace(self.file)
