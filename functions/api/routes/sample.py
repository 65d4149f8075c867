"""The route for the sample analysis, which is built with the zip."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.http.openapi import openapi_responses
from functions.api.http.problems import NotFound
from functions.api.http.routing import Routes

router = Routes("jobs")
NOT_BUILT = "The sample has not been built: run package_docker.py or start_dev_server.py. The API works without it."


@router.get(
    "/api/sample",
    summary="Get a finished analysis of the sample portfolio",
    responses=openapi_responses(200, "JobWithResults", 404, is_public=True, headers={"ETag": "The version."})
    | {304: {"description": "The client already has this version (`If-None-Match`).", "content": {}}},
)
def read_sample() -> Response[Any]:
    """Public and read-only: it needs no sign-in and reads no database. Its goals are examples."""
    headers = {"Cache-Control": "public, no-cache"}
    response = router.dependencies.sample.response("sample.json", router.current_event.headers, headers)
    if response is None:
        raise NotFound(NOT_BUILT)
    return response
