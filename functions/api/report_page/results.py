"""The parts of a job's document that the page shows."""

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
    """By section, those that the agents have committed."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Reads each `<section>_payload` with its agent's model."""
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
        """When the job ended; of one that has not, when it last changed."""
        return self.completed_at or self.updated_at

    @property
    def has_report(self) -> bool:
        """Whether the first section of the job is there: the report, or for other kinds of analysis their main one."""
        return self.sections[0] in self.payloads

    @property
    def is_mock(self) -> bool:
        return any('"mock":true' in payload.model_dump_json() for payload in self.payloads.values())

    def by_agent(self) -> list[tuple[Agent, BaseModel]]:
        """The payloads in the order in which people see the agents."""
        return [(agent, self.payloads[agent.section]) for agent in AGENTS if agent.section in self.payloads]
