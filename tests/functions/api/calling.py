"""Calls the api function with API Gateway's events and replaces its queue.

Every response is checked against the OpenAPI document: its status is documented for the route, its body matches the
schema, and the headers common to all responses are present.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError

from functions.api.handler import Application, application
from functions.api.schemas import job_responses, response_models
from scripts.packaging.openapi import document

CONTEXT = cast(
    LambdaContext,
    SimpleNamespace(
        function_name="alex-api",
        memory_limit_in_mb=1024,
        invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:alex-api",
        aws_request_id="11111111-1111-1111-1111-111111111111",
    ),
)


@dataclass(frozen=True)
class Sent:
    """A message in the planners' queue."""

    body: dict[str, Any]
    group: str


@dataclass
class Queue:
    """The messages that the function sent, in order. `is_away`: SQS does not respond."""

    sent: list[Sent] = field(default_factory=list)
    is_away: bool = False
    on_send: Callable[[Sent], None] | None = None

    def receive(self, request: AWSRequest, **_: Any) -> AWSResponse:
        """A botocore event handler that replaces the network."""
        call = json.loads(cast(bytes, request.body))
        if self.is_away:
            raise EndpointConnectionError(endpoint_url=call["QueueUrl"])
        message = Sent(json.loads(call["MessageBody"]), call["MessageGroupId"])
        if self.on_send:
            self.on_send(message)
        self.sent.append(message)
        response = json.dumps({"MessageId": str(uuid4())}).encode()
        headers = HTTPHeaders()
        headers["Content-Type"] = "application/x-amz-json-1.0"
        return AWSResponse(call["QueueUrl"], 200, headers, SimpleNamespace(stream=lambda: iter([response])))


@dataclass(frozen=True)
class ApiResponse:
    status: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text, parse_float=Decimal)

    def messages(self) -> dict[str, str]:
        """Each field that the problem names, with its message."""
        return {error["field"]: error["message"] for error in self.json()["errors"]}

    def fields(self) -> set[str]:
        """The fields that the problem names."""
        return set(self.messages())


@dataclass(frozen=True)
class Api:
    """The function as called by one user. `user` is None for a client without a token."""

    user: str | None
    application: Application

    def using(self, application: Application) -> Api:
        """Return the same user with another function, such as one with other settings."""
        return replace(self, application=application)

    def __call__(
        self,
        method: str,
        path: str,
        document: Any = None,
        *,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        claims: dict[str, str] | None = None,
    ) -> ApiResponse:
        """`document` is sent as JSON, `body` unchanged (with a Content-Type in `headers`)."""
        sent = {"content-type": "application/json"} if document is not None else {}
        if document is not None:
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
        if claims is None and self.user is not None:
            claims = {"sub": self.user, "exp": "4102444800"}
        result = self.application.respond(
            event(method, path, body, sent | (headers or {}), query or {}, claims), CONTEXT
        )
        response = ApiResponse(result["statusCode"], result["headers"], result["body"])
        check_against_the_document(method, path, replace(response, text=readable(result)))
        return response

    def get(self, path: str, **options: Any) -> ApiResponse:
        return self("GET", path, **options)

    def post(self, path: str, document: Any = None, **options: Any) -> ApiResponse:
        return self("POST", path, document, **options)

    def put(self, path: str, document: Any = None, **options: Any) -> ApiResponse:
        return self("PUT", path, document, **options)

    def delete(self, path: str, **options: Any) -> ApiResponse:
        return self("DELETE", path, **options)

    def post_csv(self, path: str, text: str, **headers: str) -> ApiResponse:
        return self("POST", path, body=text.encode(), headers={"content-type": "text/csv", **headers})


def event(
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
    query: dict[str, str],
    claims: dict[str, str] | None,
) -> dict[str, Any]:
    """API Gateway's event, payload format 2.0. The body is base64, as for all content types unknown to the gateway."""
    request_context: dict[str, Any] = {
        "http": {"method": method, "path": path, "sourceIp": "127.0.0.1"},
        "stage": "$default",
        "requestId": "r",
    }
    if claims is not None:
        request_context["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": urlencode(query),
        "headers": headers,
        "requestContext": request_context,
        "isBase64Encoded": body is not None,
    }
    if query:
        made["queryStringParameters"] = query
    if body is not None:
        made["body"] = base64.b64encode(body).decode()
    return made


def readable(result: dict[str, Any]) -> str:
    """The decoded and decompressed body of a response. A file in Brotli stays compressed."""
    encoding = result["headers"].get("Content-Encoding")
    if not result.get("isBase64Encoded") or encoding == "br":
        return str(result["body"])
    content = base64.b64decode(result["body"])
    return (gzip.decompress(content) if encoding else content).decode(errors="replace")


def check_against_the_document(method: str, path: str, response: ApiResponse) -> None:
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" in response.headers
    path = path.rstrip("/")
    if path.startswith("/api/"):
        assert response.headers["Cache-Control"] in {"no-store", "private, no-cache", "public, no-cache"}
    if response.text and response.status >= 400:
        assert response.headers["Content-Type"] == "application/problem+json"
        response_models.Problem.model_validate_json(response.text)
    operation = documented_operation(method, path)
    if operation is None:
        assert response.status in {200, 204, 304, 401, 404, 405} or path == "/mcp"
        return
    documented = operation["responses"]
    assert str(response.status) in documented, (
        f"{method} {path} responded with {response.status}, which is not documented"
    )
    content = documented[str(response.status)].get("content") or {}
    assert bool(response.text) == bool(content)
    for header in documented[str(response.status)].get("headers") or {}:
        assert header in response.headers or header == "Retry-After"
    if content:
        described = content[response.headers["Content-Type"].partition(";")[0]]
        if schema := described.get("schema", {}).get("$ref", "").rpartition("/")[2]:
            module = job_responses if hasattr(job_responses, schema) else response_models
            getattr(module, schema).model_validate_json(response.text)


@cache
def openapi() -> dict[str, Any]:
    return document(application.resolver())


def documented_operation(method: str, path: str) -> dict[str, Any] | None:
    parts = path.split("/")
    for pattern, operations in openapi()["paths"].items():
        wanted = pattern.split("/")
        same = len(wanted) == len(parts) and all(
            w == p or w.startswith("{") for w, p in zip(wanted, parts, strict=True)
        )
        if same and method.lower() in operations:
            return cast(dict[str, Any], operations[method.lower()])
    return None
