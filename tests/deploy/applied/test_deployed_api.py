"""What a person meets at the deployed API: a job that runs, and a door that is shut to others."""

from __future__ import annotations

import pytest
import urllib3

from scripts.api_client import AlexApi
from tests.deploy.applied.deployment import Deployment, outcome, submit


def test_a_job_runs_through_the_deployed_api(deployment: Deployment, alex: AlexApi) -> None:
    job = outcome(alex, submit(alex))

    assert job["status"] == "completed"
    assert job["summary_payload"]["total_value"] == 301580.0
    assert job["progress_data"] is None


def test_the_functions_sign_in_as_a_user_of_their_own_and_only_the_migrator_as_the_owner(
    deployment: Deployment, alex: AlexApi
) -> None:
    outcome(alex, submit(alex))

    assert deployment.cloud.data_api.users == ["alex", "alex_application"]


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        ("GET", "/health", "", 200),
        ("GET", "/api/health", "", 401),
        ("GET", "/api/health", "Bearer not.a.token", 401),
        ("GET", "/nothing", "", 404),
    ],
)
def test_only_what_is_below_api_wants_a_token(
    deployment: Deployment, method: str, path: str, token: str, status: int
) -> None:
    answer = urllib3.request(method, deployment.url + path, headers={"Authorization": token} if token else {})

    assert answer.status == status


def test_every_route_ends_at_the_api_function_and_preflight_requests_need_no_token(deployment: Deployment) -> None:
    """The emulator answers OPTIONS itself, so no preflight request is sent here."""
    client, api = deployment.cloud.emulator.client("apigatewayv2"), deployment.outputs["api_id"]
    (integration,) = client.get_integrations(ApiId=api)["Items"]
    (authorizer,) = client.get_authorizers(ApiId=api)["Items"]
    routes = client.get_routes(ApiId=api)["Items"]

    assert "function:alex-api" in integration["IntegrationUri"]
    assert {route["Target"] for route in routes} == {f"integrations/{integration['IntegrationId']}"}
    assert {route["RouteKey"]: route.get("AuthorizerId") for route in routes} == {
        "ANY /api/{proxy+}": authorizer["AuthorizerId"],
        "OPTIONS /api/{proxy+}": None,
        "$default": None,
    }
