"""The reference data route, used for autocompletion."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.http.openapi import openapi_responses
from functions.api.http.routing import Routes, json_response
from functions.api.repositories.instruments import Instruments

router = Routes("instruments")


@router.get("/api/instruments", summary="List instruments, by symbol", responses=openapi_responses(200, "Instruments"))
def list_instruments() -> Response[Any]:
    """These are the instruments with a classification, for autocompletion. Positions can have other symbols, too."""
    return json_response(Instruments(router.database).everything())
