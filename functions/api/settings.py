"""The API function's environment. Its values are in functions/functions.yaml; Terraform variables override some."""

from pydantic import Field

from functions.shared.settings import Settings


class DocumentationSettings(Settings):
    enable_documentation: bool = True
    """Whether to serve /docs and /openapi.json."""


class SignInSettings(Settings):
    """Sign-in for the page: OpenID Connect with the authorization code flow and PKCE."""

    sign_in_issuer: str = ""
    """Must equal the tokens' `iss`."""
    sign_in_client_id: str = ""
    sign_in_scope: str = "openid email profile"
    sign_in_url: str = ""
    """The base URL of Cognito's login. If empty, the issuer's discovery document provides the endpoints."""

    @property
    def endpoints(self) -> dict[str, str] | None:
        """Cognito's endpoints, https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html."""
        if not self.sign_in_url:
            return None
        return {
            "authorization": f"{self.sign_in_url}/oauth2/authorize",
            "token": f"{self.sign_in_url}/oauth2/token",
            "end_session": f"{self.sign_in_url}/logout",
            "revocation": f"{self.sign_in_url}/oauth2/revoke",
        }


class ApiSettings(Settings):
    analysis_jobs_queue_url: str
    max_concurrent_jobs: int = Field(ge=1)
    """The number of jobs that a user may have pending or running at once."""
    max_jobs_a_day: int = Field(ge=1)
    """The number of jobs that a user may start per day (UTC), including retries."""
    events_kept_days: int = Field(ge=1, le=36_500)
    """Days after a job's end until its events are hidden and deleted."""
    jobs_kept_days: int = Field(ge=1, le=36_500)
    """Days after a job's end until it is deleted."""
    enable_progress_tracking: bool | None = None
    """The planner's flag, only reported here; None if the deployment doesn't set it for this function."""
