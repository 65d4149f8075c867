"""Kept-alive connections to the Data API: when they are reused, and how a broken one is handled."""

from __future__ import annotations

import gc
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import suppress

import pytest

from functions.shared.database.connections import Connections, NoAnswer, NotSent

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
REFUSAL = b"HTTP/1.1 400 Bad Request\r\nx-amzn-errortype: BadRequestException\r\nContent-Length: 2\r\n\r\n{}"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"


class Service:
    """Returns its responses in order, one per request. `b""` closes the connection instead."""

    def __init__(self) -> None:
        self.responses: list[bytes] = []
        self.connections = 0
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._accepted: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._accepted.append(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(ConnectionError):  # closed only here: another socket may reuse its number at once
            while request := connection.recv(65_536):
                self.requests.append(request)
                response = self.responses.pop(0) if self.responses else ANSWER
                if not response:
                    return
                connection.sendall(response)

    def cut(self) -> None:
        """End every connection, as the service does with idle ones."""
        while self._accepted:
            with suppress(OSError):  # it may already be closed
                self._accepted.pop().shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        self.cut()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.stop()


@pytest.fixture
def connections(service: Service) -> Connections:
    return Connections(service.url, connect_timeout_s=60)


def post(connections: Connections, timeout_s: float = 60) -> int:
    return connections.post("/Execute", b"{}", {"Host": connections.host}, timeout_s).status


def test_calls_share_one_connection(connections: Connections, service: Service) -> None:
    assert [post(connections) for _ in range(3)] == [200, 200, 200]
    assert service.connections == 1


def test_headers_and_body_are_sent_in_one_write(connections: Connections, service: Service) -> None:
    post(connections)

    assert [request.endswith(b"\r\n\r\n{}") for request in service.requests] == [True]


def test_connection_that_service_closed_is_replaced(connections: Connections, service: Service) -> None:
    post(connections)
    service.cut()

    assert post(connections) == 200
    assert service.connections == 2


def test_connection_that_service_ends_is_not_kept(connections: Connections, service: Service) -> None:
    service.responses = [LAST]

    assert [post(connections), post(connections)] == [200, 200]
    assert service.connections == 2


def test_error_has_its_type(connections: Connections, service: Service) -> None:
    service.responses = [REFUSAL]

    response = connections.post("/Execute", b"{}", {"Host": connections.host}, 60)

    assert (response.status, response.error_type) == (400, "BadRequestException")


def test_request_cut_off_without_response_may_have_run(connections: Connections, service: Service) -> None:
    service.responses = [b""]

    with pytest.raises(NoAnswer):
        post(connections)


def test_statement_without_timely_response_may_have_run(connections: Connections, service: Service) -> None:
    service.responses = [ANSWER[:20]]

    with pytest.raises(NoAnswer, match="TimeoutError"):
        post(connections, timeout_s=0.1)


def test_refused_connection_means_nothing_was_received(service: Service) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(NotSent, match="ConnectionRefusedError"):
        post(Connections(f"http://127.0.0.1:{port}", connect_timeout_s=60))


def test_endpoint_path_precedes_request_path(service: Service) -> None:
    post(Connections(f"{service.url}/data/", connect_timeout_s=60))

    assert service.requests[0].startswith(b"POST /data/Execute HTTP/1.1\r\n")


def test_unused_connections_are_closed(service: Service) -> None:
    connections = Connections(service.url, connect_timeout_s=60)
    post(connections)

    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        del connections
        gc.collect()
