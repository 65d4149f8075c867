"""The RDS Data API with AWS's access control: IAM decides who may call it, the secret determines the database user."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import urllib3
from psycopg import sql
from psycopg.conninfo import make_conninfo

from scripts.local.data_api.errors import ServiceError
from scripts.local.data_api.service import Service
from scripts.local.data_api.wire import json_object, to_json
from scripts.local.emulator import Emulator
from scripts.local.http_server import LocalServer, SilentHandler, aws_headers
from scripts.local.lifecycle import Startable
from scripts.local.postgres import DATABASE, OWNER, SUPERUSER, Postgres

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REFUSED = 403
HELD_S = 30.0
"""Shorter than the planner's lease, so that a held statement does not cause a second attempt."""


class GuardedDataApi(Startable):
    """One cluster. Forwards each request to the emulator first, which evaluates the caller's IAM policies."""

    def __init__(self, postgres: Postgres, emulator: Emulator, cluster_arn: str) -> None:
        self._postgres = postgres
        self._emulator = emulator
        self._cluster_arn = cluster_arn
        self._services: dict[str, Service] = {}
        self._lock = threading.Lock()
        self._pool = urllib3.PoolManager(retries=False, maxsize=20)
        self._server = LocalServer(_Handler, self)
        self.url = self._server.url
        self.users: list[str] = []
        """The database user of each sign-in, in order."""
        self._held: Held | None = None

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
        for service in self._services.values():
            service.close()

    def refusal(self, path: str, headers: Mapping[str, str], body: bytes) -> urllib3.BaseHTTPResponse | None:
        """The emulator's response if the caller is not authorized. Its result for the statement itself is ignored."""
        response = self._pool.request("POST", self._emulator.url + path, headers=headers, body=body)
        return response if response.status == REFUSED else None

    @contextmanager
    def held(self, text: str) -> Iterator[Held]:
        """Block statements that contain the text until the end of the block."""
        self._held = Held(text)
        try:
            yield self._held
        finally:
            self._held.release()
            self._held = None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The result of a query that bypasses the API."""
        with psycopg.connect(self._postgres.dsn(DATABASE, SUPERUSER)) as connection:
            return connection.execute(query.encode()).fetchall()

    def call(self, operation: str, body: bytes) -> dict[str, Any]:
        """Raises ServiceError."""
        request = json_object(body)
        if self._held:
            self._held.hold(request.get("sql", ""))
        service = self._service(request["secretArn"])
        service.authorize(request)
        return service.operations[operation](request)

    def _service(self, secret_arn: str) -> Service:
        """The service for the secret's current user and password."""
        client: SecretsManagerClient = self._emulator.client("secretsmanager")
        secret = client.get_secret_value(SecretId=secret_arn)["SecretString"]
        with self._lock:
            if secret not in self._services:
                self._services[secret] = Service(
                    {secret_arn: self._dsn(json.loads(secret))},
                    cluster_arn=self._cluster_arn,
                    database=DATABASE,
                    statement_timeout_s=45,
                    idle_transaction_s=180,
                )
            return self._services[secret]

    def _dsn(self, secret: Mapping[str, str]) -> str:
        if secret["username"] == OWNER:
            self._set_owner_password(secret["password"])
        self.users.append(secret["username"])
        return make_conninfo(self._postgres.dsn(), user=secret["username"], password=secret["password"])

    def _set_owner_password(self, password: str) -> None:
        """RDS sets it when it creates the cluster and its owner's secret."""
        with psycopg.connect(self._postgres.dsn("postgres", SUPERUSER), autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(OWNER), password))


class Held:
    """Statements that block until they are released."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._arrived = threading.Event()
        self._released = threading.Event()

    def wait(self) -> None:
        """Block until the first one arrives."""
        assert self._arrived.wait(HELD_S)

    def hold(self, sql: str) -> None:
        if self._text in sql:
            self._arrived.set()
            self._released.wait(HELD_S)

    def release(self) -> None:
        self._released.set()


class _Handler(SilentHandler[GuardedDataApi]):
    def do_POST(self) -> None:
        api, body = self.owner, self.read_body()
        if refusal := api.refusal(self.path, dict(self.headers), body):
            self._write(refusal.status, refusal.data, refusal.headers.get("x-amzn-errortype"))
            return
        try:
            self._write(200, to_json(api.call(self.path.removeprefix("/"), body)))
        except ServiceError as error:
            self._write(error.status, to_json(error.body), error.code)

    def _write(self, status: int, body: bytes, error_type: str | None = None) -> None:
        self.write_response(status, aws_headers(error_type), body)
