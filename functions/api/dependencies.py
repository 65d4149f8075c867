"""The settings, repositories, and files that the routes use."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from functions.api.repositories.jobs import Jobs
from functions.api.settings import ApiSettings
from functions.shared.database import Database
from functions.shared.runtime import Runtime

# Imported on first use, because a poll, the most frequent request, needs none of them.
if TYPE_CHECKING:
    from functions.api.http.static_files import StaticFiles
    from functions.api.logic.analyses import Analyses
    from functions.api.repositories.events import JobEvents

#: Together less than the 10 s limit for a response; a paused database takes at least 15 s to resume anyway.
RETRY_BUDGET_S = 3
READ_TIMEOUT_S = 6


class Dependencies:
    """Each is created on first use, so that GET /health needs no settings of the database."""

    def __init__(
        self, runtime: Runtime, *, retry_budget_s: float = RETRY_BUDGET_S, folder: Path = Path(__file__).parent
    ) -> None:
        """`folder` contains the built page (web/dist) and the built documentation (docs)."""
        self.runtime = runtime
        self._retry_budget_s = retry_budget_s
        self._folder = folder

    @cached_property
    def settings(self) -> ApiSettings:
        return self.runtime.settings(ApiSettings)

    @cached_property
    def database(self) -> Database:
        return self.runtime.database(self.settings, retry_budget_s=self._retry_budget_s, read_timeout_s=READ_TIMEOUT_S)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.database, self.settings.planner_concurrency)

    @cached_property
    def job_events(self) -> "JobEvents":
        from functions.api.repositories.events import JobEvents  # noqa: PLC0415

        return JobEvents(self.database, self.settings.events_kept_days, self.settings.planner_concurrency)

    @cached_property
    def analyses(self) -> "Analyses":
        from functions.api.logic.analyses import Analyses  # noqa: PLC0415
        from functions.api.logic.job_queue import JobQueue  # noqa: PLC0415
        from functions.api.repositories.submission import Submissions  # noqa: PLC0415

        queue = JobQueue(self.runtime, self.settings.analysis_jobs_queue_url)
        return Analyses(Submissions(self.database, self.settings), queue)

    @cached_property
    def page(self) -> "StaticFiles":
        from functions.api.http.static_files import StaticFiles  # noqa: PLC0415

        return StaticFiles(self._folder / "web" / "dist")

    @cached_property
    def documentation(self) -> "StaticFiles":
        from functions.api.http.static_files import StaticFiles  # noqa: PLC0415

        return StaticFiles(self._folder / "docs")
