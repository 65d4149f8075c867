"""Routes for positions."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api.documentation import WITH_BODY, answers
from functions.api.exchange import Id, Routes, answer, caller, found, identity, no_content
from functions.api.problems import Conflict, Invalid, NotFound
from functions.api.repositories.positions import MAX_POSITIONS, HeldAlready, Positions, Unpriced
from functions.api.resources import database
from functions.api.schemas import NewPosition, PositionChanges

router = Routes()
_TAGS = ["positions"]


@router.post(
    "/api/positions", tags=_TAGS, summary="A new position", responses=answers(201, "Position", *WITH_BODY, 404, 409)
)
def create_position(position: Annotated[NewPosition, Body()]) -> Response[Any]:
    outcome, document = Positions(database()).create(
        caller(router), position.account_id, position.symbol, position.quantity, position.price
    )
    if outcome == "unpriced":
        raise _unpriced()
    if outcome == "held_already":
        raise _held_already()
    if outcome == "too_many":
        raise Invalid.of("symbol", f"You have {MAX_POSITIONS:,} positions, and more are not kept.")
    return answer(found(document), 201)


@router.put(
    "/api/positions/<position_id>",
    tags=_TAGS,
    summary="Change a position",
    responses=answers(200, "Position", *WITH_BODY, 404, 409),
)
def change_position(position_id: Id, changes: Annotated[PositionChanges, Body()]) -> Response[Any]:
    try:
        document = Positions(database()).change(caller(router), identity(position_id), changes.changes())
    except HeldAlready as error:
        raise _held_already() from error
    except Unpriced as error:
        raise _unpriced() from error
    return answer(found(document))


@router.delete(
    "/api/positions/<position_id>", tags=_TAGS, summary="Remove a position", responses=answers(204, None, 404)
)
def delete_position(position_id: Id) -> Response[Any]:
    if not Positions(database()).delete(caller(router), identity(position_id)):
        raise NotFound
    return no_content()


def _unpriced() -> Invalid:
    return Invalid.of("price", "Give the price of this symbol: none is known here.")


def _held_already() -> Conflict:
    return Conflict("The account holds this symbol already: change that position.")
