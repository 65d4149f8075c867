"""Routes for a job's event history and event stream."""

import json
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import Field

from functions.api.accepted import prefers
from functions.api.bodies import CSV, JSON
from functions.api.documentation import answers
from functions.api.event_stream import MEDIA_TYPE, last_seen, stream_later, stream_of
from functions.api.events_csv import events_csv
from functions.api.exchange import Id, Routes, answer, caller, identity
from functions.api.problems import NotFound, problem_of
from functions.api.repositories.events import MOST_EVENTS
from functions.api.resources import job_events
from functions.api.schemas import QueryNumber
from functions.shared.database import AnswerLost, DatabaseUnavailable

router = Routes()
_TAGS = ["jobs"]
_LARGEST = 2**31 - 1
_TEXT = {"type": "string"}

After = Annotated[
    Annotated[int, Field(ge=0, le=_LARGEST)] | None,
    Query(description="Only events with a larger number: an answer's next_after."),
    QueryNumber,
]
Limit = Annotated[
    Annotated[int, Field(ge=1, le=MOST_EVENTS)] | None,
    Query(description="At most so many. Without it: 500, and all of them in a CSV file."),
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
        description="The same, for a client that begins anew; the header counts first.",
    ),
]
_STREAM = """\
Finite: what is new now, then the end; a client asks again after `retry` (2 s) and sends `Last-Event-ID`. Each event has
`id` (its number, gapless), `event` and `data`: the job as of now, a `Job` as in `GET /api/jobs`.
`progress`: how far it is. `status`: anything else that happened. `complete`: the analysis is complete. `failed`: it
ended otherwise; it failed or was cancelled, as the job's `status` says. `heartbeat`, without an id: nothing is new.
Only while progress is tracked there are `progress` events. While the database wakes up, the answer is a comment, and
`retry` is longer."""


@router.get(
    "/api/jobs/<job_id>/events",
    tags=_TAGS,
    summary="What happened to a job, event by event, as JSON or as a file (Accept: text/csv)",
    responses=answers(200, "Events", 404, 422, also={CSV: _TEXT}),
)
def list_events(job_id: Id, after: After = None, limit: Limit = None) -> Response[Any]:
    job = identity(job_id)
    if prefers(CSV, JSON, router.current_event.headers.get("accept", "")):
        return _file(_events(job, after or 0, limit))
    page = job_events().page(caller(router), job, after or 0, limit or MOST_EVENTS)
    if page is None:
        raise NotFound
    document = f'{{"events": {page.events}, "next_after": {json.dumps(page.next_after)}}}'
    return answer(document, headers={"Vary": "Accept"})


@router.get(
    "/api/jobs/<job_id>/stream",
    tags=_TAGS,
    summary="What is new about a job, as Server-Sent Events",
    description=_STREAM,
    responses=answers(200, None, 404, 422, also={MEDIA_TYPE: None})
    | {204: {"description": "The client has seen how the job ended: there is nothing more to ask for.", "content": {}}},
)
def stream_events(
    job_id: Id, last_event_id: LastEventId = None, last_event_id_in_query: LastEventIdInQuery = ""
) -> Response[Any]:
    seen = last_seen(last_event_id or last_event_id_in_query)
    try:
        news = job_events().news(caller(router), identity(job_id), seen)
    except (DatabaseUnavailable, AnswerLost) as error:
        return stream_later(int(problem_of(error).headers["Retry-After"]))
    if news is None:
        raise NotFound
    return stream_of(news)


def _events(job_id: UUID, after: int, limit: int | None) -> list[dict[str, Any]]:
    """Return all events, from as many pages as needed. A job has about forty events per attempt, so usually one."""
    events: list[dict[str, Any]] = []
    while True:
        wanted = MOST_EVENTS if limit is None else limit
        page = job_events().page(caller(router), job_id, after, wanted)
        if page is None:
            raise NotFound
        events += json.loads(page.events)
        if page.is_last or limit is not None:
            return events
        after = events[-1]["seq"]


def _file(events: list[dict[str, Any]]) -> Response[Any]:
    headers = {"Content-Disposition": 'attachment; filename="events.csv"', "Vary": "Accept"}
    return Response(200, f"{CSV}; charset=utf-8", events_csv(events), headers)
