"""A progress document, without a job."""

import json
from datetime import datetime
from typing import Any

from functions.shared.database import Database, Statement
from functions.shared.durations.expectation import Expectation
from functions.shared.plans import SETUP
from functions.shared.progress.model import (
    AgentChange,
    AgentStatus,
    Facts,
    ProgressChange,
    ProgressData,
    Stage,
    completed,
    initial_progress,
)
from functions.shared.section_names import Section
from tests.functions.shared.progress.made_up_agents import PLAN

_APPLY = Statement(
    "SELECT apply_progress(:progress::jsonb, :change::jsonb, '2026-11-22T10:00:00Z'::timestamptz"
    " + :seconds * interval '1 second')",
    idempotent=True,
)

_VIEW = Statement(
    "SELECT progress_view(:progress::jsonb, :status, '2026-11-22T10:00:00Z'::timestamptz"
    " + :seconds * interval '1 second')",
    idempotent=True,
)


def expected(seconds: float, sigma: float = 0.35, reached: float | None = None) -> Facts:
    """An agent's own expected duration."""
    own = Expectation(seconds, sigma)
    return Facts(own_alpha=own.median_s, own_beta=own.beta, reach=reached)


_PERCENTS = Statement(
    "SELECT jsonb_agg((progress_at(:progress::jsonb, '2026-11-22T10:00:00Z'::timestamptz"
    " + seconds * interval '1 second'))[1] ORDER BY place)"
    " FROM unnest(:moments::float8[]) WITH ORDINALITY AS moment (seconds, place)",
    idempotent=True,
)


class Document:
    """A progress document without a job, to which changes are applied at chosen moments."""

    def __init__(
        self,
        database: Database,
        committed: frozenset[Section] = frozenset(),
        together: float = 0.0,
        started: float = 0.0,
    ) -> None:
        self._database = database
        initial = initial_progress(PLAN, attempt=1, committed=committed).model_dump(mode="json", exclude_none=True)
        self.data: dict[str, Any] = {**initial, "started_at": "2026-11-22T10:00:00.000Z", "together": together}
        self.apply(started, ProgressChange(agents={SETUP: AgentChange(status=AgentStatus.RUNNING)}))

    def apply(self, seconds: float, change: ProgressChange) -> dict[str, Any]:
        text = self._database.document(
            _APPLY,
            progress=json.dumps(self.data),
            change=change.model_dump_json(exclude_defaults=True),
            seconds=seconds,
        )
        assert text is not None
        self.data = json.loads(text)
        ProgressData.model_validate(self.data)
        return self.data

    def run(self, seconds: float, agent: str, facts: Facts | None = None) -> dict[str, Any]:
        change = AgentChange(status=AgentStatus.RUNNING, facts=facts or Facts())
        return self.apply(seconds, ProgressChange(agents={agent: change}))

    def complete(self, seconds: float, agent: str, stage: Stage | None = None) -> dict[str, Any]:
        return self.apply(seconds, completed(agent, "Done", stage))

    def agent(self, name: str) -> dict[str, Any]:
        (agent,) = [agent for agent in self.data["agents"] if agent["name"] == name]
        return dict(agent)

    def view(self, seconds: float, status: str = "running") -> dict[str, Any]:
        """The document as a client sees it at that moment."""
        text = self._database.document(_VIEW, progress=json.dumps(self.data), status=status, seconds=seconds)
        assert text is not None
        view: dict[str, Any] = json.loads(text)
        return view

    def percents(self, *seconds: float) -> list[float]:
        """Unrounded percents at these moments."""
        text = self._database.document(
            _PERCENTS, progress=json.dumps(self.data), moments="{" + ",".join(map(str, seconds)) + "}"
        )
        assert text is not None
        return [float(percent) for percent in json.loads(text)]

    def percent(self, seconds: float) -> float:
        """The unrounded percent."""
        return self.percents(seconds)[0]

    def remaining_s(self, seconds: float) -> list[float]:
        """The start of the range, the estimate, and the end of the range."""
        view = self.view(seconds)
        ends = [view["estimated_range"][0], view["estimated_completion"], view["estimated_range"][1]]
        now = datetime.fromisoformat("2026-11-22T10:00:00+00:00").timestamp() + seconds
        return [datetime.fromisoformat(end).timestamp() - now for end in ends]
