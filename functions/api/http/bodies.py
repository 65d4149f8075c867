"""Request bodies: size, media type, and encoding checks, and bounded JSON parsing that preserves every digit."""

import base64
import binascii
import json
from decimal import Decimal
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.http.problems import BodyTooLarge, Invalid, MalformedBody, UnsupportedMediaType
from functions.api.limits import MAX_BODY_BYTES, MAX_VALUES

JSON, CSV, BYTES = "application/json", "text/csv", "application/octet-stream"
FILES = frozenset({CSV, BYTES})
"""Media types of a portfolio file. API Gateway decodes text as UTF-8 in any case; only bytes arrive unchanged."""
_LONGEST_NUMBER = 100
"""No valid amount needs more characters. A longer number becomes infinity, which every field rejects."""
_LARGEST_EXPONENT = 100
"""Same rule. `int(Decimal("1e1000000"))` takes 30 s, and Decimal rejects exponents of more than 18 digits."""
_INFINITE = Decimal("Infinity")


def media_type(event: APIGatewayProxyEventV2) -> str:
    """Return the media type in lower case without parameters, such as `text/csv`; JSON if the header is missing."""
    return event.headers.get("content-type", "").partition(";")[0].strip().lower() or JSON


def raw_body(event: APIGatewayProxyEventV2) -> bytes:
    """Return the body's bytes, empty if there is none. Raises MalformedBody or BodyTooLarge."""
    body = event.body or ""
    try:
        sent = base64.b64decode(body, validate=True) if event.is_base64_encoded else body.encode()
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedBody("The body can't be decoded.") from error
    if len(sent) > MAX_BODY_BYTES:
        raise BodyTooLarge
    return sent


def check_body(event: APIGatewayProxyEventV2) -> None:
    """Check a body's size, media type, and encoding. Raises BodyTooLarge, UnsupportedMediaType, or MalformedBody."""
    sent = raw_body(event)
    if not sent:
        return
    if media_type(event) not in {JSON, *FILES}:
        raise UnsupportedMediaType
    if media_type(event) == JSON:
        try:
            text = sent.decode()
        except UnicodeDecodeError as error:
            raise MalformedBody from error
        # API Gateway passes JSON as text and puts this character in place of bytes that aren't UTF-8.
        if "\N{REPLACEMENT CHARACTER}" in text:
            raise MalformedBody("The body is not in UTF-8.")


def is_file(event: APIGatewayProxyEventV2) -> bool:
    return media_type(event) in FILES


def file_body(event: APIGatewayProxyEventV2) -> bytes:
    """Return the bytes of a portfolio file. Raises UnsupportedMediaType for any other media type."""
    if not is_file(event):
        raise UnsupportedMediaType(
            "Send a CSV file with Content-Type: application/octet-stream, or text/csv if it is in UTF-8."
        )
    return raw_body(event)


def read_json(text: str) -> dict[str, Any]:
    """Parse a JSON object, with fractions as Decimal.

    Raises MalformedBody, or Invalid if the JSON isn't an object or contains more than MAX_VALUES names and values.
    Duplicate names are malformed because they are ambiguous. Oversized numbers, and NaN and infinities (which JSON
    lacks but many clients write), become non-finite values here, so that field validation can report the field by name.
    """
    if text.count("[") > MAX_VALUES:  # before parsing, because the parser has no hook for arrays
        raise MalformedBody("The body contains too many arrays.")
    values = _Values()
    try:
        document = json.loads(
            text,
            parse_float=values.fraction,
            parse_int=values.integer,
            parse_constant=values.constant,
            object_pairs_hook=values.unambiguous,
        )
    except (ValueError, RecursionError) as error:
        raise MalformedBody from error
    if not isinstance(document, dict):
        raise Invalid.of("body", "Send a JSON object.")
    _check_arrays(document)
    return document


class _Values:
    """JSON parser hooks for one body. They stop early, so that no body takes long to parse."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def fraction(self, digits: str) -> Decimal:
        """Return the number, or infinity if no field could accept its length or exponent."""
        self._count(1)
        if len(digits) > _LONGEST_NUMBER or abs(int(digits.lower().partition("e")[2] or 0)) > _LARGEST_EXPONENT:
            return _INFINITE
        return Decimal(digits)

    def integer(self, digits: str) -> int | Decimal:
        self._count(1)
        return int(digits) if len(digits) <= _LONGEST_NUMBER else _INFINITE

    def constant(self, name: str) -> Decimal:
        self._count(1)
        return Decimal(name)

    def unambiguous(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self._count(1 + len(pairs))
        fields = dict(pairs)
        if len(fields) < len(pairs):
            raise MalformedBody("The body repeats a field.")
        return fields

    def _count(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise _too_many()


def _check_arrays(document: dict[str, Any]) -> None:
    """Count array elements, because the parser has no hook for their strings and constants. Raises Invalid."""
    left, inner = MAX_VALUES, [iter(document.values())]
    while inner:
        for value in inner[-1]:
            left -= 1
            if left < 0:
                raise _too_many()
            if isinstance(value, list | dict):
                inner.append(iter(value.values() if isinstance(value, dict) else value))
                break
        else:
            inner.pop()


def _too_many() -> Invalid:
    return Invalid.of("body", f"Send at most {MAX_VALUES:,} names and values.")
