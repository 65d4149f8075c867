"""Checks that API Gateway can verify the tokens of an OIDC issuer with keys that it fetches from the issuer."""

from __future__ import annotations

import json

import urllib3

_DISCOVERY = "/.well-known/openid-configuration"
_TIMEOUT_S = 10.0


class IssuerUnusable(Exception):
    """API Gateway would reject every token of this issuer. The message is a sentence."""


def check_issuer(issuer: str) -> None:
    """Check the issuer's discovery document (OpenID Connect Discovery 1.0, section 4). Raises IssuerUnusable."""
    url = issuer.rstrip("/") + _DISCOVERY
    try:
        response = urllib3.request("GET", url, timeout=_TIMEOUT_S, retries=2)
    except urllib3.exceptions.HTTPError as error:
        raise IssuerUnusable(f"The issuer {issuer} can't be reached: {error}") from None
    if response.status != 200:
        raise IssuerUnusable(f"The issuer {issuer} has no discovery document: {url} returned {response.status}.")
    try:
        document = json.loads(response.data)
        named, keys = document["issuer"], document["jwks_uri"]
    except (ValueError, KeyError, TypeError):
        raise IssuerUnusable(f"{url} did not return a discovery document with an issuer and its keys.") from None
    if named != issuer:
        raise IssuerUnusable(f"The issuer identifies itself as {named}: set jwt_issuer to exactly that, not {issuer}.")
    if not str(keys).startswith("https://"):
        raise IssuerUnusable(f"The issuer's keys are at {keys}: API Gateway requires https.")
