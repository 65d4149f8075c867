"""How a request reaches the RDS Data API: signed by botocore, sent over kept-alive connections.

boto3's own client costs 450 ms of CPU to import and four times as much per call, which is too much for a poll.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from botocore.auth import SigV4Auth

from functions.shared.database.connections import Connections, NoAnswer, NotSent

__all__ = ["Credentials", "NoAnswer", "NotSent", "Response", "SignedTransport", "Transport", "environment_credentials"]


class Credentials(NamedTuple):
    """The three parts that a signature needs, under the names botocore gives them."""

    access_key: str
    secret_key: str
    token: str | None = None


def environment_credentials() -> Credentials:
    """Those of a Lambda function: in its environment, valid as long as the process lives."""
    return Credentials(
        os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"], os.environ.get("AWS_SESSION_TOKEN")
    )


@dataclass(frozen=True)
class Response:
    status: int
    error_type: str
    """The header `x-amzn-errortype` without its namespace, `''` for a success."""
    body: bytes

    @property
    def message(self) -> str:
        """An error's own."""
        try:
            document = json.loads(self.body)
        except ValueError:  # the page of a proxy in between
            return "no message"
        return str(document.get("message") or document.get("Message") or "no message")

    @property
    def sqlstate(self) -> str:
        """Of an error that PostgreSQL told of, otherwise `''`."""
        _, found, state = ("", "", "") if self.status == 200 else self.message.rpartition("SQLState: ")
        return state.strip()[:5] if found else ""


class Transport(Protocol):
    def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        """Sends one POST. Raises NotSent or NoAnswer."""
        ...


class SignedTransport:
    """The Data API over HTTPS, keeping its connections. May be used by several threads."""

    def __init__(
        self,
        endpoint_url: str,
        region: str,
        credentials: Callable[[], Credentials] = environment_credentials,
        connect_timeout_s: float = 3,
    ) -> None:
        self._endpoint_url = endpoint_url.rstrip("/")
        self._region = region
        self._credentials = credentials
        self._connections = Connections(endpoint_url, connect_timeout_s)

    def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        answer = self._connections.post(path, body, self._signed_headers(path, body), read_timeout_s)
        error_type = answer.error_type.partition(":")[0].rpartition("#")[2]
        return Response(answer.status, error_type, answer.body)

    def _signed_headers(self, path: str, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "Host": self._connections.host,
        }  # botocore would parse the URL twice for it
        request: Any = _Request(self._endpoint_url + path, body, headers)
        # Any: botocore's own class of credentials costs an import of half its package and has no other member we need
        credentials: Any = self._credentials()
        SigV4Auth(credentials, "rds-data", self._region).add_auth(request)
        return headers


class _Request:
    """The members of botocore's AWSRequest that signing uses; the original is prepared anew for each of them."""

    method = "POST"
    params = None

    def __init__(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        self.url = url
        self.body = body
        self.headers = headers
        self.context: dict[str, Any] = {}
