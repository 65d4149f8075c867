"""The settings, repositories, and files that the routes use."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from functions.api.database_timeouts import READ_TIMEOUT_S, RETRY_BUDGET_S
from functions.api.repositories.jobs import Jobs
from functions.shared.database import Database
from functions.shared.runtime import Runtime

# Imported on first use, because a poll, the most frequent request, needs none of them.
if TYPE_CHECKING:
    from functions.api.http.static_files import StaticFiles
    from functions.api.logic.analyses import Analyses
    from functions.api.repositories.events import JobEvents
    from functions.api.settings import ApiSettings


class Dependencies:
    """Each is created on first use, so that GET /health does not require the database settings."""

    def __init__(
        self, runtime: Runtime, *, retry_budget_s: float = RETRY_BUDGET_S, folder: Path = Path(__file__).parent
    ) -> None:
        """`folder` contains the files built with the zip: the page (web/dist), the documentation (docs), the sample."""
        self.runtime = runtime
        self._retry_budget_s = retry_budget_s
        self._folder = folder

    @cached_property
    def settings(self) -> "ApiSettings":
        from functions.api.settings import ApiSettings  # noqa: PLC0415

        return self.runtime.settings(ApiSettings)

    @cached_property
    def database(self) -> Database:
        return self.runtime.database(retry_budget_s=self._retry_budget_s, read_timeout_s=READ_TIMEOUT_S)

    @cached_property
    def planners(self) -> int:
        """The number of jobs that run concurrently, used to estimate when a pending job starts."""
        return int(self.runtime.environment["PLANNER_CONCURRENCY"])

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.database, self.planners)

    @cached_property
    def job_events(self) -> "JobEvents":
        from functions.api.repositories.events import JobEvents  # noqa: PLC0415

        return JobEvents(self.database, self.settings.events_kept_days, self.planners)

    @cached_property
    def analyses(self) -> "Analyses":
        from functions.api.logic.analyses import Analyses  # noqa: PLC0415
        from functions.api.repositories.submission import Submissions  # noqa: PLC0415

        submissions = Submissions(self.database, self.settings)
        return Analyses(submissions, self.runtime, self.settings.analysis_jobs_queue_url)

    @cached_property
    def page(self) -> "StaticFiles":
        from functions.api.http.static_files import StaticFiles  # noqa: PLC0415

        return StaticFiles(self._folder / "web" / "dist")

    @cached_property
    def sample(self) -> "StaticFiles":
        from functions.api.http.static_files import StaticFiles  # noqa: PLC0415

        return StaticFiles(self._folder / "sample")

    @cached_property
    def documentation(self) -> "StaticFiles":
        from functions.api.http.static_files import StaticFiles  # noqa: PLC0415

        return StaticFiles(self._folder / "docs")
