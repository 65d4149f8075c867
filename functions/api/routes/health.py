"""Health checks, with and without the database."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.http.openapi import openapi_responses
from functions.api.http.routing import Routes, json_response
from functions.api.repositories.health import ping
from functions.api.version import VERSION

router = Routes("health")


@router.get("/health", summary="Check the API", responses=openapi_responses(200, "Alive", is_public=True))
def alive() -> Response[Any]:
    """Doesn't query the database, so that frequent checks don't keep it awake."""
    return json_response({"status": "ok", "version": VERSION})


@router.get(
    "/api/health", summary="Check the API and its database", responses=openapi_responses(200, "AliveWithDatabase")
)
def alive_with_database() -> Response[Any]:
    """This wakes the database if it is paused, so monitor `/health` instead."""
    ping(router.database)
    document: dict[str, Any] = {"status": "ok", "version": VERSION, "database": "reachable"}
    flag = router.dependencies.settings.enable_progress_tracking
    if flag is not None:
        document["progress_tracking"] = flag
    return json_response(document)
