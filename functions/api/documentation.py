"""What a route's decorator says of its answers; the schemas themselves are made with the OpenAPI document only."""

from http import HTTPStatus
from typing import Any

from functions.api.problems import MEDIA_TYPE

#: What API Gateway answers itself, with a body of its own, where it does not ask the function or gets no answer of it.
GATEWAYS_OWN = frozenset({401, 413, 429, 500, 503})
#: What a request with a body may meet before its fields are looked at, and there.
WITH_BODY = (400, 413, 415, 422)
#: The content of a request body that is a portfolio file, in OpenAPI's terms.
FILE_CONTENT: dict[str, Any] = {"text/csv": {"schema": {"type": "string"}}, "application/octet-stream": {"schema": {}}}


def answers(
    success: int,
    schema: str | None,
    *problems: int,
    is_public: bool = False,
    headers: dict[str, str] | None = None,
    also: dict[str, Any] | None = None,
) -> dict[int, Any]:
    """The `responses` of a route: its success, with a schema of `functions.api.answers`, and its problems.

    Of the success: `headers`, what each says; `also`, what else it may be, schemas by media type, None where OpenAPI
    3.1 has no words for it. A route that is not public adds the sign-in and the database's problems.
    """
    content = {"application/json": {"schema": reference(schema)}} if schema else {}
    documented: dict[int, Any] = {
        success: {
            "description": HTTPStatus(success).phrase,
            "content": content
            | {kind: {"schema": described} if described else {} for kind, described in (also or {}).items()},
            "headers": {
                name: {"description": says, "schema": {"type": "string"}} for name, says in (headers or {}).items()
            },
        }
    }
    for status in sorted({500, *problems, *(() if is_public else (401, 503))}):
        documented[status] = {"description": HTTPStatus(status).phrase, "content": _problem(status)}
    return documented


def _problem(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": reference("Problem")}}
    if status in GATEWAYS_OWN:
        content["application/json"] = {"schema": reference("GatewayMessage")}
    return content


def reference(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}
