"""Sends requests to the RDS Data API: signed by botocore, over kept-alive connections.

boto3's client takes 450 ms of CPU to import, and four times as much CPU per call as this one: too much for a poll.
"""

import json
import os
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, Protocol

from botocore.auth import SigV4Auth

from functions.shared.database.connections import Connections, NoAnswer, NotSent

_CONNECT_TIMEOUT_S = 3

__all__ = ["Credentials", "NoAnswer", "NotSent", "Response", "SignedTransport", "Transport", "environment_credentials"]


class Credentials(NamedTuple):
    """The three values needed for a signature, with botocore's names."""

    access_key: str
    secret_key: str
    token: str | None = None


@cache
def environment_credentials() -> Credentials:
    """Return the credentials in a Lambda function's environment, valid for the life of the process."""
    return Credentials(
        os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], os.environ.get("AWS_SESSION_TOKEN")
    )


class Response(NamedTuple):
    status: int
    error_type: str
    """The header `x-amzn-errortype` without its namespace, or `''` for a success."""
    body: bytes

    @property
    def message(self) -> str:
        """The message of an error."""
        try:
            document = json.loads(self.body)
        except ValueError:  # an HTML page from a proxy
            return "no message"
        return str(document.get("message") or document.get("Message") or "no message")

    @property
    def sqlstate(self) -> str:
        """The SQLSTATE of an error from PostgreSQL, otherwise `''`."""
        _, found, state = ("", "", "") if self.status == 200 else self.message.rpartition("SQLState: ")
        return state.strip()[:5] if found else ""


class Transport(Protocol):
    def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        """Send one POST. Raises NotSent or NoAnswer."""
        ...


class SignedTransport:
    """The Data API over HTTPS with kept-alive connections. Thread-safe."""

    def __init__(
        self,
        endpoint_url: str,
        region: str,
        credentials: Callable[[], Credentials] = environment_credentials,
    ) -> None:
        self._endpoint_url = endpoint_url.rstrip("/")
        self._region = region
        self._credentials = credentials
        self._connections = Connections(endpoint_url, _CONNECT_TIMEOUT_S)

    def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        answer = self._connections.post(path, body, self._signed_headers(path, body), read_timeout_s)
        error_type = answer.error_type.partition(":")[0].rpartition("#")[2]
        return Response(answer.status, error_type, answer.body)

    def _signed_headers(self, path: str, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Host": self._connections.host,
        }  # without `Host`, botocore would parse the URL twice
        request: Any = _Request(self._endpoint_url + path, body, headers)
        # Any, because importing botocore's credentials class loads half the package and adds nothing we need.
        credentials: Any = self._credentials()
        SigV4Auth(credentials, "rds-data", self._region).add_auth(request)
        return headers


class _Request:
    """The attributes of botocore's AWSRequest that signing needs, without preparing the request for each of them."""

    method = "POST"
    params = None

    def __init__(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        self.url = url
        self.body = body
        self.headers = headers
        self.context: dict[str, Any] = {}
