"""Routes for a job's event history and event stream."""

import json
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import Field

from functions.api.http.bodies import CSV, JSON
from functions.api.http.content_negotiation import prefers
from functions.api.http.event_stream import MEDIA_TYPE, last_seen, stream_later, stream_of
from functions.api.http.events_csv import events_csv
from functions.api.http.openapi import openapi_responses, reference
from functions.api.http.problems import problem_of
from functions.api.http.routing import Routes, json_response, parse_id
from functions.api.repositories.events import MAX_EVENTS
from functions.api.schemas.request_models import QueryNumber
from functions.shared.database import AnswerLost, DatabaseUnavailable

router = Routes("jobs")
_LARGEST = 2**31 - 1
_TEXT = {"type": "string"}
#: Describes one event of the stream, because OpenAPI 3.1 can't describe a sequence of events.
_STREAMED = {
    "schema": {
        "type": "object",
        "required": ["event", "data"],
        "properties": {
            "id": _TEXT,
            "event": {"type": "string", "enum": ["progress", "status", "complete", "failed", "heartbeat"]},
            "retry": {"type": "integer", "description": "Milliseconds until the client reconnects."},
            "data": _TEXT | {"contentMediaType": "application/json", "contentSchema": reference("StreamedEvent")},
        },
    }
}

After = Annotated[
    Annotated[int, Field(ge=0, le=_LARGEST)] | None,
    Query(description="Return only events after this number: `next_after` of the previous response."),
    QueryNumber,
]
Limit = Annotated[
    Annotated[int, Field(ge=1, le=MAX_EVENTS)] | None,
    Query(description="The maximum number of events. By default 500, or all of them in a CSV file."),
    QueryNumber,
]
LastEventId = Annotated[
    str | None, Header(alias="Last-Event-ID", description="The id of the last event that the client has seen.")
]
LastEventIdInQuery = Annotated[
    str,
    Query(
        alias="last_event_id",
        pattern=r"^[0-9]{0,9}$",
        description="The same, for clients that can't set the header, which takes precedence.",
    ),
]
_STREAM = """\
The stream is finite: it sends the new events and ends. Clients reconnect after `retry` (2 s) and send `Last-Event-ID`.
Each event has an `id` (its number, gapless), a type (`event`), and `data`, a `StreamedEvent`: the event's own message
and percentage. The last event also has the job as of now, as in `GET /api/jobs`. Types: `progress` for progress updates
(only if progress is tracked), `status` for other changes, `complete` when the analysis is complete, `failed` when it
failed or was cancelled (see `kind`), and `heartbeat`, without an `id`, if there is nothing new. While the database is
waking up, the stream contains a heartbeat without a job, and a longer `retry`."""


@router.get(
    "/api/jobs/<job_id>/events",
    summary="List a job's events, as JSON or CSV (`Accept: text/csv`)",
    responses=openapi_responses(200, "Events", 404, 422, also={CSV: {"schema": _TEXT}}),
)
def list_events(job_id: str, after: After = None, limit: Limit = None) -> Response[Any]:
    """Pass `next_after` as `after` to get the next page, or later events."""
    job = parse_id(job_id)
    if prefers(CSV, JSON, router.current_event.headers.get("accept", "")):
        return _file(_events(job, after or 0, limit))
    page = router.dependencies.job_events.page(router.user_id, job, after or 0, limit or MAX_EVENTS)
    document = f'{{"events": {page.events}, "next_after": {json.dumps(page.next_after)}}}'
    return json_response(document, headers={"Vary": "Accept"})


@router.get(
    "/api/jobs/<job_id>/stream",
    summary="Stream a job's new events (Server-Sent Events)",
    description=_STREAM,
    responses=openapi_responses(200, None, 404, 422, also={MEDIA_TYPE: _STREAMED})
    | {204: {"description": "The client has the job's last event. Stop reconnecting.", "content": {}}},
)
def stream_events(
    job_id: str, last_event_id: LastEventId = None, last_event_id_in_query: LastEventIdInQuery = ""
) -> Response[Any]:
    seen = last_seen(last_event_id or last_event_id_in_query)
    try:
        news = router.dependencies.job_events.news(router.user_id, parse_id(job_id), seen)
    except (DatabaseUnavailable, AnswerLost) as error:
        return stream_later(int(problem_of(error).headers["Retry-After"]))
    return stream_of(news)


def _events(job_id: UUID, after: int, limit: int | None) -> list[dict[str, Any]]:
    """Return all events, from as many pages as needed. A job has about forty events per attempt, so usually one."""
    events: list[dict[str, Any]] = []
    while True:
        wanted = MAX_EVENTS if limit is None else limit
        page = router.dependencies.job_events.page(router.user_id, job_id, after, wanted)
        events += json.loads(page.events)
        if page.is_last or limit is not None:
            return events
        after = events[-1]["seq"]


def _file(events: list[dict[str, Any]]) -> Response[Any]:
    headers = {"Content-Disposition": 'attachment; filename="events.csv"', "Vary": "Accept"}
    return Response(200, f"{CSV}; charset=utf-8", events_csv(events), headers)
