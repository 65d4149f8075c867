"""Entry point of the API function. Every error becomes a problem document; nothing is retried here."""

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.resolver import Resolver
from functions.api.settings import HttpSettings
from functions.shared.observability import logger

_OF_JOBS = ("jobs", "report", "events")
"""The modules that define every route below /api/jobs."""
_ROUTES = (
    *("health", "user", "accounts", "positions", "portfolio", "instruments"),
    *_OF_JOBS,
    *("stats", "documents", "page"),
)


@cache
def resolver() -> Resolver:
    """Return the resolver of this process, with the routes of every resource."""
    return _with_routes(_ROUTES)


@cache
def jobs_resolver() -> Resolver:
    """Return a resolver with only the routes below /api/jobs, for a process that has served nothing else yet.

    Most processes start with a poll; this avoids importing every other route. A router belongs to the resolver that
    included it last, so don't use this one after calling `resolver`.
    """
    return _with_routes(_OF_JOBS)


def _with_routes(modules: Iterable[str]) -> Resolver:
    made = Resolver(HttpSettings.load())
    for module in modules:
        made.include_router(import_module(f"functions.api.routes.{module}").router)
    return made


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    is_below_jobs = f"{event['rawPath']}/".startswith("/api/jobs/")
    chosen = jobs_resolver if is_below_jobs and not resolver.cache_info().currsize else resolver
    return chosen().resolve(event, context)
