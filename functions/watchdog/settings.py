"""The watchdog's environment."""

from pydantic import Field

from functions.shared.settings import DatabaseSettings


class WatchdogSettings(DatabaseSettings):
    """`undelivered_after_s`: how long a job may wait for a planner before its message counts as lost."""

    analysis_jobs_queue_url: str
    watchdog_queue_url: str
    undelivered_after_s: float = Field(default=60, gt=0)
    margin_s: float = Field(default=5, gt=0)
    """How long after a lease's end to look again."""
