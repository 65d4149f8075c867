"""The route of the Model Context Protocol: streamable HTTP without sessions and without a stream from the server."""

from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.http.bodies import JSON, media_type, raw_body, read_json
from functions.api.http.problems import UnsupportedMediaType
from functions.api.http.routing import Routes, json_response
from functions.api.mcp.protocol import respond
from functions.api.mcp.tools import Tools

router = Routes("mcp")


@router.post("/mcp", include_in_schema=False)
def receive_message() -> Response[Any]:
    """Respond to one message; 202 for a notification, which needs no response."""
    event = router.current_event
    if media_type(event) != JSON:
        raise UnsupportedMediaType
    response = respond(read_json(raw_body(event).decode()), Tools(router.dependencies, router.user_id))
    return Response(202, None, "") if response is None else json_response(response)
