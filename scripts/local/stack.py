"""The whole of Alex on this machine: database, Data API, emulated AWS services, functions and its address."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import psutil

from functions.migrator.application_user import grant_application_user
from functions.migrator.migrate import migrate
from functions.shared.database import Database
from functions.shared.tasks import JobMessage
from scripts.jobs_overview import unfinished_jobs
from scripts.local import processes
from scripts.local.access_log import AccessLog
from scripts.local.converse_child import ConverseChild
from scripts.local.data_api_child import CLUSTER_ARN, DataApiChild
from scripts.local.database_users import DatabaseUsers, create_database_users
from scripts.local.emulator import REGION, Emulator
from scripts.local.functions import MAX_CONCURRENCY
from scripts.local.gateway import Gateway
from scripts.local.http_server import free_port
from scripts.local.info import StackInfo
from scripts.local.postgres import DATABASE, Postgres
from scripts.local.resources import Resources, create_resources
from scripts.local.sign_in import SignIn, start_with_sign_in
from scripts.local.signals import undisturbed
from scripts.table import NAME_PREFIX, ROOT

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient


class AlreadyRunning(RuntimeError):
    """Another stack uses this state folder."""


class LocalStack:
    """Context manager; everything runs inside it, and nothing is left after it.

    `state` is a folder of its own, which keeps the data, the users and the logs. `port` None takes a free one. `fresh`
    forgets what earlier runs left. `durable` False is faster, and may lose data in a power cut: for tests.
    `environment` sets more or other variables of functions, by name; `code` gives functions a folder with another
    handler.py (and whatever it needs beside functions/shared). Of each queue `max_concurrency` messages are at work at
    once.
    `model_pace` has the texts worded by a stand-in for a language model, at so many tokens a second (0: at once); None:
    by templates.
    Raises AlreadyRunning, PortTaken or, with the end of the log, ChildFailed; nothing is left running then.
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
        model_pace: float | None = None,
    ) -> None:
        self.state = state.resolve()
        self._port = port
        self._fresh = fresh
        self._environment = environment or {}
        self._code = code or {}
        self._visibility_timeout_s = visibility_timeout_s
        self._max_concurrency = max_concurrency
        self._model_pace = model_pace
        self._converse: ConverseChild | None = None
        self._registry = processes.Registry(self.state / "processes.json")
        self._stack_json = self.state / "stack.json"
        self.access_log = AccessLog(self.state / "access.log")
        self._stopping = ExitStack()
        self.postgres = Postgres(self.state, port=free_port(), durable=durable)
        self.emulator = Emulator(self.state / "emulator", registry=self._registry)
        self._gateway: Gateway
        self.info: StackInfo
        """There from start to stop, as `database` is."""
        self.database: Database
        """As its owner; the functions sign in as a user with fewer rights."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops everything in the reverse of the order in which it was started. Can be repeated."""
        with undisturbed():
            self._stopping.close()

    def erase(self) -> None:
        """Ends what a killed process left here, and removes the folder. Raises AlreadyRunning while a stack runs."""
        with self._stopping:
            self._lock()
            self._registry.end_leftovers()
            self._forget()
            shutil.rmtree(self.state)

    def boto3_client(self, service: str) -> Any:
        """The client of an emulated service; for `rds-data` use `database`."""
        return self.emulator.client(service)

    def logs(self, function: str) -> list[str]:
        """The lines that a function (by its name in the table) has logged; those of a call appear when it has ended."""
        client: CloudWatchLogsClient = self.emulator.client("logs")
        group = f"/aws/lambda/{NAME_PREFIX}-{function}"
        if not client.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"].rstrip("\n") for page in pages for event in page["events"]]

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody answers at the API's address meanwhile; everything behind it goes on."""
        self._gateway.stop()
        try:
            yield
        finally:
            self._gateway = Gateway(self._gateway.port, self.access_log)
            self._open()

    @contextmanager
    def undelivered(self, function: str) -> Iterator[None]:
        """What is sent to a function (by its name in the table) stays in its queue meanwhile."""
        client: LambdaClient = self.emulator.client("lambda")
        (mapping,) = client.list_event_source_mappings(FunctionName=f"{NAME_PREFIX}-{function}")["EventSourceMappings"]
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        try:
            yield
        finally:
            client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    def workers(self, function: str) -> list[psutil.Process]:
        """The processes in which a function (by its name in the table) runs or waits for its next call."""
        return self.emulator.workers(f"{NAME_PREFIX}-{function}")

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """PostgreSQL and its Data API endpoint are killed, whatever they are at, and started again afterwards."""
        self.postgres.kill()
        self._data_api.kill()
        try:
            yield
        finally:
            self.postgres.start()
            self._data_api.start()

    @contextmanager
    def without_emulator(self) -> Iterator[None]:
        """Queues, functions and API are killed, whatever they are at, and made anew afterwards. No message is left.

        SQS would have kept them.
        """
        with self.away():
            self.emulator.kill()
            try:
                yield
            finally:
                self._data_api.stop()  # it goes by secrets that are gone too
                sign_in = start_with_sign_in(self.emulator, self._gateway.url)
                self._make_all(sign_in, create_database_users(self.emulator))
        self._tell()

    def _look_after_unfinished_jobs(self) -> None:
        """The emulator has forgotten its queues, the database remembers the jobs; SQS would have kept the messages."""
        for job_id in unfinished_jobs(self.database):
            self._resources.send("watchdog", JobMessage(job_id=job_id).model_dump_json())

    def _start(self) -> None:
        self._lock()
        self._gateway = Gateway(self._port, self.access_log)
        self._stopping.callback(self._close)
        self._clean_up()
        self._make_all(*self._start_servers(self._gateway.url))
        self._look_after_unfinished_jobs()
        self._open()
        self._tell()

    def _make_all(self, sign_in: SignIn, users: DatabaseUsers) -> None:
        """What there is once the servers run, and how clients find it."""
        self._resources = self._fill(sign_in, users)
        self._resources.deliver(self._max_concurrency)
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
            pid=os.getpid(),
        )

    def _open(self) -> None:
        self._gateway.start(self.emulator.url, self._resources.api_id, f"{NAME_PREFIX}-api")

    def _close(self) -> None:
        """The gateway of now, which may be another than the first one."""
        self._gateway.stop()

    def _lock(self) -> None:
        """Of the state folder; the system gives it back when this process ends, however it ends."""
        self.state.mkdir(parents=True, exist_ok=True)
        lock = self._stopping.enter_context((self.state / "lock").open("a"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(f"Another server already runs on {self.state}.") from error

    def _clean_up(self) -> None:
        """What a killed process left, and with `fresh` all that earlier ones kept."""
        self._stack_json.unlink(missing_ok=True)
        self.access_log.file.unlink(missing_ok=True)
        self._registry.end_leftovers()
        if self._fresh:
            self._forget()

    def _forget(self) -> None:
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

    def _fill(self, sign_in: SignIn, users: DatabaseUsers) -> Resources:
        """The database with its tables, the emulator with its resources."""
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
                converse_url=self._converse.url if self._converse else None,
                visibility_timeout_s=self._visibility_timeout_s,
                code=self._code,
                variables=self._environment,
            )
            self._data_api.start()
            self.database = self._data_api.database(users.owner_arn)
            migrate(self.database, ROOT / "migrations")
            grant_application_user(self.database, users.application)
            return resources.result()

    def _start_model(self) -> None:
        if self._model_pace is not None and self._converse is None:
            self._converse = ConverseChild(self._model_pace, registry=self._registry, log=self.state / "converse.log")
            self._stopping.callback(self._converse.stop)
            self._converse.start()

    def _tell(self) -> None:
        new = self._stack_json.with_suffix(".new")
        new.write_text(self.info.model_dump_json(indent=1) + "\n")
        new.chmod(0o600)
        new.replace(self._stack_json)
        self._stopping.callback(self._stack_json.unlink, missing_ok=True)
