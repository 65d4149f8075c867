"""Routes for positions."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api.http.openapi import WITH_BODY, openapi_responses
from functions.api.http.routing import Routes, json_response, no_content, parse_id
from functions.api.repositories.positions import Positions
from functions.api.schemas.position_changes import PositionChanges
from functions.api.schemas.request_models import NewPosition

router = Routes("positions")


@router.post(
    "/api/positions",
    summary="Create a position, or set one that the account already has",
    description="A symbol that the account already holds gets this quantity (200). A symbol without a price is "
    "accepted; `current_price` is null then, and totals leave the position out. Analyses ignore a quantity of 0.",
    responses=openapi_responses(201, "Position", *WITH_BODY, 404) | {200: openapi_responses(200, "Position")[200]},
)
def set_position(position: Annotated[NewPosition, Body()]) -> Response[Any]:
    document, is_new = Positions(router.database).set(router.user_id, **position.model_dump())
    return json_response(document, 201 if is_new else 200)


@router.put(
    "/api/positions/<position_id>",
    summary="Change a position, or classify its symbol",
    responses=openapi_responses(200, "Position", *WITH_BODY, 404, 409),
)
def change_position(position_id: str, changes: Annotated[PositionChanges, Body()]) -> Response[Any]:
    """Omitted fields keep their values. A new symbol discards the caller's price and name for the old one."""
    positions, held = Positions(router.database), parse_id(position_id)
    document = ""
    if changes.model_fields_set != {"classification"}:
        document = positions.change(router.user_id, held, changes.changes())
    if "classification" in changes.model_fields_set:
        chosen = changes.classification
        document = positions.classify(router.user_id, held, None if chosen is None else chosen.model_dump())
    return json_response(document)


@router.delete("/api/positions/<position_id>", summary="Delete a position", responses=openapi_responses(204, None, 404))
def delete_position(position_id: str) -> Response[Any]:
    """This can't be undone. Past analyses keep their results."""
    Positions(router.database).delete(router.user_id, parse_id(position_id))
    return no_content()
