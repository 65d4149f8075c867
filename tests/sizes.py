"""The sizes of large statements and their results, as the RDS Data API counts them.

Sources: "Limitations for the Amazon RDS Data API" (Aurora User Guide: 1 MiB per response, 64 KB per row), which also
gives the 4 MiB limit of a request.
"""

import json
from dataclasses import dataclass
from typing import Any

from functions.shared.database.client import shared_transport
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import Response

MAX_ROW = 64 * 1024
MAX_RESPONSE = 1024 * 1024
MAX_REQUEST = 4 * 1024 * 1024


@dataclass
class Sizes:
    """The largest sizes of a statement, in bytes of UTF-8 JSON."""

    row: int = 0
    response: int = 0
    request: int = 0


class Measuring:
    """A transport that records the sizes of each statement by its SQL."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._transport = shared_transport(settings.endpoint_url, settings.aws_region)
        self.sizes: dict[str, Sizes] = {}
        self.calls: list[str] = []

    def __call__(self, path: str, body: bytes, read_timeout_s: float) -> Response:
        response = self._transport(path, body, read_timeout_s)
        if path == "/Execute" and response.status == 200:
            sql = json.loads(body)["sql"]
            self.calls.append(sql)
            found = self.sizes.setdefault(sql, Sizes())
            rows: list[Any] = json.loads(response.body).get("records", [])
            found.row = max(found.row, *(len(_compact(row)) for row in rows)) if rows else found.row
            found.response = max(found.response, len(response.body))
            found.request = max(found.request, len(body))
        return response


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
