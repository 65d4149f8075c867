"""Entry point of the api function. Every error is an answer of its own; nothing is retried here."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.api.resolver import Resolver
from functions.api.routes import (
    accounts,
    documents,
    events,
    health,
    instruments,
    jobs,
    page,
    portfolio,
    positions,
    report,
    stats,
    user,
)
from functions.api.settings import HttpSettings
from functions.shared.observability import logger

_ROUTES = (health, user, accounts, positions, portfolio, instruments, jobs, report, events, stats, documents, page)


@cache
def resolver() -> Resolver:
    """The resolver of this process, with the routes of every resource."""
    made = Resolver(HttpSettings.load())
    for routes in _ROUTES:
        made.include_router(routes.router)
    return made


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return resolver().resolve(event, context)
