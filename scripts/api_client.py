"""A client of Alex's HTTP API."""

import json
import time
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3

#: Total time to retry while the database resumes or the network is down.
RETRY_BUDGET_S = 120.0
#: Less for an address that has never responded, which is probably wrong.
FIRST_CONTACT_S = 10.0
PAUSE_S = 2.0
_UNAVAILABLE = frozenset({429, 502, 503, 504})


class ApiError(Exception):
    """The API rejected a request. The message is the API's own; `errors` lists fields or lines."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail") or problem.get("title") or problem.get("message") or f"status {status}")
        self.status = status
        self.errors: list[dict[str, Any]] = problem.get("errors", [])


class AlexApi:
    """The API at a URL, for one signed-in user. `waits` is called with the reason when a wait begins."""

    def __init__(self, url: str, token: str, *, waits: Callable[[str], None] | None = None) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._waits = waits or (lambda _reason: None)
        self._has_responded = False
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=35))

    def get(self, path: str) -> Any:
        """Return a resource. Retries while the service is unavailable. Raises ApiError."""
        return json.loads(self._with_retries("GET", path).data)

    def get_text(self, path: str) -> str:
        """Return a resource that is not JSON. Retries like `get`. Raises ApiError."""
        return self._with_retries("GET", path).data.decode()

    def post(self, path: str, body: bytes = b"", content_type: str = "application/json") -> Any:
        """Send a POST. Raises ApiError without a retry, because repeating a POST may not be safe."""
        return json.loads(self._send("POST", path, {"Content-Type": content_type}, body).data)

    def put(self, path: str, body: bytes) -> Any:
        """Send a PUT. Raises ApiError."""
        return json.loads(self._send("PUT", path, {"Content-Type": "application/json"}, body).data)

    def delete(self, path: str) -> None:
        """Delete a resource. Raises ApiError."""
        self._send("DELETE", path)

    def watch(self, job_id: str, interval_s: float | None = None) -> Iterator[dict[str, Any]]:
        """Yield the job each time it changes until it ends, with `as_of`, the time of the response by the API's
        clock.

        Polls as often as the API requests, or every `interval_s`. Retries while the service is unavailable. Raises
        ApiError.
        """
        etag = ""
        while True:
            response = self._with_retries("GET", f"/api/jobs/{job_id}", {"If-None-Match": etag} if etag else {})
            if response.status == 200:
                etag = response.headers.get("ETag", "")
                job: dict[str, Any] = json.loads(response.data)
                job["as_of"] = parsedate_to_datetime(response.headers["Date"]).isoformat()
                yield job
                if "Retry-After" not in response.headers:
                    return
            retry_after_s = float(response.headers["Retry-After"])
            time.sleep(interval_s or retry_after_s)

    def _with_retries(self, method: str, path: str, headers: dict[str, str] | None = None) -> urllib3.BaseHTTPResponse:
        began = time.monotonic()
        is_waiting = False
        while True:
            try:
                return self._send(method, path, headers)
            except ApiError as error:
                refusal = error
            except urllib3.exceptions.HTTPError:
                refusal = ApiError(0, {"detail": f"The API can't be reached at {self._url}."})
            budget_s = RETRY_BUDGET_S if self._has_responded else FIRST_CONTACT_S
            if refusal.status not in {0, *_UNAVAILABLE} or time.monotonic() > began + budget_s:
                raise refusal
            if not is_waiting:
                self._waits(str(refusal))
            is_waiting = True
            time.sleep(PAUSE_S)

    def _send(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> urllib3.BaseHTTPResponse:
        response = self._pool.request(
            method,
            self._url + path,
            body=body or None,
            headers={"Authorization": f"Bearer {self._token}", **(headers or {})},
        )
        self._has_responded = True
        if response.status < 400:
            return response
        try:
            problem = json.loads(response.data)
        except ValueError:
            problem = {}
        raise ApiError(response.status, problem)
