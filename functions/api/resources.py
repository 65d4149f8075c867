"""What lives as long as the process: the database's connections and the queues."""

from functools import cache

from functions.api.analysis import Analyses
from functions.api.queues import Queues
from functions.api.repositories.events import JobEvents
from functions.api.repositories.submission import Submissions
from functions.api.settings import ApiSettings
from functions.shared.database import Database

#: Together below the 10 s within which an answer is promised; a paused database takes 15 s and more anyway.
PATIENCE_S = 3
READ_TIMEOUT_S = 6


@cache
def database() -> Database:
    return Database(ApiSettings.load(), patience_s=PATIENCE_S, read_timeout_s=READ_TIMEOUT_S)


@cache
def job_events() -> JobEvents:
    return JobEvents(database(), ApiSettings.load().events_kept_days)


@cache
def analyses() -> Analyses:
    settings = ApiSettings.load()
    submissions = Submissions(
        database(),
        max_active=settings.max_concurrent_jobs,
        deadline_s=settings.job_deadline_s,
        events_kept_days=settings.events_kept_days,
    )
    return Analyses(submissions, Queues(settings), settings.max_concurrent_jobs)
