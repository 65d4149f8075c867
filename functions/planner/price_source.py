"""Fetches quotes from a market-data provider: one request for all symbols, within a few seconds.

The source is Financial Modeling Prep's batch quote: `GET …/stable/batch-quote?symbols=AAPL,BRK-B` with the key in the
header `apikey`. It returns a list of objects with `symbol`, `price` and `timestamp` (seconds since 1970), or status
402 if the plan does not include it. Any server with the same interface works.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from socket import SHUT_RDWR, socket
from typing import Any
from urllib.parse import urlencode, urlsplit

from pydantic import TypeAdapter, ValidationError

from functions.planner.settings import PlannerSettings
from functions.shared.portfolio import Symbol

DEADLINE_S = 4.0
"""From connecting to the last byte: the longest that a job waits for prices."""
_CONNECT_S = 1.5
_LONGEST_ANSWER = 2_000_000
_KEY_KEPT_S = 300

_QUOTES = TypeAdapter(list[dict[str, Any]])


class Failure(StrEnum):
    """Reasons why there are no new prices, as worded in the report."""

    SILENT = "the price source did not respond in time"
    UNREACHABLE = "the price source could not be reached"
    BUSY = "the price source received too many requests"
    REFUSED = "the price source refused the request"
    ERROR = "the price source had an internal error"
    UNREADABLE = "the price source's response could not be read"
    NO_KEY = "the key of the price source could not be read"


class PricesUnavailable(Exception):
    """The source failed to return quotes; nothing was changed. Do not retry: the next job fetches again.

    `detail` is for the log and contains no key, address or symbols.
    """

    def __init__(self, failure: Failure, detail: object = "") -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.detail = str(detail)


def fetch_quotes(settings: PlannerSettings, symbols: Iterable[Symbol]) -> list[dict[str, Any]]:
    """Return the entries of the source's response, unchecked. Raises PricesUnavailable."""
    query = urlencode({"symbols": ",".join(map(provider_symbol, symbols))}, safe=",")
    status, body = _get(settings.price_source_url, query, _key(settings.price_secret_arn))
    if status != 200:
        raise PricesUnavailable(_failure_of(status), status)
    try:
        return _QUOTES.validate_json(body)
    except ValidationError:
        raise PricesUnavailable(Failure.UNREADABLE, "no list of quotes") from None


def provider_symbol(symbol: Symbol) -> str:
    """Return the provider's spelling, with a hyphen for classes of shares: BRK-B."""
    return symbol.replace(".", "-")


def _get(url: str, query: str, key: str) -> tuple[int, bytes]:
    """Return status and body. Redirects are not followed, so that no other server receives the key."""
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    headers = {"apikey": key, "Accept": "application/json", "User-Agent": "alex"}
    ends = time.monotonic() + DEADLINE_S
    with closing(connect(parts.netloc, timeout=min(_CONNECT_S, DEADLINE_S))) as connection:
        try:
            connection.connect()
            with _cut_off_at(ends, connection.sock):
                connection.request("GET", f"{parts.path}?{query}", headers=headers)
                response = connection.getresponse()
                body = response.read(_LONGEST_ANSWER + 1)
        except (OSError, HTTPException) as error:
            raise PricesUnavailable(_failure_by(error, ends), type(error).__name__) from None
    if time.monotonic() >= ends:
        raise PricesUnavailable(Failure.SILENT, "the answer was cut off")
    if len(body) > _LONGEST_ANSWER:
        raise PricesUnavailable(Failure.UNREADABLE, "the answer is too long")
    return response.status, body


@contextmanager
def _cut_off_at(ends: float, connected: socket) -> Iterator[None]:
    """Close the connection at `ends`. A socket timeout applies to each read, so it can't stop a trickle of bytes."""

    def cut_off() -> None:
        with suppress(OSError):  # the other side has already closed it
            connected.shutdown(SHUT_RDWR)

    connected.settimeout(None)
    limit = threading.Timer(ends - time.monotonic(), cut_off)
    limit.start()
    try:
        yield
    finally:
        limit.cancel()
        limit.join()


def _failure_by(error: OSError | HTTPException, ends: float) -> Failure:
    if isinstance(error, TimeoutError) or time.monotonic() >= ends:
        return Failure.SILENT
    return Failure.UNREADABLE if isinstance(error, IncompleteRead) else Failure.UNREACHABLE


def _failure_of(status: int) -> Failure:
    if status == 429:
        return Failure.BUSY
    return Failure.ERROR if status >= 500 else Failure.REFUSED


def _key(secret_arn: str) -> str:
    """Return the API key. Raises PricesUnavailable if the secret cannot be read."""
    from aws_lambda_powertools.utilities import parameters  # noqa: PLC0415 - loads boto3 only with a price source

    try:
        return str(parameters.get_secret(secret_arn, max_age=_KEY_KEPT_S))
    except parameters.GetParameterError as error:
        raise PricesUnavailable(Failure.NO_KEY, type(error).__name__) from None
