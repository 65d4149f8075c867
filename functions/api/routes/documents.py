"""Routes for the OpenAPI document and a page to explore it. Both are built with the zip."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.http.content_security_policy import POLICY_OF_DOCUMENTATION
from functions.api.http.problems import NotFound
from functions.api.http.routing import Routes
from functions.api.http.static_files import A_YEAR, INDEX
from functions.api.settings import DocumentationSettings

router = Routes()
OPENAPI = "openapi.json"
NOT_BUILT = (
    "The documentation has not been built: run package_docker.py or start_dev_server.py. The API works without it."
)
_REVALIDATED = "public, no-cache"


@router.get("/openapi.json", include_in_schema=False)
def openapi_document() -> Response[Any]:
    return _found(OPENAPI, {"Cache-Control": _REVALIDATED}, NOT_BUILT)


@router.get("/docs", include_in_schema=False)
def swagger_page() -> Response[Any]:
    headers = {
        "Cache-Control": _REVALIDATED,
        "Content-Security-Policy": POLICY_OF_DOCUMENTATION,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
    }
    return _found(INDEX, headers, NOT_BUILT)


@router.get("/docs/<name>", include_in_schema=False)
def asset(name: str) -> Response[Any]:
    return _found(f"assets/{name}", {"Cache-Control": A_YEAR, "Cross-Origin-Resource-Policy": "same-origin"})


def _found(name: str, headers: dict[str, str], if_missing: str | None = None) -> Response[Any]:
    """Raises NotFound if documentation is disabled, the same as for any unknown path."""
    if not router.dependencies.runtime.settings(DocumentationSettings).enable_documentation:
        raise NotFound
    response = router.dependencies.documentation.response(name, router.current_event.headers, headers)
    if response is None:
        raise NotFound(if_missing)
    return response
