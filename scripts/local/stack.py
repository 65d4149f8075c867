"""The whole of Alex on one machine: database, Data API, emulated AWS services, functions and the HTTP API."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from functions.migrator.migrate import migrate
from functions.shared.database import Database
from scripts.local import processes
from scripts.local.access_log import AccessLog
from scripts.local.converse.options import LocalModel
from scripts.local.converse_child import ConverseChild
from scripts.local.data_api_child import CLUSTER_ARN, DataApiChild
from scripts.local.database_users import DatabaseUsers, create_database_users
from scripts.local.emulator import REGION, Emulator
from scripts.local.functions import MAX_CONCURRENCY
from scripts.local.gateway import Gateway
from scripts.local.http_server import free_port
from scripts.local.info import StackInfo
from scripts.local.lifecycle import Startable
from scripts.local.postgres import DATABASE, Postgres
from scripts.local.resources import Resources, create_resources
from scripts.local.sign_in import SignIn, start_with_sign_in
from scripts.local.signals import ignored_stop_signals
from scripts.manifest import NAME_PREFIX
from scripts.packaging.migrations import split_migrations
from scripts.unfinished import resend

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient


class AlreadyRunning(RuntimeError):
    """Another stack uses this state folder."""


class LocalStack(Startable):
    """The stack, as a context manager. Nothing keeps running after it.

    `state` is a folder for this stack alone; it keeps the data, the users and the logs. `port` None picks a free
    port. `fresh` deletes the data of earlier runs. `durable` False is faster but can lose data in a power cut: for
    tests. `environment` adds or overrides variables, by function. `code` gives functions a folder with another
    handler.py (and whatever it needs besides functions/shared). Each queue has at most `max_concurrency` messages in
    flight. `cors_origins` are those of other pages that may call the API. `model` connects the statements of the
    texts. With None, templates do.
    Raises AlreadyRunning, PortTaken or ChildFailed; nothing keeps running in that case.
    """

    def __init__(
        self,
        state: Path,
        *,
        port: int | None = None,
        fresh: bool = False,
        durable: bool = True,
        environment: Mapping[str, Mapping[str, str]] | None = None,
        code: Mapping[str, Path] | None = None,
        visibility_timeout_s: int = 30,
        max_concurrency: int = MAX_CONCURRENCY,
        cors_origins: Collection[str] = (),
        model: LocalModel | None = None,
    ) -> None:
        self.state = state.resolve()
        self._port = port
        self._fresh = fresh
        self._environment = environment or {}
        self._code = code or {}
        self._visibility_timeout_s = visibility_timeout_s
        self._max_concurrency = max_concurrency
        self._cors_origins = cors_origins
        self._model = model
        self._converse: ConverseChild | None = None
        self._registry = processes.Registry(self.state / "processes.json")
        self._stack_json = self.state / "stack.json"
        self.access_log = AccessLog(self.state / "access.log")
        self._stopping = ExitStack()
        self.postgres = Postgres(self.state, port=free_port(), durable=durable)
        self.emulator = Emulator(self.state / "emulator", registry=self._registry)
        self._gateway: Gateway
        self.info: StackInfo
        """Set by `start`, as is `database`."""
        self.database: Database
        """Connects as the owner. The functions connect as users with fewer privileges."""

    def start(self) -> None:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop everything in the reverse order of its start. Idempotent."""
        with ignored_stop_signals():
            self._stopping.close()

    def erase(self) -> None:
        """End processes left by a killed stack, and delete the folder. Raises AlreadyRunning while a stack runs."""
        with self._stopping:
            self._lock()
            self._registry.end_leftovers()
            self._erase_data()
            shutil.rmtree(self.state)

    def boto3_client(self, service: str) -> Any:
        """Return the client of an emulated service; for `rds-data` use `database`."""
        return self.emulator.client(service)

    def logs(self, function: str) -> list[str]:
        """Return a function's log lines (by its name in the manifest). They appear when an invocation ends."""
        client: CloudWatchLogsClient = self.emulator.client("logs")
        group = f"/aws/lambda/{NAME_PREFIX}-{function}"
        if not client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"].rstrip("\n") for page in pages for event in page["events"]]

    @contextmanager
    def away(self) -> Iterator[None]:
        """Make the API's address refuse connections in the block. Everything behind it keeps running."""
        self._gateway.stop()
        try:
            yield
        finally:
            self._gateway = Gateway(self._gateway.port, self.access_log, self._cors_origins)
            self._open()

    @contextmanager
    def undelivered(self, function: str) -> Iterator[None]:
        """Keep messages for a function (by its name in the manifest) in its queue during the block."""
        client: LambdaClient = self.emulator.client("lambda")
        (mapping,) = client.list_event_source_mappings(FunctionName=f"{NAME_PREFIX}-{function}")["EventSourceMappings"]
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        try:
            yield
        finally:
            client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    def workers(self, function: str) -> list[psutil.Process]:
        """Return a function's processes (by its name in the manifest), idle ones included."""
        return self.emulator.workers(f"{NAME_PREFIX}-{function}")

    def processes(self, name: str) -> list[psutil.Process]:
        """Return the processes of the child "postgres", "data api", "converse" or "emulator", with its descendants."""
        children = [*self._registry.entries(), *self.postgres.children()]
        return [process for child in children if child.name == name for process in child.processes()]

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """Kill PostgreSQL and the Data API endpoint, and start them again after the block."""
        self.postgres.kill()
        self._data_api.kill()
        try:
            yield
        finally:
            self.postgres.start()
            self._data_api.start()

    @contextmanager
    def without_emulator(self) -> Iterator[None]:
        """Kill the queues, the functions and the API, and create them again after the block.

        Messages are lost, unlike on SQS.
        """
        with self.away():
            self.emulator.kill()
            try:
                yield
            finally:
                self._data_api.stop()  # the emulator has lost its secrets
                sign_in = start_with_sign_in(self.emulator, self._gateway.url)
                self._create_all(sign_in, create_database_users(self.emulator))
        self._write_info()

    def _resend_unfinished_jobs(self) -> None:
        """Resend messages for the jobs in the database, because the emulator, unlike SQS, loses them on restart."""
        resend(self.database, self.emulator.client("sqs"), self._resources.queue_urls["analysis-jobs"])

    def _start(self) -> None:
        self._lock()
        self._gateway = Gateway(self._port, self.access_log, self._cors_origins)
        self._stopping.callback(self._close)
        self._clean_up()
        self._create_all(*self._start_servers(self._gateway.url))
        self._resend_unfinished_jobs()
        self._open()
        self._write_info()

    def _create_all(self, sign_in: SignIn, users: DatabaseUsers) -> None:
        """Create the tables and the emulated resources, and describe them in `info`."""
        self._resources = self._provision(sign_in, users)
        self._resources.deliver()
        self.info = StackInfo(
            api_url=self._gateway.url,
            token=sign_in.token,
            token_other_user=sign_in.token_other_user,
            data_api_url=self._data_api.url,
            aws_endpoint_url=self.emulator.url,
            converse_url=self._converse.url if self._converse else None,
            cluster_arn=CLUSTER_ARN,
            secret_arn=users.owner_arn,
            database=DATABASE,
            region=REGION,
            log_folder=str(self.emulator.log_folder),
            pid=os.getpid(),
        )

    def _open(self) -> None:
        self._gateway.start(self.emulator.url, self._resources.api_id, f"{NAME_PREFIX}-api")

    def _close(self) -> None:
        """Stop the current gateway, which `away` may have replaced."""
        self._gateway.stop()

    def _lock(self) -> None:
        """Lock the state folder. The system releases the lock when this process ends, however it ends."""
        self.state.mkdir(parents=True, exist_ok=True)
        lock = self._stopping.enter_context((self.state / "lock").open("a"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"Another server already runs on {self.state}.") from error

    def _clean_up(self) -> None:
        """Remove the leftovers of a killed process, and with `fresh` all data of earlier runs."""
        self._stack_json.unlink(missing_ok=True)
        self.access_log.file.unlink(missing_ok=True)
        self._registry.end_leftovers()
        if self._fresh:
            self._erase_data()

    def _erase_data(self) -> None:
        self.postgres.erase()
        self.emulator.erase()

    def _start_servers(self, url: str) -> tuple[SignIn, DatabaseUsers]:
        self._stopping.callback(self.postgres.stop)
        self._stopping.callback(self.emulator.stop)
        with ThreadPoolExecutor() as pool:
            database = pool.submit(self.postgres.start)
            pool.submit(self.emulator.prepare_clients)
            sign_in = start_with_sign_in(self.emulator, url)
            users = create_database_users(self.emulator)
            database.result()
        return sign_in, users

    def _provision(self, sign_in: SignIn, users: DatabaseUsers) -> Resources:
        """Start the Data API endpoint, create the tables, and create the emulated resources."""
        self._data_api = DataApiChild(users.connections(self.postgres), registry=self._registry, state=self.state)
        self._stopping.callback(self._data_api.stop)
        self._start_model()
        with ThreadPoolExecutor() as pool:
            resources = pool.submit(
                create_resources,
                self.emulator,
                sign_in,
                users,
                data_api_url=self._data_api.url,
                converse=self._converse,
                visibility_timeout_s=self._visibility_timeout_s,
                max_concurrency=self._max_concurrency,
                code=self._code,
                variables=self._environment,
            )
            self._data_api.start()
            self.database = self._data_api.database(users.owner_arn)
            migrate(self.database, split_migrations())
            users.set_up(self.database)
            return resources.result()

    def _start_model(self) -> None:
        if self._model is not None and self._converse is None:
            self._converse = ConverseChild(self._model, registry=self._registry, log=self.state / "converse.log")
            self._stopping.callback(self._converse.stop)
            self._converse.start()

    def _write_info(self) -> None:
        new = self._stack_json.with_suffix(".new")
        new.write_text(self.info.model_dump_json(indent=1) + "\n")
        new.chmod(0o600)
        new.replace(self._stack_json)
        self._stopping.callback(self._stack_json.unlink, missing_ok=True)
