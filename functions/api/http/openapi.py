"""Helpers for documenting responses in route decorators. Schemas are generated only with the OpenAPI document."""

from http import HTTPStatus
from typing import Any

from functions.api.http.problems import MEDIA_TYPE

#: Statuses that API Gateway returns with its own body when it doesn't invoke the function or the invocation fails.
GATEWAY_STATUSES = frozenset({401, 413, 429, 500, 503})
#: Statuses that a request with a body can cause before and during field validation.
WITH_BODY = (400, 413, 415, 422)
#: The OpenAPI content of a request body that is a portfolio file.
FILE_CONTENT: dict[str, Any] = {
    "text/csv": {"schema": {"type": "string"}},
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
}


def openapi_responses(
    success: int,
    schema: str | None,
    *problems: int,
    is_public: bool = False,
    headers: dict[str, str] | None = None,
    also: dict[str, Any] | None = None,
) -> dict[int, Any]:
    """Return the `responses` of a route: its success, with a schema by name, and its problems.

    `headers` maps the success response's headers to descriptions. `also` maps further media types of the success
    response to their content objects. A non-public route also gets 401 and 503.
    """
    content = {"application/json": {"schema": reference(schema)}} if schema else {}
    documented: dict[int, Any] = {
        success: {
            "description": HTTPStatus(success).phrase,
            "content": content | (also or {}),
            "headers": {
                name: {"description": text, "schema": {"type": "string"}} for name, text in (headers or {}).items()
            },
        }
    }
    for status in sorted({500, *problems, *(() if is_public else (401, 503))}):
        documented[status] = {"description": HTTPStatus(status).phrase, "content": _problem(status)}
    return documented


def _problem(status: int) -> dict[str, Any]:
    """The gateway's body is listed first, because some generators read only the first one."""
    content = {"application/json": {"schema": reference("GatewayMessage")}} if status in GATEWAY_STATUSES else {}
    return content | {MEDIA_TYPE: {"schema": reference("Problem")}}


def reference(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}
