"""The AWS emulator (ministack) as a child process: API Gateway, Lambda, SQS, Secrets Manager, Cognito, logs."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
import psutil
from botocore.config import Config

from scripts.local import processes
from scripts.local.http_server import answers, free_port

REGION = "us-east-1"
ACCOUNT = "000000000000"
NO_SECRET = "test"  # noqa: S105 -- the emulator checks no signatures
SERVICES = ("cognito-idp", "secretsmanager", "sqs", "lambda", "apigatewayv2")
STOP_S = 3.0
"""It stops in 0.1 s; a function that is at work would hold it up, and is killed then."""


class Emulator:
    """Everything it knows is forgotten when it stops, except the user pools with their users and signing keys.

    `state` is a folder of ours alone. Context manager; can be started again after a stop.
    """

    def __init__(self, state: Path, *, registry: processes.Registry) -> None:
        self._state = state.resolve()
        self._kept = self._state / "kept"
        self._tmp = self._state / "tmp"
        self._registry = registry
        self._child: processes.Child | None = None
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when it answers. Raises ChildFailed with the end of its log."""
        self._clear_away()
        self._tmp.mkdir(parents=True)
        self._child = processes.start(
            "emulator",
            [sys.executable, "-m", "ministack"],
            registry=self._registry,
            log=self._state / "emulator.log",
            ready=lambda: answers(self.port, "/_ministack/health"),
            grace_s=STOP_S,
            env=self._environment(),
            cwd=self._tmp,
        )

    def stop(self) -> None:
        """Ends it and the processes of its functions, and removes their files. Can be repeated."""
        if self._child is not None:
            self._child.stop()
            self._child = None
            self._clear_away()

    def kill(self) -> None:
        """Ends it as a crash would, with its queues and the functions that are at work."""
        if self._child is not None:
            self._child.kill()

    def client(self, service: str) -> Any:
        """The boto3 client of a service, made once. It never retries, and waits for as long as a function may run."""
        with self._lock:
            if service not in self._clients:
                session: Any = boto3.Session(ACCOUNT, NO_SECRET, region_name=REGION)
                self._clients[service] = session.client(
                    service,
                    endpoint_url=self.url,
                    config=Config(
                        retries={"total_max_attempts": 1}, read_timeout=920, max_pool_connections=50, proxies={}
                    ),
                )
            return self._clients[service]

    def prepare_clients(self) -> None:
        """Makes those that the stack needs while the emulator is still starting: each takes some 30 ms."""
        for service in SERVICES:
            self.client(service)

    def erase(self) -> None:
        """Forgets the users too. It must be stopped."""
        shutil.rmtree(self._state, ignore_errors=True)

    def workers(self, function: str) -> list[psutil.Process]:
        """The processes that run a Lambda function (by its full name) at present, idle ones included."""
        if self._child is None:
            return []
        mark = f"ministack-lambda-{function}-"
        children = psutil.Process(self._child.pid).children(recursive=True)
        return [child for child in children if any(mark in word for word in _command_line(child))]

    def _environment(self) -> dict[str, str]:
        """The whole of it, because every function inherits it: nothing of the caller's, no credentials, no proxies."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "HOME": str(self._tmp),
            "TMPDIR": str(self._tmp),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "LOG_LEVEL": "WARNING",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DOCKER_HOST": f"unix://{self._tmp}/no-docker.sock",  # it would look for containers to remove
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._kept),
            "S3_DATA_DIR": str(self._tmp / "s3"),
        }

    def _clear_away(self) -> None:
        """What it leaves behind: it never deletes the code it unzips, and it saves more than the user pools."""
        shutil.rmtree(self._tmp, ignore_errors=True)
        for saved in self._kept.glob("*.json"):
            if saved.name != "cognito.json":
                saved.unlink()


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []
