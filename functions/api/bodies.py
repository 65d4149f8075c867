"""What a client sent: within the limit, of a type that is taken, and read without losing a digit."""

import base64
import binascii
import json
from decimal import Decimal
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from functions.api.problems import BodyTooLarge, Invalid, MalformedBody, UnsupportedMediaType

MAX_BODY_BYTES = 1_000_000
JSON, CSV = "application/json", "text/csv"
_LONGEST_NUMBER = 100
"""No amount within any limit needs more characters; a longer one counts as infinite, which no field takes."""
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
    if media_type(event) not in {JSON, CSV}:
        raise UnsupportedMediaType
    if media_type(event) == JSON:
        try:
            text = sent.decode()
        except UnicodeDecodeError as error:
            raise MalformedBody from error
        # API Gateway hands JSON over as text, with this character where bytes were no UTF-8.
        if "\N{REPLACEMENT CHARACTER}" in text:
            raise MalformedBody("The body is not in UTF-8.")


def csv_body(event: APIGatewayProxyEventV2) -> bytes:
    """The bytes of a CSV file. Raises UnsupportedMediaType for a body that does not say it is one."""
    if media_type(event) != CSV:
        raise UnsupportedMediaType("Send a CSV file, with the header Content-Type: text/csv.")
    return raw_body(event)


def read_json(text: str) -> dict[str, Any]:
    """A JSON object, its fractions as Decimal. Raises MalformedBody, or Invalid for JSON that is no object.

    A name that stands twice in an object is refused, since nobody can tell which of its values was meant.
    NaN and infinities, which JSON does not know but many clients write, are read: the field that does not take them is
    then named.
    """
    try:
        document = json.loads(
            text, parse_float=_fraction, parse_int=_integer, parse_constant=Decimal, object_pairs_hook=_unambiguous
        )
    except (ValueError, RecursionError) as error:
        raise MalformedBody from error
    if not isinstance(document, dict):
        raise Invalid.of("body", "Send a JSON object.")
    return document


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise MalformedBody("The body names a field twice.")
    return fields


def _fraction(digits: str) -> Decimal:
    return Decimal(digits) if len(digits) <= _LONGEST_NUMBER else _INFINITE


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else _INFINITE
