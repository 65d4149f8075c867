"""How a request reaches the RDS Data API: signed by botocore, sent by urllib3.

boto3's own client costs 450 ms of CPU to import and three times as much a call as this; the api function can't afford
it on the path that a person waits for.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest


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


class NotSent(Exception):
    """No connection: the request did not reach the service. Safe to send again."""


class NoAnswer(Exception):
    """The request may have been carried out, but its answer did not arrive in time or at all."""


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
        self._connect_timeout_s = connect_timeout_s
        self._pool = urllib3.PoolManager(maxsize=8, retries=False)

    def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        request = AWSRequest("POST", self._endpoint_url + path, data=body, headers={"Content-Type": "application/json"})
        # Any: botocore's own class of credentials costs an import of half its package and has no other member we need
        credentials: Any = self._credentials()
        SigV4Auth(credentials, "rds-data", self._region).add_auth(request)
        try:
            answer = self._pool.request(
                "POST",
                self._endpoint_url + path,
                body=body,
                headers=dict(request.headers.items()),
                timeout=urllib3.Timeout(connect=self._connect_timeout_s, read=read_timeout_s),
            )
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise NotSent(type(error).__name__) from error
        except urllib3.exceptions.HTTPError as error:
            raise NoAnswer(type(error).__name__) from error
        error_type = answer.headers.get("x-amzn-errortype", "").partition(":")[0].rpartition("#")[2]
        return Response(answer.status, error_type, answer.data)
