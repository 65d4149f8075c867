"""Entry point of the API function. Every error becomes a problem document; nothing is retried here."""

import re
from importlib import import_module
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.dependencies import Dependencies
from functions.api.http.resolver import Resolver
from functions.shared.observability import logger
from functions.shared.runtime import LAMBDA

_OF_POLLS = ("poll",)
_POLLED = re.compile("/api/jobs/[^/]+")
"""The paths at which `_OF_POLLS` defines GET."""
_OF_JOBS = ("jobs", *_OF_POLLS, "report", "events")
"""The modules that define every route below /api/jobs."""
_OF_AGENTS = ("mcp",)
"""Its types take 0.3 s of CPU to import, so only requests to it do so."""
_ROUTES = (
    *("health", "user", "accounts", "positions", "portfolio", "instruments"),
    *_OF_JOBS,
    *("stats", "documents", "page", "sample"),
)


class Application:
    """Serves all requests of a process.

    Most processes start with a poll, which only needs its own module. Until another path is requested, only the routes
    below /api/jobs are imported.
    """

    def __init__(self, dependencies: Dependencies) -> None:
        self.dependencies = dependencies
        self._resolvers: dict[tuple[str, ...], Resolver] = {}

    def respond(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        path = event["rawPath"].rstrip("/") or "/"
        event = {**event, "rawPath": path}
        fewest = _modules_for(event["requestContext"]["http"]["method"], path)
        modules = _ROUTES if _ROUTES in self._resolvers and fewest == _OF_JOBS else fewest
        return self.resolver(modules).resolve(event, context)

    def resolver(self, modules: tuple[str, ...] = _ROUTES) -> Resolver:
        """Return the resolver with the routes of these modules."""
        if modules not in self._resolvers:
            routers = [import_module(f"functions.api.routes.{module}").router for module in modules]
            self._resolvers[modules] = Resolver(self.dependencies, routers, has_fields=modules != _OF_POLLS)
        return self._resolvers[modules]


def _modules_for(method: str, path: str) -> tuple[str, ...]:
    """Return the fewest modules that can serve a request, which includes listing a path's methods."""
    if path == "/mcp":
        return _OF_AGENTS
    if method == "GET" and _POLLED.fullmatch(path):
        return _OF_POLLS
    return _OF_JOBS if f"{path}/".startswith("/api/jobs/") else _ROUTES


application = Application(Dependencies(LAMBDA))


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return application.respond(event, context)
