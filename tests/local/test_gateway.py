"""The address in front of the emulator's HTTP API: which requests it forwards, and which it handles itself."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import urllib3

from scripts.local.access_log import AccessLog
from scripts.local.emulator import Emulator
from scripts.local.functions import create_functions
from scripts.local.gateway import MAX_BODY_BYTES, Gateway, PortTaken
from scripts.local.http_api import create_http_api
from scripts.local.http_server import LocalServer, SilentHandler, free_port
from scripts.local.processes import Registry
from scripts.local.sign_in import start_with_sign_in
from scripts.manifest import DeploymentContext, Manifest

FUNCTIONS = Path(__file__).parent / "functions"
TABLE = {
    "functions": {"api": {"description": "Serves requests.", "trigger": "http", "memory_mb": 128, "timeout_s": 30}},
    "queues": {},
}
ORIGIN = "http://localhost:3000"


class Served(NamedTuple):
    url: str
    token: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An HTTP API in the emulator whose function echoes its requests, and the gateway to it."""
    folder = tmp_path_factory.mktemp("gateway")
    emulator = Emulator(folder / "emulator", registry=Registry(folder / "processes.json"))
    with Gateway(cors_origins=[ORIGIN]) as gateway:
        try:
            sign_in = start_with_sign_in(emulator, "http://127.0.0.1:8000")
            create_functions(
                emulator,
                Manifest.model_validate(TABLE),
                DeploymentContext(cluster_arn="", secret_arns={}, database="", queue_urls={}),
                endpoints={},
                code={"api": FUNCTIONS / "api"},
                variables={},
            )
            gateway.start(emulator.url, create_http_api(emulator, sign_in), "alex-api")
            yield Served(gateway.url, sign_in.token)
        finally:
            emulator.stop()


def ask(served: Served, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
    """Send a signed-in request, unless it has its own headers."""
    headers = {"Authorization": f"Bearer {served.token}"}
    return urllib3.request(
        method, served.url + path, **{"headers": headers, "retries": False, "redirect": False, **options}
    )


def test_function_receives_request_as_sent(served: Served) -> None:
    headers = {"Authorization": f"Bearer {served.token}", "Idempotency-Key": "k1", "Content-Type": "application/json"}

    event = ask(served, "POST", "/api/a%20b/echo?x=1&y=%C3%BC", headers=headers, body=b'{"a": "\xc3\xa9"}').json()

    assert event["version"] == "2.0"
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["rawPath"] == "/api/a b/echo"
    assert event["rawQueryString"] == "x=1&y=%C3%BC"
    assert event["headers"]["idempotency-key"] == "k1"
    assert event["headers"]["host"] == served.url.removeprefix("http://")
    assert event["body"] == '{"a": "é"}'
    assert event["routeKey"] == "ANY /api/{proxy+}"
    assert event["requestContext"]["authorizer"]["jwt"]["claims"]["username"] == "developer"


def test_missing_user_agent_stays_missing(served: Served) -> None:
    connection = http.client.HTTPConnection(served.url.removeprefix("http://"))
    connection.putrequest("GET", "/health", skip_accept_encoding=True)
    connection.endheaders()

    headers = json.loads(connection.getresponse().read())["headers"]

    connection.close()
    assert set(headers) == {"host"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("status", [200, 201, 204, 304, 404, 405, 429, 503])
def test_methods_and_statuses_are_forwarded(served: Served, method: str, status: int) -> None:
    response = ask(served, method, f"/api/{status}")

    assert (response.status, response.data, response.headers["ETag"]) == (status, b"", '"1"')


def test_response_to_head_has_no_body_and_connection_stays_usable(served: Served) -> None:
    connection = http.client.HTTPConnection(served.url.removeprefix("http://"))
    for method, length in (("HEAD", 0), ("GET", 256), ("HEAD", 0)):
        connection.request(method, "/api/bytes", headers={"Authorization": f"Bearer {served.token}"})
        response = connection.getresponse()
        assert (response.status, len(response.read())) == (200, length)
    connection.close()


def test_bytes_and_cookies_are_returned_unchanged(served: Served) -> None:
    assert ask(served, "GET", "/api/bytes").data == bytes(range(256))
    assert ask(served, "GET", "/api/cookies").headers.getlist("Set-Cookie") == ["a=1", "b=2"]


def test_chunked_body_arrives_whole(served: Served) -> None:
    parts = [b"account,symbol\n", b"x" * 100_000, b"\nend"]
    headers = {"Authorization": f"Bearer {served.token}", "Content-Type": "text/csv"}

    event = ask(served, "POST", "/api/echo", headers=headers, body=iter(parts)).json()

    assert event["body"].encode() == b"".join(parts)


@pytest.mark.parametrize("path", ["/api/echo", "/api/jobs/1/stream"])
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer x.y.z", "foreign signature", "garbled claims"])
def test_api_requires_a_token_of_the_stack(served: Served, path: str, authorization: str | None) -> None:
    header, payload, signature = served.token.split(".")
    forged = {
        "foreign signature": f"Bearer {header}.{payload}.{signature[::-1]}",
        "garbled claims": f"Bearer {header}.{payload[::-1]}.{signature}",
    }
    headers = {} if authorization is None else {"Authorization": forged.get(authorization, authorization)}

    response = ask(served, "GET", path, headers=headers)

    assert (response.status, response.json()) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json", "/"])
def test_paths_outside_api_need_no_token(served: Served, path: str) -> None:
    event = ask(served, "GET", path, headers={}).json()

    assert (event["rawPath"], event["routeKey"]) == (path, "$default")
    assert "authorizer" not in event["requestContext"]


def test_options_request_reaches_function_without_token(served: Served) -> None:
    response = ask(served, "OPTIONS", "/api/analyze", headers={})

    assert (response.status, response.data, response.headers["Allow"]) == (204, b"", "POST")
    assert "Access-Control-Allow-Origin" not in response.headers


def test_preflight_request_allows_only_known_origin(served: Served) -> None:
    preflight = {"Access-Control-Request-Method": "POST"}

    known = ask(served, "OPTIONS", "/api/crash", headers={"Origin": ORIGIN, **preflight})
    unknown = ask(served, "OPTIONS", "/api/crash", headers={"Origin": f"{ORIGIN}.evil.example", **preflight})

    assert (known.status, known.headers["Access-Control-Allow-Origin"]) == (204, ORIGIN)
    assert {"Authorization", "Idempotency-Key"} <= set(known.headers["Access-Control-Allow-Headers"].split(","))
    assert "PATCH" in known.headers["Access-Control-Allow-Methods"].split(",")
    assert (unknown.status, "Access-Control-Allow-Origin" in unknown.headers) == (204, False)


def test_every_response_may_be_read_by_known_origin(served: Served) -> None:
    origin = {"Origin": ORIGIN}
    signed_in = origin | {"Authorization": f"Bearer {served.token}"}

    responses = [
        ask(served, "GET", "/api/echo", headers=signed_in),
        ask(served, "GET", "/api/echo", headers=origin),
        ask(served, "POST", "/api/echo", headers=signed_in, body=b"x" * (MAX_BODY_BYTES + 1)),
        ask(served, "GET", "/api/crash", headers=signed_in),
    ]

    assert [response.status for response in responses] == [200, 401, 413, 500]
    for response in responses:
        assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert "Retry-After" in response.headers["Access-Control-Expose-Headers"].split(",")
        assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "in chunks"])
def test_body_over_10_mb_is_refused(served: Served, chunked: bool) -> None:
    body = b"x" * (MAX_BODY_BYTES + 1)

    response = ask(served, "POST", "/api/echo", body=iter([body]) if chunked else body)

    assert (response.status, response.json()) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize("length", ["-1", "many"])
def test_invalid_content_length_is_refused(served: Served, length: str) -> None:
    response = ask(served, "POST", "/api/echo", headers={"Content-Length": length}, body=b"x")

    assert (response.status, response.json()) == (400, {"message": "Bad Request"})


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_failing_function_is_a_500_without_details(served: Served, method: str) -> None:
    response = ask(served, method, "/api/crash")

    assert (response.status, response.json()) == (500, {"message": "Internal Server Error"})


def test_one_connection_serves_many_requests(served: Served) -> None:
    pool = urllib3.connection_from_url(served.url, maxsize=1, retries=False)

    statuses = [pool.request("GET", "/health").status for _ in range(5)]

    assert statuses == [200] * 5
    assert pool.num_connections == 1
    pool.close()


def test_concurrent_clients_are_served_concurrently() -> None:
    """The server behind the gateway responds only after all requests have arrived."""
    barrier = threading.Barrier(8, timeout=60)

    class Behind(SilentHandler[None]):
        def do_GET(self) -> None:
            barrier.wait()
            self.write_response(200, {}, b"")

    behind = LocalServer(Behind, None)
    behind.start()
    with Gateway() as gateway, ThreadPoolExecutor(barrier.parties) as clients:
        gateway.start(behind.url, "api", "alex-api")
        url = f"{gateway.url}/api/x"
        pending = [clients.submit(urllib3.request, "GET", url, retries=False, timeout=60) for _ in range(8)]
        statuses = [each.result().status for each in pending]
    behind.stop()

    assert statuses == [200] * 8


def test_missing_emulator_is_a_502() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with Gateway() as gateway:
            gateway.start(f"http://127.0.0.1:{unused.getsockname()[1]}", "api", "alex-api")

            response = urllib3.request("GET", f"{gateway.url}/api/x", retries=False)

    assert (response.status, response.headers["Content-Type"], response.json()) == (
        502,
        "application/json",
        {"message": "Bad Gateway"},
    )


def test_access_log_contains_agent_and_path_but_no_query(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "access.log")
    with Gateway(access_log=log) as gateway:
        gateway.start("http://127.0.0.1:9", "api", "alex-api")
        urllib3.request("GET", f"{gateway.url}/api/x?code=secret", headers={"User-Agent": "somebody"}, retries=False)

    (access,) = log.read()
    assert (access.method, access.path, access.status, access.user_agent) == ("GET", "/api/x", 502, "somebody")
    assert "secret" not in log.file.read_text()


def test_free_ports_differ_and_are_none_that_linux_assigns() -> None:
    """It assigns ports from 32,768 on (ip_local_port_range, "IP Sysctl" in the documentation of its kernel)."""
    ports = [free_port() for _ in range(50)]

    assert len(set(ports)) == 50
    assert max(ports) < 32_768


def test_port_is_reserved_at_once_but_accepts_only_after_start() -> None:
    with Gateway() as gateway, socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", gateway.port)) != 0


def test_stop_cuts_connections_and_frees_port(served: Served) -> None:
    gateway = Gateway()
    gateway.start("http://127.0.0.1:9", "api", "alex-api")
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=60) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(4096)

        gateway.stop()

        assert client.recv(4096) == b""
    Gateway(gateway.port).stop()


def test_taken_port_is_reported() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match=f"Port {port} is taken by another program"):
            Gateway(port)
