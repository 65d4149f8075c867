"""The endpoint over HTTP: one thread per connection, one write per response."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from scripts.local.data_api.errors import (
    BadRequestException,
    InternalFailure,
    NotFoundException,
    ServiceError,
)
from scripts.local.data_api.faults import ConnectionLost, Faults, Statements
from scripts.local.data_api.service import Service
from scripts.local.data_api.wire import json_object, to_json
from scripts.local.http_server import LocalServer, SilentHandler, aws_headers
from scripts.local.lifecycle import Startable

MAX_REQUEST_BYTES = 4 * 1024 * 1024


class DataApi(Startable):
    """The endpoint on a thread of this process, at `url`; a context manager.

    `secrets` maps each secret's ARN to the connection string of its database user. `database` is the default for
    requests without one. `port` 0 picks a free port. The two times default to the service's; tests shorten them.
    `clock` measures how long transactions are idle.
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
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service = Service(
            secrets,
            cluster_arn=cluster_arn,
            database=database,
            statement_timeout_s=statement_timeout_s,
            idle_transaction_s=idle_transaction_s,
            clock=clock,
        )
        self.faults = Faults()
        self.statements = Statements()
        self._server = LocalServer(_Handler, self, port=port)
        self.port, self.url = self._server.port, self._server.url

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        """Close every connection and roll back open transactions."""
        self._server.stop()
        self.service.close()

    def call(self, operation: str, body: bytes) -> dict[str, Any]:
        """Run one operation. Raises ServiceError, or ConnectionLost if a fault drops the response."""
        run = self.service.operations.get(operation)
        if run is None:
            raise NotFoundException(f"Unknown operation: {operation}")
        if len(body) > MAX_REQUEST_BYTES:
            raise BadRequestException("The request exceeds the limit of 4 MiB")
        request = json_object(body)
        sql = request.get("sql") if isinstance(request.get("sql"), str) else None
        started, ok = time.perf_counter(), False
        try:
            self.service.authorize(request)
            lose_response = self.faults.before(sql or operation)
            response = run(request)
            ok = True
        finally:
            self.statements.add(operation, sql, time.perf_counter() - started, ok)
        if lose_response:
            raise ConnectionLost
        return response


class _Handler(SilentHandler[DataApi]):
    def do_POST(self) -> None:
        api, body = self.owner, self.read_body()
        if self.path == "/_faults":
            self._reply(lambda: api.faults.inject(json_object(body)))
        else:
            self._reply(lambda: api.call(self.path.removeprefix("/"), body))

    def do_GET(self) -> None:
        views: dict[str, Callable[[], Any]] = {
            "/_faults": self.owner.faults.describe,
            "/_statements": self.owner.statements.describe,
            "/_health": dict,
        }
        self._reply(views.get(self.path, self._not_found))

    def do_DELETE(self) -> None:
        clears = {"/_faults": self.owner.faults.clear, "/_statements": self.owner.statements.clear}
        self._reply(clears.get(self.path, self._not_found))

    def _not_found(self) -> None:
        raise NotFoundException("Not found")

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
        self.write_response(status, aws_headers(error_type), to_json(content))
