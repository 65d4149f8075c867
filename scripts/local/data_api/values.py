"""Converts PostgreSQL's text results to the service's fields."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import postgres

from scripts.local.data_api.errors import InternalFailure, UnsupportedResultException

Field = dict[str, Any]
NULL: Field = {"isNull": True}

BOOL, BYTEA, CHAR, INT8, INT2, INT4, OID, JSON = 16, 17, 18, 20, 21, 23, 26, 114
FLOAT4, FLOAT8, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, NUMERIC, JSONB = 700, 701, 1082, 1083, 1114, 1184, 1700, 3802
FIRST_USER_OID = 16384
BASE, ENUM = "b", "e"

# AWS returns two of the range types, int4range and numrange (decision 0003).
UNSUPPORTED_NAMES = """
    interval timetz money xml macaddr macaddr8 point line lseg box path polygon circle record
    regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype
    int8range daterange tsrange tstzrange
    int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange
"""
UNSUPPORTED = {CHAR: '"CHAR"'} | {
    postgres.types[name].oid: name if name.startswith("reg") else name.upper() for name in UNSUPPORTED_NAMES.split()
}
"""Each type that the service does not return, and its spelling in AWS's error message."""

ARRAY_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^",{}]+)', re.DOTALL)
JSON_TOKEN = re.compile(r'[^\s"]+|"(?:[^"\\]|\\.)*"')
OFFSET = re.compile(r"[+-]\d\d(:\d\d){0,2}$")


@dataclass(frozen=True)
class Options:
    """The request's `resultSetOptions`."""

    longs_as_strings: bool = False
    decimals_as_numbers: bool = False


@dataclass(frozen=True)
class UserType:
    """A type that is not built in, from pg_type. `element_oid` is 0 unless it is an array."""

    name: str
    kind: str
    element_oid: int


UserTypes = Mapping[int, UserType]


def decoder(type_oid: int, options: Options, user_types: UserTypes) -> Callable[[bytes | None], Field]:
    """Return a function from a column's values to fields. Raises UnsupportedResultException for an unsupported type."""
    element_oid = _element_oid(type_oid, user_types)
    field = _scalar(type_oid, options, user_types) if element_oid is None else _array(element_oid, options, user_types)
    return lambda value: NULL if value is None else field(value.decode())


def plain(field: Field) -> Any:
    """Return a field's value in `formattedRecords`."""
    ((member, value),) = field.items()
    match member:
        case "isNull":
            return None
        case "arrayValue":
            return next(iter(value.values()))
        case _:
            return value


def _scalar(type_oid: int, options: Options, user_types: UserTypes) -> Callable[[str], Field]:
    if type_oid == NUMERIC and options.decimals_as_numbers:
        return _decimal_as_number
    member, convert = _representation(type_oid, options, user_types)
    return lambda text: {member: convert(text)}


def _array(element_oid: int, options: Options, user_types: UserTypes) -> Callable[[str], Field]:
    member, convert = _representation(element_oid, options, user_types)
    if member == "blobValue":
        raise UnsupportedResultException("The result contains an array of an unsupported data type: bytea")
    return lambda text: {
        "arrayValue": {f"{member}s": [None if item is None else convert(item) for item in array_elements(text)]}
    }


def _representation(type_oid: int, options: Options, user_types: UserTypes) -> tuple[str, Callable[[str], Any]]:
    """Return the field member for values of this type, and the conversion from PostgreSQL's text."""
    user_type = user_types.get(type_oid)
    unsupported = UNSUPPORTED.get(type_oid)
    if user_type and user_type.kind not in (BASE, ENUM):
        unsupported = user_type.name
    if unsupported:
        raise UnsupportedResultException(f"The result contains the unsupported data type {unsupported}.")
    member, convert = REPRESENTATIONS.get(type_oid, ("stringValue", str))
    if member == "longValue" and options.longs_as_strings:
        return "stringValue", str
    return member, convert


def _element_oid(type_oid: int, user_types: UserTypes) -> int | None:
    """Return the element type of an array, or None for any other type."""
    if type_oid in user_types:
        return user_types[type_oid].element_oid or None
    known = postgres.types.get(type_oid)
    return known.oid if known and known.array_oid == type_oid else None


def array_elements(text: str) -> list[str | None]:
    """Return the elements of a one-dimensional array. Raises UnsupportedResultException if it has more dimensions."""
    body = text[text.index("{") + 1 : -1]  # skips explicit bounds, as in [0:1]={a,b}
    if body.startswith("{"):
        raise UnsupportedResultException("The result contains a multidimensional array.")
    return [
        (None if bare == "NULL" else bare) if bare else re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)
        for quoted, bare in ARRAY_ELEMENT.findall(body)
    ]


def compact_json(text: str) -> str:
    """Remove the whitespace between tokens. Numbers keep every digit, and keys their order."""
    return "".join(JSON_TOKEN.findall(text))


def _decimal_as_number(text: str) -> Field:
    return {"longValue": int(text)} if text.lstrip("-").isdecimal() else {"doubleValue": _double(text)}


def _double(text: str) -> float | str:
    """Return a JSON number, or a string for NaN and infinities (Smithy, "AWS restJson1 protocol")."""
    return text if text in NOT_FINITE else float(text)


def _base64(text: str) -> str:
    return base64.b64encode(bytes.fromhex(text.removeprefix(r"\x"))).decode()


def _utc(text: str) -> str:
    """Return a timestamptz as UTC wall-clock time without an offset."""
    if not text.endswith("+00") and OFFSET.search(text):
        text = datetime.fromisoformat(text).astimezone(UTC).isoformat(" ")
    return _clock(OFFSET.sub("", text))


def _clock(text: str) -> str:
    """Return a time or timestamp with the fewest of 0, 3 or 6 fractional digits that keep its value."""
    if text.endswith("infinity"):
        raise InternalFailure("An internal error occurred")
    whole, _, fraction = text.partition(".")
    digits = 3 if len(fraction) <= MILLISECONDS else 6
    return f"{whole}.{fraction.ljust(digits, '0')}" if fraction else whole


MILLISECONDS = 3
NOT_FINITE = ("NaN", "Infinity", "-Infinity")

REPRESENTATIONS: dict[int, tuple[str, Callable[[str], Any]]] = {
    **dict.fromkeys((INT2, INT4, INT8, OID), ("longValue", int)),
    **dict.fromkeys((FLOAT4, FLOAT8), ("doubleValue", _double)),
    **dict.fromkeys((DATE, TIME, TIMESTAMP), ("stringValue", _clock)),
    **dict.fromkeys((JSON, JSONB), ("stringValue", compact_json)),
    BOOL: ("booleanValue", "t".__eq__),
    BYTEA: ("blobValue", _base64),
    TIMESTAMPTZ: ("stringValue", _utc),
}
