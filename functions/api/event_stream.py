"""A job's news as Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html).

The stream is finite: what is new now, and when to ask again. A client that keeps the last `id` misses nothing.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Response

from functions.api.repositories.events import MOST_EVENTS, NOTHING, News

MEDIA_TYPE = "text/event-stream"
ASK_AGAIN_MS = 2000
#: Every job ends as `complete` or `failed`; of one that was cancelled the view says so.
_ENDS = {"completed": "complete"}
_LINE_END = re.compile(r"\r\n|\r|\n")
_NUMBER = re.compile(r"[0-9]{1,9}")


def last_seen(event_id: str | None) -> int | None:
    """The number that a client sends back as its last event's id; None for what is no number of ours."""
    return int(event_id) if event_id and _NUMBER.fullmatch(event_id) else None


def stream_of(news: News) -> Response[Any]:
    """204 for a client that has seen how the job ended, and need not ask again."""
    if news.job is None:
        return Response(HTTPStatus.NO_CONTENT.value, None, "")
    named = list(_named(news))
    told = (_event(news.job, name, seq) for seq, name in named) if named else [_event(news.job, "heartbeat")]
    return _stream(f"retry: {ASK_AGAIN_MS}\n\n" + "".join(told))


def stream_later(ask_again_s: int) -> Response[Any]:
    """In place of an error, after which an EventSource would never ask again."""
    return _stream(f"retry: {1000 * ask_again_s}\n: the database does not answer yet\n\n")


def _named(news: News) -> Iterator[tuple[int, str]]:
    """The numbers and names of the events. The last one of a job that has ended says how."""
    for seq, kind in news.events:
        if not news.ended_as or seq < news.last_seq:
            yield seq, "progress" if kind == "progress" else "status"
    newest = news.events[-1][0] if news.events else NOTHING
    is_all = len(news.events) < MOST_EVENTS or newest == news.last_seq
    if news.ended_as and is_all:
        yield news.last_seq, _ENDS.get(news.ended_as, "failed")


def _event(data: str, name: str, seq: int | None = None) -> str:
    number = "" if seq is None else f"id: {seq}\n"
    lines = "".join(f"data: {line}\n" for line in _LINE_END.split(data))
    return f"{number}event: {name}\n{lines}\n"


def _stream(body: str) -> Response[Any]:
    return Response(HTTPStatus.OK.value, MEDIA_TYPE, body)
