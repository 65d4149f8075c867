"""The function as a WSGI application, with API Gateway's conversion between HTTP and its event.

It accepts one token, which is the id of its user.
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, make_server

from functions.api.handler import Application
from tests.functions.api.calling import CONTEXT, event

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


@contextmanager
def served(user: str, application: Application) -> Iterator[str]:
    """Serve the application and return its URL."""
    with make_server("127.0.0.1", 0, partial(respond, application, user), handler_class=_Silent) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the base class's
        """Print nothing: the function logs."""


def respond(
    application: Application, user: str, environ: dict[str, Any], start_response: StartResponse
) -> Iterable[bytes]:
    headers = _headers(environ)
    response = application.respond(
        event(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"].encode("latin-1").decode(errors="replace"),
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or None,
            headers,
            _query(environ["QUERY_STRING"]),
            {"sub": user, "exp": "4102444800"} if headers.get("authorization") == f"Bearer {user}" else None,
        ),
        CONTEXT,
    )
    status = HTTPStatus(response["statusCode"])
    start_response(f"{status.value} {status.phrase}", list(response["headers"].items()))
    return [base64.b64decode(response["body"]) if response["isBase64Encoded"] else response["body"].encode()]


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    """The headers, with names in lower case."""
    sent = {name.removeprefix("HTTP_"): value for name, value in environ.items() if name.startswith("HTTP_")}
    if "CONTENT_TYPE" in environ:
        sent["CONTENT_TYPE"] = environ["CONTENT_TYPE"]
    return {name.lower().replace("_", "-"): value for name, value in sent.items()}


def _query(text: str) -> dict[str, str]:
    """The query, with values of one name joined by commas."""
    query: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        query[name] = f"{query[name]},{value}" if name in query else value
    return query
