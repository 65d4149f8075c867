"""The HTTP server of the gateway, the Data API and the stand-ins for Bedrock and a price source.

Servers from other packages do not fit. Werkzeug's closes each connection after its response, so tests would never use
the keep-alive connections that the functions' clients rely on. WSGI does not let an application drop a connection,
send less than the announced length, or respond to a malformed request, and the faults here do all three.
"""

from __future__ import annotations

import errno
import http.client
import socket
import socketserver
import sys
import threading
import uuid
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from itertools import count, islice
from random import SystemRandom
from typing import Any, Final, Generic, TypeVar, cast

Owner = TypeVar("Owner")
_PORTS: Final = range(10_000, 32_000)
"""Systems assign ports to connections, and to servers on port 0, from above this range."""
_TURNS: Final = count(SystemRandom().randrange(len(_PORTS)))
"""Each process begins elsewhere, because two may look for ports at the same time."""


class LocalServer(socketserver.ThreadingTCPServer, Generic[Owner]):
    """A server on 127.0.0.1 with one thread per connection. Binds its port immediately and serves after `start`.

    Its handlers work for `owner`. `port` 0 picks a free port. Raises OSError if the port is in use.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, handler: type[SilentHandler[Owner]], owner: Owner, *, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler, bind_and_activate=False)
        self.owner = owner
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
        name = type(self.owner).__name__
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True, name=name)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and close every open connection. Idempotent."""
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
        if not isinstance(sys.exception(), ConnectionError):  # clients may disconnect at any time
            super().handle_error(request, client_address)


class SilentHandler(BaseHTTPRequestHandler, Generic[Owner]):
    """Keeps connections open and logs nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def owner(self) -> Owner:
        """The server's owner."""
        return cast(LocalServer[Owner], self.server).owner

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def write_response(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send head and body in one write, with Content-Length."""
        self.wfile.write(self._head(status, {**headers, "Content-Length": str(len(body))}) + body)

    def write_head(self, status: int, headers: Mapping[str, str]) -> None:
        self.wfile.write(self._head(status, headers))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the base class's
        """Suppress the base class's log; each server keeps its own record of requests."""

    def _head(self, status: int, headers: Mapping[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        if self.close_connection:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode()


def aws_headers(error_type: str | None = None, content_type: str = "application/json") -> dict[str, str]:
    """Return the headers of an AWS service's response. SDKs derive the exception from `error_type`."""
    headers = {"Content-Type": content_type, "x-amzn-RequestId": str(uuid.uuid4())}
    return headers | ({"x-amzn-ErrorType": error_type} if error_type else {})


def is_healthy(port: int, path: str) -> bool:
    """Return whether a server on this machine responds with 200 to a GET of `path`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    """Return a port that is currently free. No connection and no other call gets it before a server binds it."""
    for turn in islice(_TURNS, len(_PORTS)):
        port = _PORTS[turn % len(_PORTS)]
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError(errno.EADDRINUSE, "no port is free")
