"""The reference data route, used for autocompletion."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.documentation import answers
from functions.api.exchange import Routes, answer
from functions.api.repositories.instruments import Instruments
from functions.api.resources import database

router = Routes()


@router.get(
    "/api/instruments", tags=["instruments"], summary="What is known, by symbol", responses=answers(200, "Instruments")
)
def list_instruments() -> Response[Any]:
    return answer(Instruments(database()).everything())
