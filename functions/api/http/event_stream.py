"""A job's events as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

The stream is finite: it sends the new events and a reconnection delay. A client that keeps the last `id` misses none.
Every block has data, because some clients report a block without data as an empty message.
"""

import json
import re
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.repositories.events import MAX_EVENTS, NOTHING, News

MEDIA_TYPE = "text/event-stream"
RETRY_MS = 2000
HEARTBEAT = "heartbeat"
#: Every job ends with `complete` or `failed`; the kind of a cancelled job's last event is `cancelled`.
_ENDS = {"completed": "complete"}
_NUMBER = re.compile(r"[0-9]{1,9}")


def last_seen(event_id: str | None) -> int | None:
    """Parse the last event id that a client sends back. Returns None if it isn't a valid number."""
    return int(event_id) if event_id and _NUMBER.fullmatch(event_id) else None


def stream_of(news: News) -> Response[Any]:
    """Return the new events, or 204 for a client that has seen the job's end and should stop reconnecting.

    Each event has its own message and percentage. Only the last one includes the job, in its current state.
    """
    if news.job is None:
        return Response(HTTPStatus.NO_CONTENT.value, None, "")
    *earlier, (name, last) = _named(news) or [(HEARTBEAT, _of_job(news.job, HEARTBEAT))]
    blocks = [*(_block(name, event) for name, event in earlier), _block(name, last, news.job)]
    return _stream(RETRY_MS, blocks)


def stream_later(retry_after_s: int) -> Response[Any]:
    """Return a heartbeat that delays reconnection. An EventSource would never reconnect after an error response."""
    waiting = _event(HEARTBEAT, message="The database is waking up...")
    return _stream(1000 * retry_after_s, [_block(HEARTBEAT, waiting)])


def _named(news: News) -> list[tuple[str, dict[str, Any]]]:
    """Return each event with its name. The last event of a finished job names its outcome."""
    named = [("progress" if event["kind"] == "progress" else "status", event) for event in news.events]
    newest = news.events[-1]["seq"] if news.events else NOTHING
    is_all = len(news.events) < MAX_EVENTS or newest == news.last_seq
    if not news.ended_as or not is_all or news.job is None:
        return named
    # The events of a job that ended long ago have been deleted.
    last = named.pop()[1] if newest == news.last_seq else _of_job(news.job, news.ended_as, news.last_seq)
    return [*named, (_ENDS.get(news.ended_as, "failed"), last)]


def _of_job(job: str, kind: str, seq: int | None = None) -> dict[str, Any]:
    """Return an event that describes a job's current progress."""
    progress = json.loads(job)["progress_data"] or {}
    percent, message = progress.get("progress_percent"), progress.get("message", "")
    return _event(kind, seq=seq, agent=progress.get("current_agent"), progress_percent=percent, message=message)


def _event(
    kind: str, *, seq: int | None = None, agent: str | None = None, progress_percent: int | None = None, message: str
) -> dict[str, Any]:
    named = {"seq": seq, "at": None, "kind": kind, "agent": agent}
    return {**named, "progress_percent": progress_percent, "message": message}


def _block(name: str, event: dict[str, Any], job: str | None = None) -> str:
    """Return one event's lines. Neither document contains a line end."""
    number = "" if event["seq"] is None else f"id: {event['seq']}\n"
    return f'{number}event: {name}\ndata: {json.dumps(event)[:-1]}, "job": {job or "null"}}}\n\n'


def _stream(retry_ms: int, blocks: list[str]) -> Response[Any]:
    return Response(HTTPStatus.OK.value, MEDIA_TYPE, f"retry: {retry_ms}\n{''.join(blocks)}")
