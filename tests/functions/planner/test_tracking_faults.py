"""Whatever happens to the tracking of progress, the job does not notice."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.planner.handler import handle_job
from functions.planner.settings import PlannerSettings
from functions.planner.stand_ins import StandInAgents
from functions.shared.settings import DatabaseSettings
from functions.shared.tasks import JobMessage
from scripts.local.data_api import FaultControl
from tests.rows import Rows

PROGRESS_WRITE = "THEN :initial"
HISTORY_READ = "unnest(:sections"


@pytest.fixture
def run(database_settings: DatabaseSettings, monkeypatch: pytest.MonkeyPatch) -> Callable[[JobMessage], None]:
    """Hands a job to a planner that tracks progress, with a team that reports its steps."""
    monkeypatch.setattr(DatabaseSettings, "load", lambda: database_settings)
    given: dict[str, Any] = {**database_settings.model_dump(), "name_prefix": "alex", "agent_timeout_s": 180}
    settings = PlannerSettings(**given, enable_progress_tracking=True)
    return lambda job: handle_job(job, settings, StandInAgents())


@pytest.mark.parametrize("what", [PROGRESS_WRITE, HISTORY_READ], ids=["writes", "history"])
@pytest.mark.parametrize(
    "kind", ["resuming", "unavailable_503", "unavailable_504", "throttling", "answer_lost", "statement_timeout"]
)
def test_a_job_completes_although_every_statement_of_its_tracking_fails(
    run: Callable[[JobMessage], None],
    rows: Rows,
    faults: FaultControl,
    a_waiting_job: JobMessage,
    kind: str,
    what: str,
) -> None:
    faults.inject(kind, times=1000, match=what)

    run(a_waiting_job)

    assert faults.fired()[kind] >= 1
    assert rows.of_job(a_waiting_job.job_id)["status"] == "completed"
    assert set(rows.sections(a_waiting_job.job_id)) == {"snapshot", "report", "charts", "retirement", "summary"}


@pytest.mark.parametrize("kind", ["unavailable_503", "answer_lost"])
def test_a_first_write_that_failed_goes_along_with_the_next(
    run: Callable[[JobMessage], None], rows: Rows, faults: FaultControl, a_waiting_job: JobMessage, kind: str
) -> None:
    faults.inject(kind, times=1, match=PROGRESS_WRITE)

    run(a_waiting_job)

    progress = rows.progress(a_waiting_job.job_id)
    assert faults.fired()[kind] == 1
    assert (progress["stage"], progress["progress_percent"]) == ("completed", 100)
    assert {agent["status"] for agent in progress["agents"]} == {"completed"}
    numbers = [seq for seq, _ in rows.events(a_waiting_job.job_id)]
    assert numbers == list(range(1, len(numbers) + 1))
