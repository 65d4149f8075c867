"""Encodes frames of `application/vnd.amazon.eventstream`, which botocore can only decode.

A frame consists of a prelude (total length, length of the headers, and a CRC of these two), headers, payload, and a
CRC of everything before it. Numbers are big-endian. Source: Smithy, "Amazon Event Stream Specification".
"""

import json
from binascii import crc32
from collections.abc import Mapping
from struct import pack
from typing import Any

CONTENT_TYPE = "application/vnd.amazon.eventstream"

_STRING = 7
"""Header type for string values, the only type that services send."""


def event(kind: str, payload: Mapping[str, Any]) -> bytes:
    """Return the frame of one event."""
    return _json_frame({":event-type": kind, ":message-type": "event"}, payload)


def exception(kind: str, message: str) -> bytes:
    """Return the frame of a modeled exception, which ends the stream. `kind` starts with a lowercase letter."""
    return _json_frame({":exception-type": kind, ":message-type": "exception"}, {"message": message})


def _json_frame(headers: Mapping[str, str], payload: Mapping[str, Any]) -> bytes:
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return frame({**headers, ":content-type": "application/json"}, body)


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    encoded = b"".join(_header(name, value) for name, value in headers.items())
    prelude = pack(">II", 16 + len(encoded) + len(payload), len(encoded))
    content = prelude + pack(">I", crc32(prelude)) + encoded + payload
    return content + pack(">I", crc32(content))


def _header(name: str, value: str) -> bytes:
    text = value.encode()
    return pack(">B", len(name)) + name.encode() + pack(">BH", _STRING, len(text)) + text
