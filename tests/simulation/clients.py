"""boto3's clients of SQS and Lambda, whose requests go to the simulation instead of the network."""

import os
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import boto3
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config

from tests.simulation.responses import ServiceResponse

#: Set by Lambda for its functions, and passed on by the SDK in the header below: "Use Lambda recursive loop
#: detection to prevent infinite loops", AWS Lambda Developer Guide.
TRACE_VARIABLE, NAME_VARIABLE = "_X_AMZN_TRACE_ID", "AWS_LAMBDA_FUNCTION_NAME"
TRACE_HEADER = "X-Amzn-Trace-Id"

Receive = Callable[[str, AWSRequest], ServiceResponse]
"""Takes the service's name and the signed request. May raise the exceptions of botocore's HTTP session."""


class Clients:
    """Real clients, shared by all processes. `trace`: the trace header of the calling process."""

    def __init__(self) -> None:
        self.receive: Receive
        self.trace: Callable[[], str]
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
        # one attempt, where the functions' SQS client makes two: botocore would wait between them in real time
        config = Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=600)
        self.sqs, self.lambda_ = (session.client(cast(Any, name), config=config) for name in ("sqs", "lambda"))
        for name, client in (("sqs", self.sqs), ("lambda", self.lambda_)):
            events = client.meta.events
            events.register_first("before-call", self._enter_function)
            events.register_last("before-call", self._leave_function)
            events.register(f"before-send.{name}", self._sender(name))

    def _enter_function(self, **_: Any) -> None:
        """Set the variables that the SDK's own code reads."""
        os.environ[NAME_VARIABLE], os.environ[TRACE_VARIABLE] = "function", self.trace()

    def _leave_function(self, **_: Any) -> None:
        del os.environ[NAME_VARIABLE], os.environ[TRACE_VARIABLE]

    def _sender(self, service: str) -> Callable[..., AWSResponse]:
        def send(request: AWSRequest, **_: Any) -> AWSResponse:
            return self.receive(service, request).to_botocore(request)

        return send


@cache
def clients() -> Clients:
    """The clients of this process. One simulation at a time uses them."""
    return Clients()


def header(request: AWSRequest, name: str) -> str:
    """A header of a request, or an empty string."""
    value = request.headers.get(name, "")
    return value.decode() if isinstance(value, bytes) else str(value)
