"""The HTTP resolver: middlewares for every route, and a 405 response with the allowed methods."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.shared.types import AnyCallableT
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.dependencies import Dependencies
from functions.api.http.bodies import check_body, media_type, read_json
from functions.api.http.compression import compress
from functions.api.http.problems import MethodNotAllowed, NotFound, NotSignedIn, problem_of
from functions.api.http.routing import Routes
from functions.shared.observability import logger

HEADERS = {
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
POLL = ("GET", "/api/jobs/{job_id}")
_LONGEST_SUBJECT = 255
_SIGNED_IN = ("/api/", "/mcp")
"""The paths that have an authorizer at API Gateway, except `PUBLIC`."""
PUBLIC = frozenset({"/api/sample"})
_METHODS_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})
_SECONDS = re.compile("[0-9]{1,15}")
_PARAMETER = re.compile(r"<(\w+)>")


class Resolver(APIGatewayHttpResolver):
    """Powertools' resolver with our middlewares; the first one handles every request and response.

    Request validation runs last instead of first, so that authentication and body checks precede field validation.
    Responses come from the database unchanged and aren't validated again.
    """

    def __init__(self, dependencies: Dependencies, routers: Sequence[Routes], *, has_fields: bool = True) -> None:
        """Without fields (query parameters, headers, bodies), requests need no validation, so pydantic isn't imported.

        A path's parameters reach the routes as text in both cases.
        """
        super().__init__(json_body_deserializer=read_json)
        self._dependencies = dependencies
        self.methods: dict[str, set[str]] = {}
        self._rules: list[tuple[re.Pattern[str], str]] = []
        # Functions, not methods: Powertools stores the inspected signature on each one.
        self.use([error_middleware, check_request_middleware])
        if has_fields:
            from aws_lambda_powertools.event_handler.middlewares.openapi_validation import (  # noqa: PLC0415
                OpenAPIRequestValidationMiddleware,
            )

            self.use([OpenAPIRequestValidationMiddleware()])  # type: ignore[no-untyped-call]
        self.not_found(self._no_route)
        self._routers = routers
        for router in routers:
            self.include_router(router)

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Serve a request. Powertools clears the context after each one."""
        for router in self._routers:
            router.api_resolver = self  # several resolvers share the routers
        self.context["dependencies"] = self._dependencies
        if event["requestContext"]["http"]["method"] != "HEAD":
            return super().resolve(event, context)
        response = super().resolve(_as_get(event), context)
        return response | {"body": "", "isBase64Encoded": False}

    def route(self, rule: str, method: Any, *args: Any, **kwargs: Any) -> Callable[[AnyCallableT], AnyCallableT]:
        pattern = _PARAMETER.sub(r"{\1}", rule)
        if pattern not in self.methods:
            self._rules.append((re.compile(_PARAMETER.sub("[^/]+", rule)), pattern))
        self.methods.setdefault(pattern, set()).update([method] if isinstance(method, str) else method)
        return super().route(rule, method, *args, **kwargs)

    def _no_route(self, _error: NotFoundError) -> Response[Any]:
        path = self.current_event.path
        allowed = {m for rule, pattern in self._rules if rule.fullmatch(path) for m in self.methods[pattern]}
        if "GET" in allowed:
            allowed.add("HEAD")
        method = self.current_event.http_method.upper()
        # If the method is allowed but has no route, the id contains characters that Powertools doesn't match.
        if not allowed or method in allowed:
            raise NotFound
        if method == "OPTIONS":
            return Response(204, None, "", {"Allow": MethodNotAllowed(allowed).headers["Allow"]})
        raise MethodNotAllowed(allowed)


def _as_get(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return a HEAD request as the GET request whose headers it asks for (RFC 9110, section 9.3.2)."""
    context = event["requestContext"]
    return {**event, "requestContext": {**context, "http": {**context["http"], "method": "GET"}}}


def error_middleware(app: Resolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Convert errors to problem documents, add the common headers, and log the request."""
    started = time.perf_counter()
    try:
        response: Response[Any] = next_middleware(app)
    except Exception as error:
        response = problem_of(error).response()
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    compress(response, app.current_event.raw_event["headers"].get("accept-encoding", ""))
    _log(app, response.status_code, 1000 * (time.perf_counter() - started))
    return response


def check_request_middleware(app: Resolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Check the caller, then the body. Powertools validates the fields afterwards."""
    route = app.request.route
    if route.startswith(_SIGNED_IN) and route not in PUBLIC and app.request.method != "OPTIONS":
        app.context["user_id"] = _authenticated(app.current_event.request_context.authorizer.jwt_claim)
    if app.request.method in _METHODS_WITH_BODY:
        check_body(app.current_event)
        headers = app.current_event.raw_event["headers"]
        if "content-type" in headers:  # Powertools compares it case-sensitively
            headers["content-type"] = media_type(app.current_event)
    return next_middleware(app)


def _authenticated(claims: dict[str, Any]) -> str:
    """Return the caller's id. API Gateway validates the token, but not everything checked here."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not _is_usable(claims):
        raise NotSignedIn
    return subject


def _is_usable(claims: dict[str, Any]) -> bool:
    """Return whether the token hasn't expired and, if the issuer states its type, is an access token.

    API Gateway accepts tokens without `exp`, and Cognito's ID tokens, which are meant for the page, not an API
    ("Understanding the access token", Amazon Cognito Developer Guide). Claims arrive as strings.
    """
    expires = str(claims.get("exp", ""))
    has_ended = not _SECONDS.fullmatch(expires) or int(expires) <= time.time()
    return not has_ended and claims.get("token_use", "access") == "access"


def _log(app: Resolver, status: int, duration_ms: float) -> None:
    """Log the route's pattern, not the path, which may contain an id.

    Successful polls aren't logged: they make up most requests, and API Gateway's access log records them.
    """
    method, route = app.request.method, app.request.route
    if (method, route) == POLL and status < HTTPStatus.BAD_REQUEST:
        return
    if route not in app.methods:
        route = "no route"
    logger.info(f"{method} {route} {status}", method=method, route=route, status=status, duration_ms=round(duration_ms))
