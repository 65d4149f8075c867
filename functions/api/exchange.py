"""Helpers shared by the routes: the caller's id, path ids, and JSON responses."""

import json
from typing import Annotated, Any, TypeVar
from uuid import UUID

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.api.problems import NotFound

#: A unique id in a path. Typed as text so that a malformed id returns 404, as a missing one does, instead of 422.
Id = Annotated[str, Path(json_schema_extra={"format": "uuid"})]

Document = TypeVar("Document", str, dict[str, Any])


class Routes(APIGatewayHttpRouter):
    """The routes of one resource."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Powertools left out a return type


def caller(router: Routes) -> str:
    """Return the subject of the token."""
    user_id: str = router.context["user_id"]
    return user_id


def identity(text: Id) -> UUID:
    """Parse an id. Raises NotFound unless it is a UUID in the canonical format."""
    try:
        found = UUID(text)
    except ValueError as error:
        raise NotFound from error
    if str(found) != text.lower():
        raise NotFound
    return found


def answer(document: str | dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response[Any]:
    """Return a JSON response. Text is assumed to be JSON and passed through unchanged."""
    body = document if isinstance(document, str) else json.dumps(document)
    return Response(status, "application/json", body, headers)


def found(document: Document | None) -> Document:
    """Return the document. Raises NotFound if it is None."""
    if document is None:
        raise NotFound
    return document


def no_content() -> Response[Any]:
    return Response(204, None, "")
