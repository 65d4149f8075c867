"""The endpoint over HTTP: one thread a connection, one write an answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, cast

from scripts.local.data_api.errors import (
    BadRequestException,
    InternalFailure,
    NotFoundException,
    SerializationException,
    ServiceError,
)
from scripts.local.data_api.faults import ConnectionLost, Faults, Statements
from scripts.local.data_api.service import Service
from scripts.local.http_server import LocalServer, SilentHandler

MAX_REQUEST_BYTES = 4 * 1024 * 1024


class DataApi:
    """The endpoint on a thread of this process, at `url`; a context manager.

    `secrets` has the connection string of the database user for whom each secret's ARN stands. `port` 0 takes a free
    one. `database` is what a request without one gets. The two times are the service's own, for tests to shorten.
    """

    def __init__(
        self,
        secrets: Mapping[str, str],
        *,
        cluster_arn: str,
        database: str = "alex",
        port: int = 0,
        statement_timeout_s: float = 45.0,
        idle_transaction_s: float = 180.0,
    ) -> None:
        self.service = Service(
            secrets,
            cluster_arn=cluster_arn,
            database=database,
            statement_timeout_s=statement_timeout_s,
            idle_transaction_s=idle_transaction_s,
        )
        self.faults = Faults()
        self.statements = Statements()
        self._server = _Server(self, port)
        self.port, self.url = self._server.port, self._server.url

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        """Closes every connection; open transactions are rolled back."""
        self._server.stop()
        self.service.close()

    def call(self, operation: str, body: bytes) -> dict[str, Any]:
        """Runs one operation. Raises ServiceError, or ConnectionLost when the caller is to get no answer."""
        run = self.service.operations.get(operation)
        if run is None:
            raise NotFoundException(f"There is no operation {operation}")
        if len(body) > MAX_REQUEST_BYTES:
            raise BadRequestException("The request exceeds the limit of 4 MiB")
        request = _json_object(body)
        sql = request.get("sql") if isinstance(request.get("sql"), str) else None
        started, ok = time.perf_counter(), False
        try:
            self.service.authorize(request)
            lose_answer = self.faults.before(sql or operation)
            answer = run(request)
            ok = True
        finally:
            self.statements.add(operation, sql, time.perf_counter() - started, ok)
        if lose_answer:
            raise ConnectionLost
        return answer


class _Server(LocalServer):
    def __init__(self, api: DataApi, port: int) -> None:
        super().__init__(_Handler, port=port)
        self.api = api


class _Handler(SilentHandler):
    def do_POST(self) -> None:
        api, body = self._api(), self.read_body()
        if self.path == "/_faults":
            self._reply(lambda: api.faults.inject(_json_object(body)))
        else:
            self._reply(lambda: api.call(self.path.removeprefix("/"), body))

    def do_GET(self) -> None:
        views: dict[str, Callable[[], Any]] = {
            "/_faults": self._api().faults.describe,
            "/_statements": self._api().statements.describe,
            "/_health": dict,
        }
        self._reply(views.get(self.path, self._nothing_here))

    def do_DELETE(self) -> None:
        api = self._api()
        clears = {"/_faults": api.faults.clear, "/_statements": api.statements.clear}
        self._reply(clears.get(self.path, self._nothing_here))

    def _api(self) -> DataApi:
        return cast(_Server, self.server).api

    def _nothing_here(self) -> None:
        raise NotFoundException("There is nothing at this path")

    def _reply(self, produce: Callable[[], Any]) -> None:
        try:
            self._write(200, produce())
        except ConnectionLost:
            self.close_connection = True
        except ServiceError as error:
            self._write(error.status, error.body, error.code)
        except Exception as error:
            self._write(500, {"message": f"{type(error).__name__}: {error}"}, InternalFailure.__name__)

    def _write(self, status: int, content: Any, error_type: str | None = None) -> None:
        headers = {"Content-Type": "application/json", **({"x-amzn-errortype": error_type} if error_type else {})}
        self.write_answer(status, headers, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SerializationException("The request is not JSON") from error
    if not isinstance(content, dict):
        raise SerializationException("The request is not a JSON object")
    return content
