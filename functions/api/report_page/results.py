"""The fields of a job's document that the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, model_validator

from functions.shared.agent_declaration import Agent
from functions.shared.plans import AGENTS
from functions.shared.sections import Section, Summary


class Results(BaseModel):
    status: str
    sections: list[Section]
    updated_at: datetime
    completed_at: datetime | None
    summary_payload: Summary | None
    payloads: dict[Section, BaseModel]
    """Committed payloads, by section."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Parse each `<section>_payload` with its agent's model."""
        payloads = {
            agent.section: agent.payload.model_validate(payload)
            for agent in AGENTS
            if (payload := document.get(f"{agent.section}_payload")) is not None
        }
        return {**document, "payloads": payloads}

    @property
    def is_complete(self) -> bool:
        return self.status == "completed"

    @property
    def as_of(self) -> datetime:
        """The time the job ended, or last changed if it hasn't ended."""
        return self.completed_at or self.updated_at

    @property
    def has_report(self) -> bool:
        """Whether the job's first section exists: the report, or the main section of other job types."""
        return self.sections[0] in self.payloads

    @property
    def is_mock(self) -> bool:
        return any('"mock":true' in payload.model_dump_json() for payload in self.payloads.values())

    def by_agent(self) -> list[tuple[Agent, BaseModel]]:
        """Return the payloads in display order."""
        return [(agent, self.payloads[agent.section]) for agent in AGENTS if agent.section in self.payloads]
