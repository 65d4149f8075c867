"""Process-wide resources: the connections to the database and the queue."""

from functools import cache
from typing import TYPE_CHECKING

from functions.api.repositories.events import JobEvents
from functions.api.repositories.jobs import Jobs
from functions.api.settings import ApiSettings
from functions.shared.database import Database
from functions.shared.runtime import LAMBDA

if TYPE_CHECKING:
    from functions.api.analysis import Analyses

#: Together less than the 10 s limit for a response; a paused database takes at least 15 s to resume anyway.
RETRY_BUDGET_S = 3
READ_TIMEOUT_S = 6


@cache
def database() -> Database:
    return Database(ApiSettings.load(), retry_budget_s=RETRY_BUDGET_S, read_timeout_s=READ_TIMEOUT_S)


@cache
def job_events() -> JobEvents:
    settings = ApiSettings.load()
    return JobEvents(database(), settings.events_kept_days, settings.planner_concurrency)


@cache
def jobs() -> Jobs:
    return Jobs(database(), ApiSettings.load().planner_concurrency)


@cache
def analyses() -> "Analyses":
    # Imported here because a poll, the most frequent request, needs none of them.
    from functions.api.analysis import Analyses  # noqa: PLC0415
    from functions.api.queues import JobQueue  # noqa: PLC0415
    from functions.api.repositories.submission import Submissions  # noqa: PLC0415

    settings = ApiSettings.load()
    submissions = Submissions(database(), settings)
    queue = JobQueue(LAMBDA, settings.analysis_jobs_queue_url)
    return Analyses(submissions, queue, settings)
