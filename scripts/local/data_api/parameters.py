"""Converts named parameters to PostgreSQL's numbered ones, with the types that the service binds."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from scripts.local.data_api.errors import (
    BadRequestException,
    SerializationException,
    ValidationException,
    database_error,
)

TEXT, BINARY = 0, 1
UNTYPED = 0
INT8_RANGE = range(-(2**63), 2**63)

# The service's scanner supports neither dollar quotes nor slices, so `$$it's :x$$` opens a string and the `:2` of
# `a[1:2]` is a parameter. A doubled quote scans as two adjacent strings.
TOKEN = re.compile(
    r"""'[^']*'? | "[^"]*"? | --[^\n]* | /\*.*?(?:\*/|\Z) | :: | :(?P<name>\w+)""", re.VERBOSE | re.DOTALL
)


class Bound(NamedTuple):
    """One value in the form that libpq expects."""

    type_oid: int
    value: bytes | None
    format: int = TEXT


class TypeHint(NamedTuple):
    type_oid: int
    pattern: re.Pattern[str]


TYPE_HINTS = {
    "DATE": TypeHint(1082, re.compile(r"\d{4}-\d\d-\d\d")),
    "DECIMAL": TypeHint(1700, re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")),
    "JSON": TypeHint(114, re.compile(r".*", re.DOTALL)),
    "TIME": TypeHint(1083, re.compile(r"\d\d:\d\d:\d\d(\.\d+)?")),
    "TIMESTAMP": TypeHint(1114, re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")),
    "UUID": TypeHint(2950, re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
}


@lru_cache(maxsize=1024)
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return the statement with `$1`, `$2`, … and the name of each. A name that occurs twice is bound twice."""
    names: list[str] = []

    def replace(token: re.Match[str]) -> str:
        if token["name"] is None:
            return token[0]
        names.append(token["name"])
        return f"${len(names)}"

    return TOKEN.sub(replace, sql), tuple(names)


def bind(names: Sequence[str], parameters: Any) -> list[Bound]:
    """Return the values in the order of `names`, ignoring others. Raises ServiceError for an invalid parameter."""
    if not isinstance(parameters or [], list):
        raise SerializationException("Expected list")
    bound = dict(_bound(parameter) for parameter in parameters or [])
    for name in names:
        if name not in bound:
            raise BadRequestException(f"Cannot find parameter: {name}")
    return [bound[name] for name in names]


def encoded(text: str) -> bytes:
    """Encode text for PostgreSQL. Raises PostgreSQL's own error for a NUL, where libpq would truncate the text."""
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise SerializationException("Invalid UTF-8 in a string") from error
    if b"\0" in data:
        raise database_error('invalid byte sequence for encoding "UTF8": 0x00', "22021")
    return data


def _bound(parameter: Any) -> tuple[str, Bound]:
    match parameter:
        case {"name": str(name), "value": dict(field)} if len(field) == 1:
            return name, _value(name, field, _hint(parameter.get("typeHint")))
        case {"name": str(name)}:
            raise BadRequestException(f'Parameter "{name}" has value with no field set')
        case _:
            raise ValidationException("Parameter name is missing")


def _hint(name: str | None) -> TypeHint | None:
    if name is None:
        return None
    if name not in TYPE_HINTS:
        values = ", ".join(TYPE_HINTS)
        raise ValidationException(
            f"1 validation error detected: Value '{name}' at 'typeHint' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{values}]"
        )
    return TYPE_HINTS[name]


def _value(name: str, field: Mapping[str, Any], hint: TypeHint | None) -> Bound:
    match field:
        case {"isNull": True}:
            return Bound(hint.type_oid if hint else UNTYPED, None)
        case {"stringValue": str(text)}:
            return _string(name, text, hint)
        case {"blobValue": str(text)}:
            return Bound(17, _blob(text), BINARY)
        case {"booleanValue": bool(value)}:
            return Bound(16, b"true" if value else b"false")
        case {"arrayValue": _}:
            raise ValidationException("Array parameters are not supported.")
        case _:
            return _number(name, field)


def _number(name: str, field: Mapping[str, Any]) -> Bound:
    match field:
        case {"longValue": int(value)} if not isinstance(value, bool) and value in INT8_RANGE:
            return Bound(20, str(value).encode())
        case {"doubleValue": int(value) | float(value)} if not isinstance(value, bool):
            return Bound(701, repr(float(value)).encode())
        case {"doubleValue": "NaN" | "Infinity" | "-Infinity" as special}:
            return Bound(701, special.encode())
        case _:
            raise SerializationException(f'Parameter "{name}" has a value of the wrong type')


def _string(name: str, text: str, hint: TypeHint | None) -> Bound:
    if hint is None:
        return Bound(25, encoded(text))
    if not hint.pattern.fullmatch(text) or (hint is TYPE_HINTS["JSON"] and not _is_json(text)):
        raise BadRequestException(f'Parameter "{name}" has a value that its type hint does not allow')
    return Bound(hint.type_oid, encoded(text))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _blob(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise SerializationException("A blob is not base64") from error
