"""The api function's environment."""

from functools import cached_property

from pydantic import Field

from functions.shared.settings import DatabaseSettings, Settings

#: What GET /health and the OpenAPI document say; the same as in pyproject.toml.
VERSION = "0.1.0"


class HttpSettings(Settings):
    """What the resolver needs, so that GET /health answers without anything else."""

    cors_origins: str = ""
    """Exact origins, separated by commas; none: no CORS headers."""

    @cached_property
    def origins(self) -> list[str]:
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]


class ApiSettings(DatabaseSettings):
    analysis_jobs_queue_url: str
    watchdog_queue_url: str
    max_concurrent_jobs: int = Field(default=3, ge=1)
    """How many jobs of one user may wait or run at a time."""
    watchdog_delay_s: float = Field(default=60, ge=0, le=900)
    """When the watchdog first looks at a new job."""
    job_deadline_s: float = Field(default=1800, gt=0)
    """When a job that has not ended is failed."""
    events_kept_days: int = Field(default=90, ge=1, le=36_500)
    """How many days after a job's end its events are shown and kept."""
    enable_progress_tracking: bool | None = None
    """The planner's flag, where the deployment tells it to this function too; only reported."""
