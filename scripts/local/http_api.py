"""Creates the HTTP API in front of the api function, with the routes and sign-in of the real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.local.emulator import ACCOUNT, REGION, Emulator
from scripts.local.sign_in import SignIn
from scripts.manifest import NAME_PREFIX

if TYPE_CHECKING:
    from mypy_boto3_apigatewayv2 import ApiGatewayV2Client

FUNCTION = f"{NAME_PREFIX}-api"
SIGNED_IN_ROUTES = ("ANY /api/{proxy+}", "ANY /mcp")
OPEN_ROUTES = ("OPTIONS /api/{proxy+}", "OPTIONS /mcp", "GET /api/sample", "$default")


def create_http_api(emulator: Emulator, sign_in: SignIn) -> str:
    """Create the API and return its id."""
    client: ApiGatewayV2Client = emulator.client("apigatewayv2")
    api = client.create_api(Name=NAME_PREFIX, ProtocolType="HTTP")["ApiId"]
    target = client.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}",
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    authorizer = client.create_authorizer(
        ApiId=api,
        Name=NAME_PREFIX,
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": sign_in.issuer, "Audience": [sign_in.client_id]},
    )["AuthorizerId"]
    for route in SIGNED_IN_ROUTES:
        client.create_route(
            ApiId=api,
            RouteKey=route,
            Target=f"integrations/{target}",
            AuthorizationType="JWT",
            AuthorizerId=authorizer,
        )
    for route in OPEN_ROUTES:
        client.create_route(ApiId=api, RouteKey=route, Target=f"integrations/{target}")
    client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api
