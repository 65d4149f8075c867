"""Routes for accounts and their positions."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api.http.openapi import WITH_BODY, openapi_responses
from functions.api.http.routing import Routes, json_response, no_content, parse_id
from functions.api.repositories.accounts import Accounts
from functions.api.repositories.positions import Positions
from functions.api.schemas.request_models import AccountChanges, NewAccount

router = Routes("accounts")


@router.get("/api/accounts", summary="List your accounts, by name", responses=openapi_responses(200, "Accounts"))
def list_accounts() -> Response[Any]:
    """The accounts are complete; there are no pages."""
    return json_response(Accounts(router.database).all_of(router.user_id))


@router.post("/api/accounts", summary="Create an account", responses=openapi_responses(201, "Account", *WITH_BODY, 409))
def create_account(account: Annotated[NewAccount, Body()]) -> Response[Any]:
    """A name can be used once. A user can have up to 1,000 accounts."""
    return json_response(Accounts(router.database).create(router.user_id, **account.model_dump()), 201)


@router.put(
    "/api/accounts/<account_id>",
    summary="Change an account",
    responses=openapi_responses(200, "Account", *WITH_BODY, 404, 409),
)
def change_account(account_id: str, changes: Annotated[AccountChanges, Body()]) -> Response[Any]:
    """Omitted fields keep their values."""
    return json_response(Accounts(router.database).change(router.user_id, parse_id(account_id), changes.changes()))


@router.delete(
    "/api/accounts/<account_id>",
    summary="Delete an account and its positions",
    responses=openapi_responses(204, None, 404),
)
def delete_account(account_id: str) -> Response[Any]:
    """This can't be undone. Past analyses keep their results."""
    Accounts(router.database).delete(router.user_id, parse_id(account_id))
    return no_content()


@router.get(
    "/api/accounts/<account_id>/positions",
    summary="List an account's positions, by symbol",
    responses=openapi_responses(200, "Positions", 404),
)
def list_positions(account_id: str) -> Response[Any]:
    """Each position has its instrument, and its price: the caller's own if it is as recent as the reference price."""
    return json_response(Positions(router.database).in_account(router.user_id, parse_id(account_id)))
