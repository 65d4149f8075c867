"""A planner and its agents at work on a job of the API's, with the statements that they really send."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from functions.planner.jobs import ClaimedJob, PlannerJobs
from functions.shared.database import Database
from functions.shared.jobs import Jobs
from functions.shared.plans import PLANS
from functions.shared.progress.model import AgentChange, AgentStatus, ProgressChange, initial_progress
from functions.shared.sections import Charts, FanYear, Report, Retirement, Section, Summary
from functions.shared.settings import DatabaseSettings
from functions.shared.tasks import JobMessage

AS_OF = datetime(2026, 11, 22, tzinfo=UTC)
ONE = Decimal(1)
SUMMARY = Summary(total_value=ONE, accounts=1, positions=1, as_of=AS_OF)
RETIREMENT = Retirement(
    analysis="# Fine",
    generated_at=AS_OF,
    fan=[FanYear(year=2030, p5=ONE, p25=ONE, p50=ONE, p75=ONE, p95=ONE)],
    assumptions={},
    success_rate=90,
    success_rate_standard_error=0.3,
    wealth_at_retirement_median=ONE,
    wealth_at_retirement_p5=ONE,
    sustainable_income=ONE,
)
PAYLOADS = {Section.REPORT: Report(content="# Report", generated_at=AS_OF), Section.RETIREMENT: RETIREMENT}


class AtWork:
    """One attempt, which owns the job until another one does."""

    def __init__(self, job_id: str, worker: str = "worker") -> None:
        database = Database(DatabaseSettings.load(), patience_s=5)
        self.jobs = Jobs(database)
        self.planner_jobs = PlannerJobs(database, lease_s=60)
        claim = self.planner_jobs.claim(JobMessage(job_id=UUID(job_id)), worker)
        assert claim is not None, "somebody else has it"
        self.claim: ClaimedJob = claim

    def start_progress(self) -> None:
        """As a planner does with the flag on."""
        initial = initial_progress(PLANS[self.claim.job_type], self.claim.attempt, self.claim.committed)
        self._note(ProgressChange(agents={"setup": AgentChange(status=AgentStatus.RUNNING)}), initial.model_dump_json())

    def report_progress(self, percent: int, message: str = "Working") -> None:
        working = AgentChange(status=AgentStatus.RUNNING, progress_percent=percent, message=message)
        self._note(ProgressChange(agents={"reporter": working}), message=message)

    def commit(self, section: Section, model: str | None = None, duration_ms: int = 5) -> None:
        """Raises LeaseLost."""
        self.jobs.commit_section(
            self.claim,
            section,
            PAYLOADS.get(section, Charts({})),
            duration_ms=duration_ms,
            change=ProgressChange(),
            agent="agent",
            model=model,
        )

    def complete(self) -> None:
        """With all sections; those that are there stay as they are."""
        for section in (Section.SNAPSHOT, *(agent.section for agent in PLANS[self.claim.job_type])):
            self.commit(section)
        assert self.planner_jobs.complete(self.claim, SUMMARY) == ()

    def fail(self, reason: str = "The charter took too long.") -> None:
        self.planner_jobs.fail(self.claim, reason)

    def _note(self, change: ProgressChange, initial: str | None = None, message: str | None = None) -> None:
        assert self.jobs.note_progress(self.claim, change, agent="reporter", message=message, initial=initial)
