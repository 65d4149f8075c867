"""JSON on the wire: compact, UTF-8, and always valid."""

from __future__ import annotations

import json
from typing import Any

from scripts.local.data_api.errors import SerializationException


def to_json(content: Any) -> bytes:
    """Encode a response. Raises ValueError for NaN and infinities, which JSON cannot express."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def json_object(body: bytes) -> dict[str, Any]:
    """Decode a request. Raises SerializationException unless it is a JSON object."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SerializationException("The request is not JSON") from error
    if not isinstance(content, dict):
        raise SerializationException("The request is not a JSON object")
    return content
