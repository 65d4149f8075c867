"""Request bodies: their size, media type and encoding, and JSON parsed within bounds and without losing a digit."""

import base64
import binascii
import json
from decimal import Decimal
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.problems import BodyTooLarge, Invalid, MalformedBody, UnsupportedMediaType

MAX_BODY_BYTES = 1_000_000
JSON, CSV, BYTES = "application/json", "text/csv", "application/octet-stream"
FILES = frozenset({CSV, BYTES})
"""Types of a portfolio file. Only bytes arrive unchanged: API Gateway decodes text as UTF-8, whatever it is in."""
MAX_VALUES = 2_000
"""Names and values in one JSON body, nested ones included. The largest body that a route accepts has a few hundred."""
_LONGEST_NUMBER = 100
"""No amount within any limit needs more characters. A longer number becomes infinite, which every field refuses."""
_LARGEST_EXPONENT = 100
"""Likewise. `int(Decimal("1e1000000"))` takes 30 s, and Decimal refuses exponents of more than 18 digits."""
_INFINITE = Decimal("Infinity")


def media_type(event: APIGatewayProxyEventV2) -> str:
    """In lower case and without parameters, such as `text/csv`; JSON when the client does not say."""
    return event.headers.get("content-type", "").partition(";")[0].strip().lower() or JSON


def raw_body(event: APIGatewayProxyEventV2) -> bytes:
    """The body as it was sent, empty for none. Raises MalformedBody or BodyTooLarge."""
    body = event.body or ""
    try:
        sent = base64.b64decode(body, validate=True) if event.is_base64_encoded else body.encode()
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedBody("The body can't be decoded.") from error
    if len(sent) > MAX_BODY_BYTES:
        raise BodyTooLarge
    return sent


def check_body(event: APIGatewayProxyEventV2) -> None:
    """Raises what is wrong with a body before anything reads it."""
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
        # API Gateway hands JSON over as text, with this character where bytes were no UTF-8.
        if "\N{REPLACEMENT CHARACTER}" in text:
            raise MalformedBody("The body is not in UTF-8.")


def is_file(event: APIGatewayProxyEventV2) -> bool:
    return media_type(event) in FILES


def file_body(event: APIGatewayProxyEventV2) -> bytes:
    """The bytes of a portfolio file. Raises UnsupportedMediaType for a body of another type."""
    if not is_file(event):
        raise UnsupportedMediaType(
            "Send a CSV file, with the header Content-Type: application/octet-stream, or text/csv if it is in UTF-8."
        )
    return raw_body(event)


def read_json(text: str) -> dict[str, Any]:
    """Parse a JSON object, with fractions as Decimal.

    Raises MalformedBody, or Invalid for JSON that is not an object or holds more than MAX_VALUES names
    and values. An object with
    the same name twice is malformed, because its meaning is ambiguous. Numbers are bounded here, before anything
    converts them, and the validation of the field then names it; NaN and infinities, which JSON lacks but many clients
    write, are read for the same reason.
    """
    if text.count("[") > MAX_VALUES:  # before the parser makes them, for which it has no hook
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
    """The hooks of the JSON parser for one body. They stop it early, so that no body takes long to parse."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def fraction(self, digits: str) -> Decimal:
        """Return the number, or infinity for one whose length or exponent no field could accept."""
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
    """Count the elements of arrays, whose strings and constants have no hook either. Raises Invalid."""
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
