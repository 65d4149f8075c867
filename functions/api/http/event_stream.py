"""A job's events as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

The stream is finite: it sends the new events and a reconnection delay. A client that keeps the last `id` misses none.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.repositories.events import MAX_EVENTS, NOTHING, News

MEDIA_TYPE = "text/event-stream"
RETRY_MS = 2000
#: Every job ends with `complete` or `failed`; the data of a cancelled job has its status.
_ENDS = {"completed": "complete"}
_LINE_END = re.compile(r"\r\n|\r|\n")
_NUMBER = re.compile(r"[0-9]{1,9}")


def last_seen(event_id: str | None) -> int | None:
    """Parse the last event id that a client sends back. Returns None if it isn't a valid number."""
    return int(event_id) if event_id and _NUMBER.fullmatch(event_id) else None


def stream_of(news: News) -> Response[Any]:
    """Return the new events, or 204 for a client that has seen the job's end and should stop reconnecting."""
    if news.job is None:
        return Response(HTTPStatus.NO_CONTENT.value, None, "")
    named = list(_named(news))
    events = (_event(news.job, name, seq) for seq, name in named) if named else [_event(news.job, "heartbeat")]
    return _stream(f"retry: {RETRY_MS}\n\n" + "".join(events))


def stream_later(retry_after_s: int) -> Response[Any]:
    """Return an empty stream that delays reconnection. An EventSource would never reconnect after an error response."""
    return _stream(f"retry: {1000 * retry_after_s}\n: the database is waking up\n\n")


def _named(news: News) -> Iterator[tuple[int, str]]:
    """Yield each event's number and name. The last event of a finished job names its outcome."""
    for seq, kind in news.events:
        if not news.ended_as or seq < news.last_seq:
            yield seq, "progress" if kind == "progress" else "status"
    newest = news.events[-1][0] if news.events else NOTHING
    is_all = len(news.events) < MAX_EVENTS or newest == news.last_seq
    if news.ended_as and is_all:
        yield news.last_seq, _ENDS.get(news.ended_as, "failed")


def _event(data: str, name: str, seq: int | None = None) -> str:
    number = "" if seq is None else f"id: {seq}\n"
    lines = "".join(f"data: {line}\n" for line in _LINE_END.split(data))
    return f"{number}event: {name}\n{lines}\n"


def _stream(body: str) -> Response[Any]:
    return Response(HTTPStatus.OK.value, MEDIA_TYPE, body)
