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


class DocumentationSettings(Settings):
    enable_documentation: bool = True
    """Whether /docs and /openapi.json exist."""


class SignInSettings(Settings):
    """How the page's people sign in: by OpenID Connect, with the code flow and PKCE."""

    sign_in_issuer: str = ""
    """As the tokens' `iss` says it."""
    sign_in_client_id: str = ""
    sign_in_scope: str = "openid email profile"
    sign_in_url: str = ""
    """Where Cognito's login is; without it, the issuer's own document names the endpoints."""

    @property
    def endpoints(self) -> dict[str, str] | None:
        """Cognito's, https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html."""
        if not self.sign_in_url:
            return None
        return {
            "authorization": f"{self.sign_in_url}/oauth2/authorize",
            "token": f"{self.sign_in_url}/oauth2/token",
            "end_session": f"{self.sign_in_url}/logout",
            "revocation": f"{self.sign_in_url}/oauth2/revoke",
        }


class ApiSettings(DatabaseSettings):
    analysis_jobs_queue_url: str
    max_concurrent_jobs: int = Field(ge=1)
    """How many jobs of one user may wait or run at a time."""
    max_jobs_a_day: int = Field(ge=1)
    """How many jobs one user may begin on a day (UTC), retries included."""
    planner_concurrency: int = Field(ge=1)
    """How many jobs run at a time: for estimates of when a waiting job may start."""
    events_kept_days: int = Field(ge=1, le=36_500)
    """How many days after a job's end its events are shown and kept."""
    jobs_kept_days: int = Field(ge=1, le=36_500)
    """How many days after its end a job is kept."""
    enable_progress_tracking: bool | None = None
    """The planner's flag, where the deployment tells it to this function too; only reported."""
