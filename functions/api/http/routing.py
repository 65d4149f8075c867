"""Helpers for the routes: the request's dependencies and caller, ids in paths, and JSON responses."""

import json
from collections.abc import Callable
from inspect import signature
from typing import Any
from uuid import UUID

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from aws_lambda_powertools.shared.types import AnyCallableT

from functions.api.dependencies import Dependencies
from functions.api.errors import ObjectNotFound
from functions.shared.database import Database

_ROUTE = signature(APIGatewayHttpRouter.route)


class Routes(APIGatewayHttpRouter):
    """The routes of one resource, with its tag in the OpenAPI document."""

    def __init__(self, tag: str = "") -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Powertools left out a return type
        self._tags = [tag]

    def route(self, rule: str, method: Any, *options: Any, **named: Any) -> Callable[[AnyCallableT], AnyCallableT]:
        bound = _ROUTE.bind_partial(self, rule, method, *options, **named)
        bound.arguments["tags"] = self._tags
        return super().route(*bound.args[1:], **bound.kwargs)

    @property
    def dependencies(self) -> Dependencies:
        dependencies: Dependencies = self.context["dependencies"]
        return dependencies

    @property
    def database(self) -> Database:
        return self.dependencies.database

    @property
    def user_id(self) -> str:
        """The subject of the caller's token."""
        user_id: str = self.context["user_id"]
        return user_id


def parse_id(text: str) -> UUID:
    """Parse an id in a path. Raises ObjectNotFound unless it is a UUID in the canonical format.

    Routes declare ids as text, so that a malformed id returns 404, like a missing one, instead of 422. The OpenAPI
    document gives path parameters named `..._id` the format `uuid`.
    """
    try:
        parsed = UUID(text)
    except ValueError as error:
        raise ObjectNotFound from error
    if str(parsed) != text.lower():
        raise ObjectNotFound
    return parsed


def json_response(
    document: str | dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response[Any]:
    """Return a JSON response. Text is assumed to be JSON and passed through unchanged."""
    body = document if isinstance(document, str) else json.dumps(document)
    return Response(status, "application/json", body, headers)


def no_content() -> Response[Any]:
    return Response(204, None, "")
