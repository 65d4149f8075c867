"""The public address of the local stack, in front of the emulator's HTTP API: `http://127.0.0.1:<port>/api/...`.

It adds API Gateway behavior that the emulator lacks: 413 for a body over 10 MB, 431 for headers over 10,240 bytes, a
timeout of 30 s, 500 without details for a function that fails, CORS headers on every response, and OPTIONS requests
that reach the function unless they are preflight requests (the emulator responds to them itself and allows everything).
Like API Gateway, it buffers the whole body before forwarding it.
"""

from __future__ import annotations

import errno
import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from http import HTTPStatus
from types import TracebackType
from typing import NamedTuple, Self

import urllib3
from urllib3.util import SKIP_HEADER

from scripts.local import hosted_login, options_request
from scripts.local.access_log import AccessLog
from scripts.local.cors import CorsPolicy
from scripts.local.http_server import LocalServer, SilentHandler, free_port

MAX_BODY_BYTES = 10_000_000
MAX_HEADER_BYTES = 10_240
"""Request line and header values, https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html."""
INTEGRATION_TIMEOUT_S = 30.0
CHUNK_BYTES = 64 * 1024
HOP_BY_HOP = {
    *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
    *("te", "trailer", "transfer-encoding", "upgrade"),
}
"""Hop-by-hop headers, https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1."""


class PortTaken(RuntimeError):
    """Another program listens on the port."""


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Gateway:
    """Binds its port immediately, refuses connections until `start`, and serves from threads of this process.

    `port` None picks a free port. Raises PortTaken.
    """

    def __init__(
        self, port: int | None = None, access_log: AccessLog | None = None, cors_origins: Collection[str] = ()
    ) -> None:
        try:
            self._server = _Server(port or free_port(), access_log, CorsPolicy(cors_origins))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTaken(f"Port {port} is taken by another program.") from error
        self.port, self.url = self._server.port, self._server.url

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, emulator_url: str, api_id: str, function: str) -> None:
        """Start forwarding. `function` is the full name of the API's function."""
        self._server.connect(emulator_url, api_id, function)
        self._server.start()

    def stop(self) -> None:
        """Stop serving and close open connections. Idempotent."""
        self._server.stop()


class _Server(LocalServer["_Server"]):
    def __init__(self, port: int, access_log: AccessLog | None, cors: CorsPolicy) -> None:
        super().__init__(_Handler, self, port=port)
        self.access_log = access_log
        self.cors = cors

    def connect(self, emulator_url: str, api_id: str, function: str) -> None:
        timeout = urllib3.Timeout(connect=3, read=INTEGRATION_TIMEOUT_S)
        self._pool = urllib3.connection_from_url(emulator_url, maxsize=256, retries=False, timeout=timeout)
        self._prefix = f"/_aws/execute-api/{api_id}/$default"
        self._invocations = f"/2015-03-31/functions/{function}/invocations"

    def answer(self, method: str, target: str, headers: urllib3.HTTPHeaderDict, body: bytes) -> Answer:
        """Return the response of the emulator. Raises urllib3's HTTPError if it does not respond."""
        if self.cors.is_preflight(method, headers):
            return Answer(HTTPStatus.NO_CONTENT, self.cors.preflight_headers(headers["Origin"]), b"")
        if method == "OPTIONS":
            response = self._pool.urlopen(
                "POST", self._invocations, body=json.dumps(options_request.event(target, headers))
            )
            return Answer(*options_request.answer(response))
        for name in ("User-Agent", "Accept-Encoding"):
            headers.setdefault(name, SKIP_HEADER)  # otherwise urllib3 sends its own
        is_login = hosted_login.serves(target)
        if is_login:
            target, body, replaced = hosted_login.as_emulated(target, body)
            for name, value in replaced.items():
                headers[name] = value
        response = self._pool.urlopen(
            method,
            target if is_login else self._prefix + target,
            body=body or None,
            headers=headers,
            redirect=False,
            decode_content=False,
        )
        if response.status == HTTPStatus.BAD_GATEWAY:  # the function failed; hide the emulator's details
            return _message(HTTPStatus.INTERNAL_SERVER_ERROR)
        if is_login:
            return Answer(*hosted_login.answer(response))
        return Answer(response.status, _end_to_end(response.headers.items()), response.data)


class _Handler(SilentHandler[_Server]):
    wbufsize = -1  # send head and body in one piece

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Forward every method."""
        if name.startswith("do_"):
            return self._hand_on
        raise AttributeError(name)

    def send_error(self, code: int, *_: object, **__: object) -> None:
        """Respond in JSON to malformed HTTP and to requests over the base class's limits; it would send HTML."""
        self.close_connection = True
        self._write(_message(HTTPStatus(code)))

    def _hand_on(self) -> None:
        began = time.monotonic()
        answer = self._answer()
        if log := self.owner.access_log:
            log.write(self.command, self.path, answer.status, self.headers.get("User-Agent", ""), began)
        self._write(answer)

    def _answer(self) -> Answer:
        if len(self.requestline) + sum(len(value) for value in self.headers.values()) > MAX_HEADER_BYTES:
            self.close_connection = True
            return _message(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        try:
            body = self._body()
        except ValueError:
            self.close_connection = True
            return _message(HTTPStatus.BAD_REQUEST)
        if len(body) > MAX_BODY_BYTES:
            return _message(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large")
        headers = urllib3.HTTPHeaderDict(_end_to_end(self.headers.items()))
        headers.discard("Content-Length")  # the body may have been chunked
        try:
            return self.owner.answer(self.command, self.path, headers, body)
        except urllib3.exceptions.ReadTimeoutError:
            return _message(HTTPStatus.SERVICE_UNAVAILABLE)
        except urllib3.exceptions.HTTPError:
            return _message(HTTPStatus.BAD_GATEWAY)

    def _body(self) -> bytes:
        """Return the client's body. Reads all of it, but keeps little more than the limit. Raises ValueError."""
        body = bytearray()
        for part in self._parts():
            body += part[: MAX_BODY_BYTES + 1 - len(body)]
        return bytes(body)

    def _parts(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            yield from self._read(int(self.headers.get("Content-Length", "0")))
            return
        while size := int(self.rfile.readline(CHUNK_BYTES).partition(b";")[0], 16):
            yield from self._read(size)
            self.rfile.readline(CHUNK_BYTES)
        while self.rfile.readline(CHUNK_BYTES).strip():
            """Trailers are not forwarded."""

    def _read(self, size: int) -> Iterator[bytes]:
        if size < 0:
            raise ValueError("a negative length")
        while size:
            part = self.rfile.read(min(size, CHUNK_BYTES))
            if not part:
                raise ConnectionError("the client went away in the middle of its request")
            size -= len(part)
            yield part

    def _write(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        received = getattr(self, "headers", None) or {}  # a malformed request has none
        cors = self.owner.cors
        headers = answer.headers
        if not cors.is_preflight(self.command or "", received):
            headers = cors.applied(headers, received.get("Origin"))
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)


def _end_to_end(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def _message(status: HTTPStatus, text: str = "") -> Answer:
    """Return a response that API Gateway itself generates."""
    body = json.dumps({"message": text or status.phrase}).encode()
    return Answer(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))], body)
