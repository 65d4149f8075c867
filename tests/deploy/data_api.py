"""The RDS Data API as AWS guards it: callers need the right to call it, and are whoever the secret says they are."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, cast

import psycopg
import urllib3
from psycopg import sql
from psycopg.conninfo import make_conninfo

from scripts.local.data_api.errors import ServiceError
from scripts.local.data_api.service import Service
from scripts.local.emulator import Emulator
from scripts.local.http_server import LocalServer, SilentHandler
from scripts.local.postgres import DATABASE, OWNER, SUPERUSER, Postgres

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REFUSED = 403
HELD_S = 30.0
"""Less than a lease of the planner's: what is held for longer shows as a second attempt."""


class GuardedDataApi:
    """One cluster. Each request is shown to the emulator first, which knows the caller's policies."""

    def __init__(self, postgres: Postgres, emulator: Emulator, cluster_arn: str) -> None:
        self._postgres = postgres
        self._emulator = emulator
        self._cluster_arn = cluster_arn
        self._services: dict[str, Service] = {}
        self._lock = threading.Lock()
        self._pool = urllib3.PoolManager(retries=False, maxsize=20)
        self._server = _Server(self)
        self.url = self._server.url
        self.users: list[str] = []
        """Who has signed in, in their order."""
        self._held: Held | None = None

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        for service in self._services.values():
            service.close()

    def refusal(self, path: str, headers: Mapping[str, str], body: bytes) -> urllib3.BaseHTTPResponse | None:
        """The emulator's answer, if the caller may not do this. What it says of the statement itself is nothing."""
        answer = self._pool.request("POST", self._emulator.url + path, headers=headers, body=body)
        return answer if answer.status == REFUSED else None

    @contextmanager
    def held(self, text: str) -> Iterator[Held]:
        """Until the end of the block, statements that contain the text wait."""
        self._held = Held(text)
        try:
            yield self._held
        finally:
            self._held.release()
            self._held = None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Of the database, past the API."""
        with psycopg.connect(self._postgres.dsn(DATABASE, SUPERUSER)) as connection:
            return connection.execute(query.encode()).fetchall()

    def call(self, operation: str, body: bytes) -> dict[str, Any]:
        """Raises ServiceError."""
        request = json.loads(body)
        if self._held:
            self._held.hold(request.get("sql", ""))
        service = self._service(request["secretArn"])
        service.authorize(request)
        return service.operations[operation](request)

    def _service(self, secret_arn: str) -> Service:
        """As whoever the secret says now."""
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
            self._take_password_of_owner(secret["password"])
        self.users.append(secret["username"])
        return make_conninfo(self._postgres.dsn(), user=secret["username"], password=secret["password"])

    def _take_password_of_owner(self, password: str) -> None:
        """As RDS does when it makes the cluster and the secret of its owner."""
        with psycopg.connect(self._postgres.dsn("postgres", SUPERUSER), autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(OWNER), password))


class Held:
    """Statements that wait until they are released."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._arrived = threading.Event()
        self._released = threading.Event()

    def wait(self) -> None:
        """Until the first one has come."""
        assert self._arrived.wait(HELD_S)

    def hold(self, sql: str) -> None:
        if self._text in sql:
            self._arrived.set()
            self._released.wait(HELD_S)

    def release(self) -> None:
        self._released.set()


class _Server(LocalServer):
    def __init__(self, api: GuardedDataApi) -> None:
        super().__init__(_Handler)
        self.api = api


class _Handler(SilentHandler):
    def do_POST(self) -> None:
        api, body = cast(_Server, self.server).api, self.read_body()
        if refusal := api.refusal(self.path, dict(self.headers), body):
            self._write(refusal.status, refusal.data, refusal.headers.get("x-amzn-errortype"))
            return
        try:
            self._write(200, json.dumps(api.call(self.path.removeprefix("/"), body)).encode())
        except ServiceError as error:
            self._write(error.status, json.dumps(error.body).encode(), error.code)

    def _write(self, status: int, body: bytes, error_type: str | None = None) -> None:
        headers = {"Content-Type": "application/json", **({"x-amzn-errortype": error_type} if error_type else {})}
        self.write_answer(status, headers, body)
