"""The endpoint over HTTP: `GET /stable/batch-quote?symbols=…`, with the key in a header."""

from __future__ import annotations

import csv
import threading
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from functions.shared.sample import SAMPLE_PORTFOLIO
from scripts.local.http_server import LocalServer, SilentHandler
from scripts.local.lifecycle import Startable
from scripts.local.prices.behaviors import Kind, answer

PATH = "/stable/batch-quote"
_JSON = {"Content-Type": "application/json"}
#: Seconds between two bytes of a dripping response.
_DRIP_S = 0.05
#: Factor on the prices in the sample portfolio.
_MOVED = Decimal("1.01")


class Asked(NamedTuple):
    """One request: its symbols in their order, and its API key."""

    symbols: list[str]
    key: str | None


class PriceSource(Startable):
    """The endpoint on a thread of this process, at `url`; a context manager.

    `prices` is keyed by the provider's symbols and defaults to those of the sample portfolio plus 1%. `kind` can
    change while the endpoint runs; `asked` lists the requests so far. `port` 0 picks a free port.
    """

    def __init__(self, *, port: int = 0, kind: Kind = Kind.OK, prices: Mapping[str, Decimal] | None = None) -> None:
        self.kind = kind
        self.prices = prices or _sample_prices()
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self._server = LocalServer(_Handler, self, port=port)
        self.url = self._server.url + PATH

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        """Stop serving. Responses in progress break off."""
        self.stopping.set()
        self._server.stop()


class _Handler(SilentHandler[PriceSource]):
    def do_GET(self) -> None:
        source, address = self.owner, urlsplit(self.path)
        if address.path != PATH:
            return self._write(404, b"[]")
        symbols = parse_qs(address.query)["symbols"][0].split(",")
        source.asked.append(Asked(symbols, self.headers["apikey"]))
        status, body = answer(source.kind, source.prices, symbols)
        self.close_connection = source.kind in {Kind.SLOW, Kind.DRIP, Kind.DISCONNECT, Kind.CUT_OFF}
        match source.kind:
            case Kind.SLOW:
                source.stopping.wait()
            case Kind.DRIP:
                self.write_head(200, _JSON | {"Content-Length": "1000000"})
                while not source.stopping.wait(_DRIP_S):
                    self.wfile.write(b" ")
            case Kind.CUT_OFF:
                self.write_head(status, _JSON | {"Content-Length": str(len(body))})
                self.wfile.write(body[: len(body) // 2])
            case Kind.DISCONNECT:
                """Close the connection without a response."""
            case _:
                self._write(status, body)
        return None

    def _write(self, status: int, body: bytes) -> None:
        location = {"Location": f"https://evil.example{PATH}"} if status == 302 else {}
        self.write_response(status, _JSON | location, body)


@cache
def _sample_prices() -> Mapping[str, Decimal]:
    with SAMPLE_PORTFOLIO.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["price"]]
    return {line["symbol"].replace(".", "-"): _MOVED * Decimal(line["price"]) for line in lines}
