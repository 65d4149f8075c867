"""Cognito's login for development: the emulator's pages with a development user's credentials prefilled."""

from __future__ import annotations

import html
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from urllib3 import BaseHTTPResponse

from scripts.local.sign_in import PASSWORD, USERS

REVOCATION = "/oauth2/revoke"
PATHS = ("/oauth2/", "/login", "/logout")
_PREFILLED = {"username": USERS[0], "password": PASSWORD}
_KEPT = ("content-type", "location", "cache-control", "access-control-allow-origin")


def serves(target: str) -> bool:
    """Return whether this path, with or without a query, belongs to the login."""
    path = target.partition("?")[0]
    return path.startswith(PATHS[0]) or path in PATHS[1:]


def as_emulated(target: str, body: bytes) -> tuple[str, bytes, dict[str, str]]:
    """Return the target, body and headers with which to call the emulator.

    The emulator lacks the revocation endpoint, which works like the operation RevokeToken ("The token
    revocation endpoint" and "RevokeToken", Amazon Cognito Developer Guide and API Reference).
    """
    if target.partition("?")[0] != REVOCATION:
        return target, body, {}
    form = parse_qs(body.decode())
    call = {"Token": form.get("token", [""])[0], "ClientId": form.get("client_id", [""])[0]}
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSCognitoIdentityProviderService.RevokeToken",
    }
    return "/", json.dumps(call).encode(), headers


def answer(response: BaseHTTPResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    body = response.data
    if response.status == HTTPStatus.OK and response.headers.get("Content-Type", "").startswith("text/html"):
        body = _prefill(body.decode()).encode()
    elif response.status == HTTPStatus.OK and b'"access_token"' in body:
        body = _as_cognito(json.loads(body))
    headers = [(name, value) for name, value in response.headers.items() if name.lower() in _KEPT]
    return response.status, [*headers, ("Content-Length", str(len(body)))], body


def _as_cognito(tokens: dict[str, Any]) -> bytes:
    """Remove the id token from renewed tokens: the emulator's claims a new sign-in, which clients reject."""
    if "refresh_token" not in tokens:
        tokens.pop("id_token", None)
    return json.dumps(tokens).encode()


def _prefill(page: str) -> str:
    page = page.replace("</head>", '<link rel="icon" href="data:,"></head>')  # browsers would request one from the API
    for name, value in _PREFILLED.items():
        page = page.replace(f' id="{name}" name="{name}"', f' id="{name}" name="{name}" value="{html.escape(value)}"')
    return page
