"""Health checks, with and without the database."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.documentation import answers
from functions.api.exchange import Routes, answer
from functions.api.repositories.health import ping
from functions.api.resources import database
from functions.api.settings import VERSION, ApiSettings

router = Routes()


@router.get("/health", tags=["health"], summary="Alive", responses=answers(200, "Alive", is_public=True))
def alive() -> Response[Any]:
    """Respond without querying the database, so that frequent checks don't keep it awake."""
    return answer({"status": "ok", "version": VERSION})


@router.get(
    "/api/health", tags=["health"], summary="Alive, with the database", responses=answers(200, "AliveWithDatabase")
)
def alive_with_database() -> Response[Any]:
    ping(database())
    document: dict[str, Any] = {"status": "ok", "version": VERSION, "database": "reachable"}
    flag = ApiSettings.load().enable_progress_tracking
    if flag is not None:
        document["progress_tracking"] = flag
    return answer(document)
