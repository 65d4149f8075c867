"""The HTTP endpoint: Converse and ConverseStream, at the pace of a model."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from scripts.local.converse import event_stream
from scripts.local.converse.behaviors import Behaviors
from scripts.local.converse.responses import ERRORS, ModelResponse, prompt_of, respond
from scripts.local.http_server import LocalServer, SilentHandler, aws_headers
from scripts.local.lifecycle import Startable

#: Seconds from the request to the first token, if `pace` is set.
_FIRST_TOKEN_S = 0.6


class Converse(Startable):
    """The endpoint on a thread of this process, at `url`; a context manager.

    `port` 0 picks a free port. `pace` is in tokens per second; 0 sends everything at once.
    """

    def __init__(self, *, port: int = 0, pace: float = 0) -> None:
        self.behaviors = Behaviors()
        self.calls: list[dict[str, Any]] = []
        self.pace = pace
        self._stopping = threading.Event()
        self._server = LocalServer(_Handler, self, port=port)
        self.url = self._server.url

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        """Stop serving. Responses in progress break off."""
        self._stopping.set()
        self._server.stop()

    def wait(self, seconds: float) -> None:
        """Sleep. Raises ConnectionAbortedError if the endpoint stops meanwhile."""
        if self._stopping.wait(seconds):
            raise ConnectionAbortedError


class _Handler(SilentHandler[Converse]):
    def do_POST(self) -> None:
        try:
            content = json.loads(self.read_body())
            if self.path == "/_behaviors":
                self.owner.behaviors.arm(content)
                self._write(200, None)
            else:
                self._model(content)
        except (KeyError, TypeError, ValueError) as error:
            self._refuse(400, "ValidationException", f"The request is malformed: {type(error).__name__}")

    def do_GET(self) -> None:
        views: dict[str, Callable[[], Any]] = {
            "/_behaviors": self.owner.behaviors.describe,
            "/_calls": self.owner.calls.copy,
            "/_health": dict,
        }
        if self.path in views:
            self._write(200, views[self.path]())
        else:
            self._refuse(404, "ResourceNotFoundException", "Not found.")

    def do_DELETE(self) -> None:
        clears = {"/_behaviors": self.owner.behaviors.clear, "/_calls": self.owner.calls.clear}
        clears[self.path]()
        self._write(200, None)

    def _model(self, request: dict[str, Any]) -> None:
        _, model, model_id, operation = self.path.split("/")
        if model != "model" or operation not in {"converse", "converse-stream"}:
            return self._refuse(404, "ResourceNotFoundException", "Not found.")
        model_id = unquote(model_id)
        behavior = self.owner.behaviors.next(model_id, prompt_of(request))
        kind = behavior.kind if behavior else None
        call = {"operation": operation, "model_id": model_id, "request": request, "kind": kind}
        self.owner.calls.append(call)
        if kind and kind in ERRORS:
            return self._refuse(*ERRORS[kind])
        response = respond(request, behavior)
        return self._stream(response) if operation == "converse-stream" else self._whole(response)

    def _whole(self, response: ModelResponse) -> None:
        if response.stall_s and response.stalls_before(0):
            self.owner.wait(response.stall_s)
        if pace := self.owner.pace:
            self.owner.wait(_FIRST_TOKEN_S + len(response.tokens) / pace)
        self._write(200, response.document())

    def _stream(self, response: ModelResponse) -> None:
        converse, started, tokens = self.owner, time.monotonic(), 0.0
        self.write_head(200, aws_headers(None, event_stream.CONTENT_TYPE) | {"Transfer-Encoding": "chunked"})
        for number, (frame, size) in enumerate(response.frames()):
            if response.stalls_before(number):
                converse.wait(response.stall_s)
            tokens += size
            if converse.pace:
                due = started + _FIRST_TOKEN_S + tokens / converse.pace
                converse.wait(max(0.0, due - time.monotonic()))
            self.wfile.write(f"{len(frame):x}\r\n".encode() + frame + b"\r\n")
        if response.breaks_off:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._write(status, {"message": message}, code)

    def _write(self, status: int, content: Any, error_type: str | None = None) -> None:
        self.write_response(status, aws_headers(error_type), json.dumps(content, ensure_ascii=False).encode())
