"""Requests of ordinary users and of attackers, for abuse.py.

Each kind of traffic sends one request after another, from any thread. Attackers that submit analyses have an account
each, because the limits of one would stop another.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

import urllib3

from scripts.benchmarks.import_files import FILES
from scripts.benchmarks.slow_bodies import BODIES
from scripts.manifest import read_manifest

AT_ONCE = 16
"""Concurrent requests. The emulator runs a process for each."""
MAX_CONCURRENT_JOBS = int(read_manifest().functions["api"].environment["MAX_CONCURRENT_JOBS"])
_JSON, _CSV = "application/json", "text/csv"
_SCRIPT = re.compile(rb'src="/(docs/[^"]+)"')
_SLOWEST_FILES = (
    *("the largest that is accepted", "names with tickers", "labels", "headers"),
    *("bonds", "currency signs", "deposits"),
)
_SLOWEST_BODIES = ("80,000 fields", "fractions", "objects with a field", "a long name of joiners", "options: objects")


@dataclass(frozen=True)
class Answer:
    """`status` is 0 if the connection failed."""

    status: int
    etag: str = ""
    body: bytes = b""

    @property
    def job_id(self) -> str:
        """The id of the job in this 202 response."""
        job_id: str = json.loads(self.body)["job_id"]
        return job_id


class Client(Protocol):
    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer: ...


class HttpClient:
    """A client of the API for one account, or one that sends no token if `token` is empty. Never retries."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = {"Authorization": f"Bearer {token}"} if token else {}
        timeout = urllib3.Timeout(connect=5, read=35)
        self._pool = urllib3.PoolManager(maxsize=AT_ONCE, retries=False, timeout=timeout)

    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        sent = self._token | (headers or {})
        try:
            response = self._pool.request(
                method, self._url + path, body=body or None, headers=sent, decode_content=False
            )
        except urllib3.exceptions.HTTPError:
            return Answer(0)
        return Answer(response.status, response.headers.get("ETag", ""), response.data)


def analyze(client: Client, headers: dict[str, str] | None = None) -> Answer:
    return client.send("POST", "/api/analyze", b"{}", {"Content-Type": _JSON, **(headers or {})})


def poll(client: Client, job_id: str, etag: str) -> Answer:
    return client.send("GET", f"/api/jobs/{job_id}", headers={"If-None-Match": etag} if etag else {})


def list_jobs(client: Client) -> Answer:
    return client.send("GET", "/api/jobs")


class Traffic(Protocol):
    @property
    def name(self) -> str: ...

    def send(self) -> Answer:
        """Send the next request. Thread-safe."""


class Ordinary:
    """An ordinary user: an analysis in every fifty requests, otherwise polls, lists and accounts."""

    name = "ordinary requests"

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers = count()
        self._job_id = self._etag = ""

    def send(self) -> Answer:
        number = next(self._numbers)
        if number % 50 == 0:
            response = analyze(self._client)
            if response.status == 202:
                self._job_id = response.job_id
            return response
        if number % 8 == 7:
            return self._client.send("GET", "/api/accounts")
        if number % 8 == 3 or not self._job_id:
            return list_jobs(self._client)
        response = poll(self._client, self._job_id, self._etag)
        self._etag = response.etag
        return response


class SubmitAndCancel:
    """Keeps as many analyses running as one account may, canceling the oldest to start the next."""

    name = "submit and cancel"

    def __init__(self, client: Client) -> None:
        self._client = client
        self._running: deque[str] = deque()
        self._lock = threading.Lock()
        self.cancelled: list[str] = []
        """The ids of the jobs, oldest first."""

    def send(self) -> Answer:
        with self._lock:
            oldest = self._running.popleft() if len(self._running) >= MAX_CONCURRENT_JOBS else None
        if oldest:
            return self._cancel(oldest)
        response = analyze(self._client)
        if response.status == 202:
            self._running.append(response.job_id)
        return response

    def stop(self) -> None:
        """Cancel the analyses that are still running. Not thread-safe."""
        while self._running:
            self._cancel(self._running.popleft())

    def _cancel(self, job_id: str) -> Answer:
        self.cancelled.append(job_id)
        return self._client.send("POST", f"/api/jobs/{job_id}/cancel")


@dataclass(frozen=True)
class Replay:
    """Repeats one submission with its idempotency key."""

    client: Client
    name: str = "replays"

    def send(self) -> Answer:
        return analyze(self.client, {"Idempotency-Key": "always-the-same"})


@dataclass(frozen=True)
class Storm:
    """Submits analyses regardless of the limits."""

    client: Client
    name: str = "429 storm"

    def send(self) -> Answer:
        return analyze(self.client)


def _slow_requests() -> list[tuple[str, str, bytes, str]]:
    files = [("POST", "/api/portfolio/import", FILES[name](), _CSV) for name in _SLOWEST_FILES]
    bodies = [(*_route(name), BODIES[name], _JSON) for name in _SLOWEST_BODIES]
    return [*files, *bodies]


def _route(body: str) -> tuple[str, str]:
    return ("POST", "/api/analyze") if body.startswith("options") else ("PUT", "/api/user")


@dataclass(frozen=True)
class SlowBodies:
    """Sends the bodies of 1 MB that take the api function longest, accepted ones and refused ones."""

    client: Client
    name: str = "slow bodies"
    _numbers: count[int] = field(default_factory=count)
    _requests: list[tuple[str, str, bytes, str]] = field(default_factory=_slow_requests)

    def send(self) -> Answer:
        method, path, body, media_type = self._requests[next(self._numbers) % len(self._requests)]
        return self.client.send(method, path, body, {"Content-Type": media_type})


class Documentation:
    """Requests the documentation unconditionally: the page, the document uncompressed, and the page's script."""

    name = "documentation"

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers = count()
        self._script = "/docs"

    def send(self) -> Answer:
        match next(self._numbers) % 3:
            case 0:
                page = self._client.send("GET", "/docs")
                if found := _SCRIPT.search(page.body):
                    self._script = f"/{found[1].decode()}"
                return page
            case 1:
                return self._client.send("GET", "/openapi.json", headers={"Accept-Encoding": "identity"})
            case _:
                return self._client.send("GET", self._script, headers={"Accept-Encoding": "gzip"})
