"""Routes for the caller's profile."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Body

from functions.api.http.openapi import WITH_BODY, openapi_responses
from functions.api.http.routing import Routes, json_response, no_content
from functions.api.repositories.users import Users
from functions.api.schemas.goals import UserChanges

router = Routes("user")


@router.get("/api/user", summary="Get or create your profile", responses=openapi_responses(200, "SeenUser"))
def see_user() -> Response[Any]:
    """The first request creates the profile."""
    return json_response(Users(router.database).see(router.user_id))


@router.put("/api/user", summary="Change your profile", responses=openapi_responses(200, "User", *WITH_BODY))
def change_user(changes: Annotated[UserChanges, Body()]) -> Response[Any]:
    """Omitted fields keep their values."""
    return json_response(Users(router.database).change(router.user_id, changes.changes()))


@router.delete("/api/user", summary="Delete your profile and all your data", responses=openapi_responses(204, None))
def erase_user() -> Response[Any]:
    """Erases the profile, the portfolio, and all analyses. This can't be undone."""
    Users(router.database).erase(router.user_id)
    return no_content()
