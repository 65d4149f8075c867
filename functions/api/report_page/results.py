"""What the page needs of a job's document."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from functions.shared.sections import Charts, Report, Retirement, Section, Summary


class Results(BaseModel):
    """A payload is None until its agent has delivered it."""

    status: str
    sections: list[Section]
    updated_at: datetime
    completed_at: datetime | None
    report_payload: Report | None
    charts_payload: Charts | None
    retirement_payload: Retirement | None
    summary_payload: Summary | None

    @property
    def is_complete(self) -> bool:
        return self.status == "completed"

    @property
    def as_of(self) -> datetime:
        """When the job ended; of one that has not, when it last changed."""
        return self.completed_at or self.updated_at

    @property
    def has_report(self) -> bool:
        """Whether the report is there; of a kind of analysis without one, whatever it delivers instead."""
        if Section.REPORT in self.sections:
            return self.report_payload is not None
        return self.charts_payload is not None or self.retirement_payload is not None

    @property
    def is_mock(self) -> bool:
        made = (
            self.report_payload,
            self.retirement_payload,
            *(self.charts_payload.root.values() if self.charts_payload else ()),
        )
        return any(part.mock for part in made if part)
