"""The endpoint over HTTP: `GET /stable/batch-quote?symbols=…`, with the key in a header."""

from __future__ import annotations

import csv
import threading
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self, cast
from urllib.parse import parse_qs, urlsplit

from functions.api.sample_portfolio import SAMPLE_PORTFOLIO
from scripts.local.prices.behaviours import Kind, answer

PATH = "/stable/batch-quote"
#: Of two bytes that drip.
_DRIP_S = 0.05
#: How the sample's prices have moved since.
_MOVED = Decimal("1.01")


class Asked(NamedTuple):
    """One request: the symbols in the order asked for, and the key that it came with."""

    symbols: list[str]
    key: str | None


class PriceSource:
    """The endpoint on a thread of this process, at `url`; a context manager.

    It knows `prices` (those of the sample portfolio, 1 % higher) by the provider's symbols. `kind` may be changed
    while it runs; `asked` are the requests so far. `port` 0 takes a free one.
    """

    def __init__(self, *, port: int = 0, kind: Kind = Kind.OK, prices: Mapping[str, Decimal] | None = None) -> None:
        self.kind = kind
        self.prices = prices or _sample_prices()
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}{PATH}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="prices").start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Answers that are not done end in the middle."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], source: PriceSource) -> None:
        super().__init__(address, _Handler)
        self.source = source

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        source, address = cast(_Server, self.server).source, urlsplit(self.path)
        if address.path != PATH:
            return self._write(404, b"[]")
        symbols = parse_qs(address.query)["symbols"][0].split(",")
        source.asked.append(Asked(symbols, self.headers["apikey"]))
        status, body = answer(source.kind, source.prices, symbols)
        match source.kind:
            case Kind.SLOW:
                source.stopping.wait()
            case Kind.DRIP:
                self._head(200, 1_000_000)
                while not source.stopping.wait(_DRIP_S):
                    self.wfile.write(b" ")
            case Kind.DISCONNECT:
                self.close_connection = True
            case Kind.CUT_OFF:
                self._head(status, len(body))
                self.wfile.write(body[: len(body) // 2])
            case _:
                self._write(status, body)
        return None

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the base class's
        """Silent: what was asked is in `asked`."""

    def _write(self, status: int, body: bytes) -> None:
        self._head(status, len(body))
        self.wfile.write(body)

    def _head(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        if status == 302:
            self.send_header("Location", f"https://evil.example{PATH}")
        self.end_headers()


@cache
def _sample_prices() -> Mapping[str, Decimal]:
    with SAMPLE_PORTFOLIO.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["price"]]
    return {line["symbol"].replace(".", "-"): _MOVED * Decimal(line["price"]) for line in lines}
