"""The deployed API runs a job and rejects requests without a token."""

from __future__ import annotations

import pytest
import urllib3

from scripts.api_client import AlexApi
from tests.deploy.applied.deployment import ORIGIN, TABLE, Deployment, outcome, submit


def test_job_completes_through_deployed_api(deployment: Deployment, alex: AlexApi) -> None:
    job = outcome(alex, submit(alex))

    assert job["status"] == "completed"
    assert job["summary_payload"]["total_value"] == 301580.0
    assert job["progress_data"] is None


def test_functions_sign_in_as_their_database_users(deployment: Deployment, alex: AlexApi) -> None:
    outcome(alex, submit(alex))

    assert deployment.cloud.data_api.users == ["alex", "alex_api", "alex_workers"]


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        ("GET", "/health", "", 200),
        ("GET", "/api/health", "", 401),
        ("GET", "/api/health", "Bearer not.a.token", 401),
        ("GET", "/nothing", "", 404),
    ],
)
def test_only_paths_below_api_need_token(
    deployment: Deployment, method: str, path: str, token: str, status: int
) -> None:
    response = urllib3.request(method, deployment.url + path, headers={"Authorization": token} if token else {})

    assert response.status == status


def test_every_route_invokes_api_and_preflight_needs_no_token(deployment: Deployment) -> None:
    """Checked in the configuration: the emulator handles preflight requests itself."""
    client, api = deployment.cloud.emulator.client("apigatewayv2"), deployment.outputs["api_id"]
    (integration,) = client.get_integrations(ApiId=api)["Items"]
    (authorizer,) = client.get_authorizers(ApiId=api)["Items"]
    routes = client.get_routes(ApiId=api)["Items"]

    assert "function:alex-api" in integration["IntegrationUri"]
    assert {route["Target"] for route in routes} == {f"integrations/{integration['IntegrationId']}"}
    assert {route["RouteKey"]: route.get("AuthorizerId") for route in routes} == {
        "ANY /api/{proxy+}": authorizer["AuthorizerId"],
        "ANY /mcp": authorizer["AuthorizerId"],
        "OPTIONS /api/{proxy+}": None,
        "OPTIONS /mcp": None,
        "GET /api/sample": None,
        "$default": None,
    }


def test_gateway_adds_cors_headers(deployment: Deployment) -> None:
    client = deployment.cloud.emulator.client("apigatewayv2")

    cors = client.get_api(ApiId=deployment.outputs["api_id"])["CorsConfiguration"]

    assert cors["AllowOrigins"] == [ORIGIN]
    assert set(cors["AllowHeaders"]) == set(TABLE.cors.allow_headers)
    assert set(cors["ExposeHeaders"]) == set(TABLE.cors.expose_headers)
