"""Converts an OPTIONS request to an API Gateway event, and the function's result to a response.

Payload format 2.0:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from urllib3 import BaseHTTPResponse

Answer = tuple[int, list[tuple[str, str]], bytes]


def event(target: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the event of an OPTIONS request for `target`, the path with its query."""
    path, _, query = target.partition("?")
    now = time.time()
    return {
        "version": "2.0",
        "routeKey": "OPTIONS /api/{proxy+}" if path.startswith("/api/") else "$default",
        "rawPath": unquote(path),
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in headers.items()},
        "requestContext": {
            "http": {"method": "OPTIONS", "path": unquote(path), "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "requestId": str(uuid.uuid4()),
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }


def answer(invocation: BaseHTTPResponse) -> Answer:
    """Return status, headers and body from Lambda's Invoke response, or API Gateway's 500 if the function failed."""
    if invocation.status != 200 or "X-Amz-Function-Error" in invocation.headers:
        return _answer(500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}')
    given = json.loads(invocation.data)
    body = given.get("body") or ""
    content = base64.b64decode(body) if given.get("isBase64Encoded") else body.encode()
    return _answer(given["statusCode"], given.get("headers") or {}, content)


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    own = [(name, str(value)) for name, value in headers.items() if name.lower() != "content-length"]
    return status, [*own, ("Content-Length", str(len(body)))], body
