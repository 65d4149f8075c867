"""boto3's clients of SQS and Lambda, whose requests end in the simulation instead of the network."""

import os
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import boto3
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config

from tests.simulation.responses import ServiceResponse

#: What Lambda sets for its functions, and what the SDK passes on in the header below: "Use Lambda recursive loop
#: detection to prevent infinite loops", AWS Lambda Developer Guide.
TRACE_VARIABLE, NAME_VARIABLE = "_X_AMZN_TRACE_ID", "AWS_LAMBDA_FUNCTION_NAME"
TRACE_HEADER = "X-Amzn-Trace-Id"

Receive = Callable[[str, AWSRequest], ServiceResponse]
"""Gets the service's name and the signed request. May raise what botocore's HTTP session raises."""


class Clients:
    """Real clients, shared by all processes. `trace`: the trace header of the process that calls."""

    def __init__(self) -> None:
        self.receive: Receive
        self.trace: Callable[[], str]
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
        # one attempt, where the functions' client of SQS makes two: botocore would wait in real time in between
        config = Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=600)
        self.sqs, self.lambda_ = (session.client(cast(Any, name), config=config) for name in ("sqs", "lambda"))
        for name, client in (("sqs", self.sqs), ("lambda", self.lambda_)):
            events = client.meta.events
            events.register_first("before-call", self._enter_function)
            events.register_last("before-call", self._leave_function)
            events.register(f"before-send.{name}", self._sender(name))

    def _enter_function(self, **_: Any) -> None:
        """Set the variables for the SDK's own code that reads them."""
        os.environ[NAME_VARIABLE], os.environ[TRACE_VARIABLE] = "function", self.trace()

    def _leave_function(self, **_: Any) -> None:
        del os.environ[NAME_VARIABLE], os.environ[TRACE_VARIABLE]

    def _sender(self, service: str) -> Callable[..., AWSResponse]:
        def send(request: AWSRequest, **_: Any) -> AWSResponse:
            return self.receive(service, request).to_botocore(request)

        return send


@cache
def clients() -> Clients:
    """Those of this process; one simulation at a time uses them."""
    return Clients()


def header(request: AWSRequest, name: str) -> str:
    """A header of a request, empty if it has none."""
    value = request.headers.get(name, "")
    return value.decode() if isinstance(value, bytes) else str(value)
