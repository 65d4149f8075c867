"""Runs a planner and its agents on one of the API's jobs, with their real statements."""

from __future__ import annotations

import os
from uuid import UUID

from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.shared.agent_declaration import JobType
from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from functions.shared.jobs import Jobs
from functions.shared.plans import PLANS
from functions.shared.progress.model import AgentChange, AgentStatus, ProgressChange, initial_progress
from functions.shared.progress.repository import ProgressRepository
from functions.shared.section_names import SNAPSHOT, Section
from functions.shared.tasks import JobMessage
from tests.functions.conftest import USERS
from tests.sections import PAYLOADS, SUMMARY


def workers_environment() -> dict[str, str]:
    """A worker's environment variables. This process otherwise has those of the api function."""
    return {**os.environ, "NAME_PREFIX": "alex", "DB_SECRET_ARN": USERS.secret_arns["workers"]}


class AtWork:
    """One attempt, which owns the job until another attempt claims it."""

    def __init__(self, job_id: str, worker: str = "worker", job_round: int = 0) -> None:
        """Raises ClaimRefused if the job cannot be claimed."""
        database = Database(DatabaseSettings.of(workers_environment()), retry_budget_s=5)
        self.jobs = Jobs(database)
        self.progress = ProgressRepository(database)
        self.planner_jobs = PlannerJobs(database, lease_s=60)
        self.claim: ClaimedJob = self.planner_jobs.claim(JobMessage(job_id=UUID(job_id), round=job_round), worker)
        self._plan = PLANS[JobType(self.claim.job_type)]

    def start_progress(self) -> None:
        """Start progress tracking, as a planner does with the flag on."""
        initial = initial_progress(self._plan, self.claim.attempt, self.claim.committed)
        change = ProgressChange(agents={"setup": AgentChange(status=AgentStatus.RUNNING)})
        assert self.progress.write(self.claim, change, initial.model_dump_json())

    def start_agent(self, agent: str) -> None:
        running = ProgressChange(agents={agent: AgentChange(status=AgentStatus.RUNNING)})
        assert self.progress.write(self.claim, running)

    def report_progress(self, percent: int, message: str = "Working") -> None:
        working = AgentChange(status=AgentStatus.RUNNING, progress_percent=percent, message=message)
        assert self.progress.write(self.claim, ProgressChange(agents={"reporter": working}))

    def commit(self, section: Section, model: str | None = None, duration_ms: int = 5) -> None:
        """Raises LeaseLost."""
        self.jobs.commit_section(
            self.claim,
            section,
            PAYLOADS[section],
            duration_ms=duration_ms,
            change=ProgressChange(),
            agent="agent",
            model=model,
        )

    def complete(self) -> None:
        """Commit all missing sections and complete the job."""
        for section in (SNAPSHOT, *(agent.section for agent in self._plan)):
            self.commit(section)
        assert self.planner_jobs.complete(self.claim, SUMMARY) == ()

    def fail(self, reason: str = "Drawing the charts took too long.") -> None:
        self.planner_jobs.fail(self.claim, [reason])
