"""Routes for the caller's profile."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api.documentation import WITH_BODY, answers
from functions.api.exchange import Routes, answer, caller, no_content
from functions.api.repositories.users import Users
from functions.api.resources import database
from functions.api.schemas import UserChanges

router = Routes()
_TAGS = ["user"]


@router.get("/api/user", tags=_TAGS, summary="The profile, made at first sight", responses=answers(200, "SeenUser"))
def see_user() -> Response[Any]:
    return answer(Users(database()).see(caller(router)))


@router.put("/api/user", tags=_TAGS, summary="Change the profile", responses=answers(200, "User", *WITH_BODY))
def change_user(changes: Annotated[UserChanges, Body()]) -> Response[Any]:
    return answer(Users(database()).change(caller(router), changes.changes()))


@router.delete("/api/user", tags=_TAGS, summary="Erase everything of the user", responses=answers(204, None))
def erase_user() -> Response[Any]:
    Users(database()).erase(caller(router))
    return no_content()
