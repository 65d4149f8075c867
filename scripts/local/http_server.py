"""What the stack's own HTTP servers have in common, and the question whether a child's server answers."""

from __future__ import annotations

import http.client
import socket
import socketserver
import sys
import threading
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any


class LocalServer(socketserver.ThreadingTCPServer):
    """On 127.0.0.1, a thread a connection; `port` 0 takes a free one. Takes its port at once, serves from `start` on.

    Raises OSError when the port is taken.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, handler: type[BaseHTTPRequestHandler], *, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler, bind_and_activate=False)
        self._open: set[Any] = set()
        self._thread: threading.Thread | None = None
        try:
            self.server_bind()
        except OSError:
            self.server_close()
            raise
        self.port = int(self.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.server_activate()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True, name=type(self).__name__)
        self._thread.start()

    def stop(self) -> None:
        """Cuts the connections too that clients keep open: a stopped server answers nobody. Can be repeated."""
        if self._thread is not None:
            self.shutdown()
            self._thread = None
        for connection in list(self._open):
            self.shutdown_request(connection)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client that went away is no news
            super().handle_error(request, client_address)


class SilentHandler(BaseHTTPRequestHandler):
    """Keeps connections open, and says nothing of requests."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def write_answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """With its length, in one write."""
        self.wfile.write(self._head(status, {**headers, "Content-Length": str(len(body))}) + body)

    def write_head(self, status: int, headers: Mapping[str, str]) -> None:
        self.wfile.write(self._head(status, headers))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the base class's
        """Silent: what was asked is told elsewhere."""

    def _head(self, status: int, headers: Mapping[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"x-amzn-RequestId: {uuid.uuid4()}"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        if self.close_connection:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode()


def answers(port: int, path: str) -> bool:
    """Whether a server on this machine answers 200 there, now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    """One that nobody listens at, now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
