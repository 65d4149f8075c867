"""A plain HTTP client: paths and headers are sent unchanged, and errors are checked in full."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from functions.api.schemas.response_models import GatewayMessage, Problem

TIMEOUT_S = 60
Headers = Iterable[tuple[str, str]]
JSON = [("Content-Type", "application/json")]
CSV = [("Content-Type", "text/csv")]


@dataclass(frozen=True)
class HttpResponse:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def refuses(self, status: int, *, has_body: bool = True) -> bool:
        """Assert that this is a problem document with this status and safe headers. Returns True."""
        assert self.status == status, (self.status, self.body[:500])
        assert self.headers["X-Content-Type-Options"] == "nosniff"
        assert "max-age" in self.headers["Strict-Transport-Security"]
        assert self.headers["Cache-Control"] == "no-store"
        assert self.headers["Content-Type"] == "application/problem+json"
        if has_body:
            assert Problem.model_validate_json(self.body).status == status
        return True

    def is_gateways_own(self, status: int) -> bool:
        assert self.status == status, (self.status, self.body[:500])
        return bool(GatewayMessage.model_validate_json(self.body).message)


class HttpClient:
    """One connection to a server at a URL, with or without a token."""

    def __init__(self, url: str, token: str | None) -> None:
        self._connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=TIMEOUT_S)
        self._token = token

    def __call__(self, method: str, target: str, body: bytes = b"", headers: Headers = ()) -> HttpResponse:
        """Send `headers`, Content-Length and the token. A header named Authorization replaces the token."""
        given = list(headers)
        if self._token and not any(name == "Authorization" for name, _ in given):
            given.append(("Authorization", f"Bearer {self._token}"))
        self._connection.putrequest(method, target, skip_accept_encoding=True)
        for name, value in [*given, ("Content-Length", str(len(body)))]:
            self._connection.putheader(name, value.encode())
        self._connection.endheaders(body)
        response = self._connection.getresponse()
        return HttpResponse(response.status, response.headers, response.read())

    def close(self) -> None:
        self._connection.close()
