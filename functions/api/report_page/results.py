"""The fields of a job's document that the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, model_validator

from functions.charter.declaration import Charts
from functions.reporter.declaration import Report
from functions.retirement.declaration import Retirement
from functions.shared.agent_declaration import Agent
from functions.shared.plans import AGENTS
from functions.shared.section_names import Section
from functions.shared.sections import Summary

#: The sections with a design of their own.
DESIGNED = (Report, Charts, Retirement)


class Results(BaseModel):
    name: str | None = None
    """Chosen by the user."""
    reader: str | None = None
    """The user's name for themselves; None if they haven't set one."""
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

    @property
    def report(self) -> Report | None:
        return next((payload for payload in self.payloads.values() if isinstance(payload, Report)), None)

    @property
    def charts(self) -> Charts | None:
        return next((payload for payload in self.payloads.values() if isinstance(payload, Charts)), None)

    @property
    def retirement(self) -> Retirement | None:
        return next((payload for payload in self.payloads.values() if isinstance(payload, Retirement)), None)

    def by_agent(self) -> list[tuple[Agent, BaseModel]]:
        """Return the payloads in display order."""
        return [(agent, self.payloads[agent.section]) for agent in AGENTS if agent.section in self.payloads]

    def without_design(self) -> list[tuple[Agent, BaseModel]]:
        """Return the payloads of agents that the page has no design for, in display order."""
        return [(agent, payload) for agent, payload in self.by_agent() if not isinstance(payload, DESIGNED)]
