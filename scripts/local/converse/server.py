"""The HTTP endpoint: Converse and ConverseStream, at the pace of a model or by a real one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from scripts.local.converse import event_stream
from scripts.local.converse.behaviors import Behaviors, Kind
from scripts.local.converse.responses import ERRORS, ModelResponse, prompt_of, respond
from scripts.local.converse.smollm2 import InvalidCall, SmolLM2
from scripts.local.http_server import LocalServer, SilentHandler, aws_headers
from scripts.local.lifecycle import Startable

#: Seconds from the request to the first token, if `pace` is set.
_FIRST_TOKEN_S = 0.6
#: Tokens after which an armed disconnection breaks off a real model's response.
_MIDDLE = 8


class Converse(Startable):
    """The endpoint on a thread of this process, at `url`; a context manager.

    `port` 0 picks a free port. `pace` is in tokens per second; 0 sends everything at once. With a `model`, that one
    writes the text, at its own pace, except in calls that an armed fault applies to.
    """

    def __init__(self, *, port: int = 0, pace: float = 0, model: SmolLM2 | None = None) -> None:
        self.behaviors = Behaviors()
        self.calls: list[dict[str, Any]] = []
        self.pace = pace
        self.model = model
        self._stopping = threading.Event()
        self._server = LocalServer(_Handler, self, port=port)
        self.url = self._server.url

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        """Stop serving. Responses in progress break off."""
        self._stopping.set()
        self._server.stop()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

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
        writer = self.owner.model
        if writer and kind in {None, Kind.DISCONNECT}:
            return self._written(writer, request, operation, breaks_off=kind is Kind.DISCONNECT)
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
            self._send(frame)
        if response.breaks_off:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def _written(self, model: SmolLM2, request: dict[str, Any], operation: str, breaks_off: bool) -> None:
        """Respond with a real model's text. The stream's head is sent with the first token, so it can still fail."""
        converse, tokens = self.owner, list[str]()
        streams = operation == "converse-stream"

        def on_text(text: str) -> bool:
            if streams and not tokens:
                self._begin()
            tokens.append(text)
            if streams:
                self._send(ModelResponse([text], "", 0, None).delta(text))
            return not converse.is_stopping and not (breaks_off and len(tokens) >= _MIDDLE)

        try:
            written = model.write(request, on_text)
        except InvalidCall:
            return self._refuse(400, "ValidationException", "Input is too long for requested model.")
        response = ModelResponse(
            tokens, written.stop_reason, written.input_tokens, Kind.DISCONNECT if breaks_off else None
        )
        if not streams:
            return self._write(200, response.document())
        if not tokens:
            self._begin()
        if response.breaks_off:
            self.close_connection = True
            return None
        for frame in response.ending():
            self._send(frame)
        self.wfile.write(b"0\r\n\r\n")
        return None

    def _begin(self) -> None:
        self.write_head(200, aws_headers(None, event_stream.CONTENT_TYPE) | {"Transfer-Encoding": "chunked"})
        self._send(event_stream.event("messageStart", {"role": "assistant"}))

    def _send(self, frame: bytes) -> None:
        self.wfile.write(f"{len(frame):x}\r\n".encode() + frame + b"\r\n")

    def _refuse(self, status: int, code: str, message: str) -> None:
        self._write(status, {"message": message}, code)

    def _write(self, status: int, content: Any, error_type: str | None = None) -> None:
        self.write_response(status, aws_headers(error_type), json.dumps(content, ensure_ascii=False).encode())
