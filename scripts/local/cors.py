"""API Gateway's CORS configuration: preflight responses, and the headers that it adds to every response.

"For a CORS request, API Gateway adds the configured CORS headers to the response from an integration" and ignores those
of the integration: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from scripts.manifest import Cors, read_manifest


class CorsPolicy:
    """Without `origins`, CORS is not configured: responses of the integration stay unchanged."""

    def __init__(self, origins: Collection[str]) -> None:
        self._origins = frozenset(filter(None, map(str.strip, origins)))

    def is_preflight(self, method: str, headers: Mapping[str, str]) -> bool:
        """Return whether API Gateway itself responds to the request."""
        asked = {"Origin", "Access-Control-Request-Method"}
        return bool(self._origins) and method == "OPTIONS" and all(headers.get(name) for name in asked)

    def preflight_headers(self, origin: str) -> list[tuple[str, str]]:
        cors = self._manifest
        return self._if_allowed(
            origin,
            ("Access-Control-Allow-Methods", ",".join(cors.allow_methods)),
            ("Access-Control-Allow-Headers", ",".join(cors.allow_headers)),
            ("Access-Control-Max-Age", str(cors.max_age_s)),
        )

    def applied(self, headers: list[tuple[str, str]], origin: str | None) -> list[tuple[str, str]]:
        """Return a response's headers with those of CORS. `origin` is None for a request without one."""
        if not self._origins:
            return headers
        own = [(name, value) for name, value in headers if not name.lower().startswith("access-control-")]
        exposed = ("Access-Control-Expose-Headers", ",".join(self._manifest.expose_headers))
        return own + self._if_allowed(origin, exposed)

    def _if_allowed(self, origin: str | None, *headers: tuple[str, str]) -> list[tuple[str, str]]:
        if origin not in self._origins:
            return []
        return [("Access-Control-Allow-Origin", origin or ""), *headers, ("Vary", "Origin")]

    @cached_property
    def _manifest(self) -> Cors:
        return read_manifest().cors
