"""Routes for accounts and their positions."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api.documentation import WITH_BODY, answers
from functions.api.exchange import Id, Routes, answer, caller, found, identity, no_content
from functions.api.problems import Conflict, Invalid, NotFound
from functions.api.repositories.accounts import MAX_ACCOUNTS, Accounts, NameTaken
from functions.api.repositories.positions import Positions
from functions.api.resources import database
from functions.api.schemas import AccountChanges, NewAccount

router = Routes()
_TAGS = ["accounts"]


@router.get("/api/accounts", tags=_TAGS, summary="All accounts, by name", responses=answers(200, "Accounts"))
def list_accounts() -> Response[Any]:
    return answer(Accounts(database()).all_of(caller(router)))


@router.post("/api/accounts", tags=_TAGS, summary="A new account", responses=answers(201, "Account", *WITH_BODY, 409))
def create_account(account: Annotated[NewAccount, Body()]) -> Response[Any]:
    outcome, document = Accounts(database()).create(caller(router), **account.model_dump())
    if outcome == "name_taken":
        raise _name_taken()
    if outcome == "too_many":
        raise Invalid.of("account_name", f"You have {MAX_ACCOUNTS:,} accounts, and more are not kept.")
    return answer(found(document), 201)


@router.put(
    "/api/accounts/<account_id>",
    tags=_TAGS,
    summary="Change an account",
    responses=answers(200, "Account", *WITH_BODY, 404, 409),
)
def change_account(account_id: Id, changes: Annotated[AccountChanges, Body()]) -> Response[Any]:
    try:
        document = Accounts(database()).change(caller(router), identity(account_id), changes.changes())
    except NameTaken as error:
        raise _name_taken() from error
    return answer(found(document))


@router.delete(
    "/api/accounts/<account_id>",
    tags=_TAGS,
    summary="Remove an account and its positions",
    responses=answers(204, None, 404),
)
def delete_account(account_id: Id) -> Response[Any]:
    if not Accounts(database()).delete(caller(router), identity(account_id)):
        raise NotFound
    return no_content()


@router.get(
    "/api/accounts/<account_id>/positions",
    tags=_TAGS,
    summary="What an account holds, by symbol",
    responses=answers(200, "Positions", 404),
)
def list_positions(account_id: Id) -> Response[Any]:
    return answer(found(Positions(database()).in_account(caller(router), identity(account_id))))


def _name_taken() -> Conflict:
    return Conflict("You have another account of this name.")
