"""AWS as the functions' clients see it: botocore and the Data API's protocol, with the services in this process."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any, cast
from uuid import uuid4

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders

from functions.shared.database.transport import NoAnswer, Response
from scripts.local.data_api import DataApi
from scripts.local.data_api.errors import ServiceError
from scripts.local.data_api.faults import ConnectionLost
from scripts.simulation.processes import Process

Answer = tuple[int, dict[str, str], bytes]


class DatabaseTransport:
    """A process's connection to the Data API; what is the `trouble` is answered or raised in its place."""

    def __init__(self, process: Process, api: DataApi, trouble: Callable[[], Response | None]) -> None:
        self._process = process
        self._api = api
        self._trouble = trouble

    def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        return self._process.call("database", lambda: self._trouble() or self._exchange(path, body))

    def _exchange(self, path: str, body: bytes) -> Response:
        try:
            return Response(200, "", json.dumps(self._api.call(path.removeprefix("/"), body)).encode())
        except ServiceError as error:
            return Response(error.status, error.code, json.dumps(error.body).encode())
        except ConnectionLost as error:
            raise NoAnswer from error


class ProcessClient:
    """A client of boto3 in the hands of one process."""

    def __init__(self, client: Any, service: str, process: Process) -> None:
        self._client = client
        self._service = service
        self._process = process

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **arguments: self._process.call(
            self._service, lambda: getattr(self._client, operation)(**arguments)
        )


class _Raw(io.BytesIO):
    """The body of an answer, as urllib3 would hand it over."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def aws_response(request: AWSRequest, answer: Answer) -> AWSResponse:
    """What botocore takes for an answer from the network."""
    status, fields, body = answer
    headers = HTTPHeaders()
    for name, value in {"x-amzn-requestid": str(uuid4()), "Content-Length": str(len(body)), **fields}.items():
        headers[name] = value
    return AWSResponse(str(request.url), status, headers, cast(Any, _Raw(body)))


def sent_to_queue(request: AWSRequest) -> tuple[str, dict[str, Any]]:
    """The operation of SQS that is asked for, and its arguments."""
    target = request.headers["X-Amz-Target"]
    operation = target.decode() if isinstance(target, bytes) else target
    return operation.rpartition(".")[2], json.loads(cast(bytes, request.body))


def invoked(request: AWSRequest) -> tuple[str, bytes]:
    """The function of Lambda that is invoked, and with what."""
    return str(request.url).split("/functions/")[1].split("/")[0], cast(bytes, request.body)


def function_error(kind: str, message: str) -> Answer:
    body = json.dumps({"errorType": kind, "errorMessage": message}).encode()
    return 200, {"X-Amz-Function-Error": "Unhandled"}, body


def refusal(status: int, code: str) -> Answer:
    return status, {"x-amzn-errortype": code}, json.dumps({"message": "Rate exceeded."}).encode()
