"""Asks a market-data provider for quotes: one call for all symbols, within seconds.

The source is Financial Modeling Prep's batch quote: `GET …/stable/batch-quote?symbols=AAPL,BRK-B` with the key in the
header `apikey`, which answers a list of objects with `symbol`, `price` and `timestamp` (seconds since 1970). Its paid
plans have it; with another one it answers 402. Any server that answers so will do.
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
"""From the connection to the last byte: a job does not wait longer for prices than this."""
_CONNECT_S = 1.5
_LONGEST_ANSWER = 2_000_000
_KEY_KEPT_S = 300

_QUOTES = TypeAdapter(list[dict[str, Any]])


class Failure(StrEnum):
    """Why there are no new prices, in words for whoever reads the report."""

    SILENT = "the price source did not answer in time"
    UNREACHABLE = "the price source could not be reached"
    BUSY = "the price source was asked too often"
    REFUSED = "the price source refused the request"
    ERROR = "the price source had an error of its own"
    UNREADABLE = "the price source's answer could not be read"
    NO_KEY = "the key of the price source could not be read"


class PricesUnavailable(Exception):
    """The source did not answer as it should; nothing was changed. The next job asks again (do not retry).

    `detail` is for the log: it holds neither key nor address nor symbols.
    """

    def __init__(self, failure: Failure, detail: object = "") -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.detail = str(detail)


def fetch_quotes(settings: PlannerSettings, symbols: Iterable[Symbol]) -> list[dict[str, Any]]:
    """What the source says, unchecked. Raises PricesUnavailable."""
    query = urlencode({"symbols": ",".join(map(provider_symbol, symbols))}, safe=",")
    status, body = _get(settings.price_source_url, query, _key(settings.price_secret_arn))
    if status != 200:
        raise PricesUnavailable(_failure_of(status), status)
    try:
        return _QUOTES.validate_json(body)
    except ValidationError:
        raise PricesUnavailable(Failure.UNREADABLE, "no list of quotes") from None


def provider_symbol(symbol: Symbol) -> str:
    """Classes of shares have a hyphen there: BRK-B."""
    return symbol.replace(".", "-")


def _get(url: str, query: str, key: str) -> tuple[int, bytes]:
    """Status and body. A redirect is not followed: the key goes to nobody else."""
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
    """Ends the connection then. A timeout of the socket is one for each read: an answer that drips would never end."""

    def cut_off() -> None:
        with suppress(OSError):  # the other side was faster
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
    """Raises PricesUnavailable without the secret."""
    from aws_lambda_powertools.utilities import parameters  # noqa: PLC0415 - loads boto3, which a job without prices spares

    try:
        return str(parameters.get_secret(secret_arn, max_age=_KEY_KEPT_S))
    except parameters.GetParameterError as error:
        raise PricesUnavailable(Failure.NO_KEY, type(error).__name__) from None
