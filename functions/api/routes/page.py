"""Routes for the web page and its configuration."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.http.content_security_policy import policy_of_page
from functions.api.http.problems import NotFound
from functions.api.http.routing import Routes, json_response
from functions.api.http.static_files import A_YEAR, INDEX
from functions.api.settings import SignInSettings
from functions.shared.plans import AGENTS, STEP_NAMES

router = Routes()
NOT_BUILT = (
    "This deployment has no page: package_docker.py and start_dev_server.py build it where Node.js 20 with npm is "
    "installed. The API works without it; /docs describes it."
)


@router.get("/", include_in_schema=False)
def index() -> Response[Any]:
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": policy_of_page(router.dependencies.runtime.settings(SignInSettings)),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
    }
    response = router.dependencies.page.response(INDEX, router.current_event.headers, headers)
    if response is None:
        raise NotFound(NOT_BUILT)
    return response


@router.get("/assets/<name>", include_in_schema=False)
def asset(name: str) -> Response[Any]:
    headers = {"Cache-Control": A_YEAR, "Cross-Origin-Resource-Policy": "same-origin"}
    response = router.dependencies.page.response(f"assets/{name}", router.current_event.headers, headers)
    if response is None:
        raise NotFound
    return response


@router.get("/favicon.ico", include_in_schema=False)
def favicon() -> Response[Any]:
    """Respond without content: the page names its own icon, and browsers request this one for everything else."""
    return Response(204, None, "", {"Cache-Control": "public, max-age=86400"})


@router.get("/config.json", include_in_schema=False)
def config() -> Response[Any]:
    """Return sign-in settings and the names of sections and steps; none of it is secret.

    `endpoints` is null if the issuer's discovery document provides them.
    """
    settings = router.dependencies.runtime.settings(SignInSettings)
    return json_response(
        {
            "issuer": settings.sign_in_issuer,
            "client_id": settings.sign_in_client_id,
            "scope": settings.sign_in_scope,
            "endpoints": settings.endpoints,
            "sections": {agent.section: agent.title for agent in AGENTS},
            "steps": {name: words._asdict() for name, words in STEP_NAMES.items()},
        }
    )
