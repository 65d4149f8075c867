"""A client that polls a job: it retries through outages and stops when the job has ended."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from scripts import api_client
from scripts.api_client import AlexApi, ApiError

Response = tuple[int, dict[str, str], dict[str, Any]]
DROP: Response = (0, {}, {})
RUNNING: Response = (200, {"Retry-After": "0", "ETag": '"1"'}, {"status": "running"})
COMPLETED: Response = (200, {"ETag": '"2"'}, {"status": "completed"})


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AlexApi]]:
    """`service(response, ...)` returns a client of a service with these responses in turn. DROP hangs up."""
    monkeypatch.setattr(api_client, "PAUSE_S", 0.01)
    servers: list[HTTPServer] = []

    def start(*responses: Response, waits: Callable[[str], None] | None = None) -> AlexApi:
        left = list(responses)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, document = left.pop(0)
                if status == 0:
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"" if status == 304 else json.dumps(document).encode())

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the base class
                """Print nothing."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return AlexApi(f"http://127.0.0.1:{server.server_port}", "token", waits=waits)

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_client_gives_up_soon_on_unresponsive_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_client, "FIRST_CONTACT_S", 0.05)
    monkeypatch.setattr(api_client, "PAUSE_S", 0.01)

    with pytest.raises(ApiError, match=r"The API can't be reached at http://127\.0\.0\.1:9\."):
        AlexApi("http://127.0.0.1:9", "token").get("/health")


def statuses(alex: AlexApi) -> list[str]:
    return [job["status"] for job in alex.watch("job", 0.01)]


def test_job_is_watched_until_its_end(service: Callable[..., AlexApi]) -> None:
    assert statuses(service(RUNNING, COMPLETED)) == ["running", "completed"]


def test_unchanged_job_is_not_repeated(service: Callable[..., AlexApi]) -> None:
    unchanged: Response = (304, {"Retry-After": "0"}, {})

    assert statuses(service(RUNNING, unchanged, unchanged, COMPLETED)) == ["running", "completed"]


@pytest.mark.parametrize(
    "trouble",
    [DROP, (503, {"Retry-After": "10"}, {"detail": "The database is waking up."}), (502, {}, {}), (429, {}, {})],
    ids=["hung up", "waking up", "bad gateway", "throttled"],
)
def test_outages_are_retried(service: Callable[..., AlexApi], trouble: Response) -> None:
    assert statuses(service(RUNNING, trouble, trouble, COMPLETED)) == ["running", "completed"]


def test_reason_for_waiting_is_reported_once_per_wait(service: Callable[..., AlexApi]) -> None:
    waking: Response = (503, {"Retry-After": "10"}, {"detail": "The database is waking up."})
    messages: list[str] = []

    assert statuses(service(waking, waking, RUNNING, DROP, COMPLETED, waits=messages.append)) == [
        "running",
        "completed",
    ]

    assert messages[0] == "The database is waking up."
    assert messages[1].startswith("The API can't be reached at http://127.0.0.1:")
    assert len(messages) == 2


def test_error_is_raised_with_detail_from_service(service: Callable[..., AlexApi]) -> None:
    with pytest.raises(ApiError, match=r"Not found\.") as raised:
        statuses(service((404, {}, {"detail": "Not found."})))

    assert raised.value.status == 404


def test_retries_are_limited(service: Callable[..., AlexApi], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_client, "RETRY_BUDGET_S", 0.0)

    with pytest.raises(ApiError, match="can't be reached"):
        statuses(service(RUNNING, DROP, DROP))
