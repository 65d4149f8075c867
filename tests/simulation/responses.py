"""Responses of AWS services, in the form in which they travel."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders


@dataclass(frozen=True)
class ServiceResponse:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_failure(self) -> bool:
        """Whether an invocation failed or did not begin."""
        return self.status >= 400 or "X-Amz-Function-Error" in self.headers

    def to_botocore(self, request: AWSRequest) -> AWSResponse:
        """The response that botocore receives from its HTTP session."""
        headers = HTTPHeaders()
        for name, value in {
            "x-amzn-requestid": "request",
            "Content-Length": str(len(self.body)),
            **self.headers,
        }.items():
            headers[name] = value
        return AWSResponse(str(request.url), self.status, headers, cast(Any, _Raw(self.body)))


def function_error(kind: str, message: str) -> ServiceResponse:
    """An error in a function: "Lambda function errors in Python", AWS Lambda Developer Guide."""
    body = json.dumps({"errorType": kind, "errorMessage": message, "stackTrace": []}).encode()
    return ServiceResponse(200, {"X-Amz-Function-Error": "Unhandled"}, body)


def refusal(status: int, code: str) -> ServiceResponse:
    return ServiceResponse(status, {"x-amzn-errortype": code}, json.dumps({"message": "refused"}).encode())


def sqs_refusal(code: str) -> ServiceResponse:
    """An error of SQS in the JSON protocol."""
    return ServiceResponse(400, {}, json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": "refused"}).encode())


class _Raw(io.BytesIO):
    """The body of a response, as urllib3 provides it."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()
