"""The AWS emulator (ministack) as a child process: API Gateway, Lambda, SQS, Secrets Manager, Cognito, logs."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.config import Config

from scripts.local import emulator_child, processes
from scripts.local.http_server import free_port, is_healthy
from scripts.local.lambda_runtime import LOG_FOLDER
from scripts.local.lifecycle import Startable

REGION = "us-east-1"
ACCOUNT = "000000000000"
NO_SECRET = "test"  # noqa: S105 -- the emulator checks no signatures
SERVICES = ("cognito-idp", "secretsmanager", "sqs", "lambda", "apigatewayv2")
USERS = f"{emulator_child.SAVED}.json"
"""The file with the user pools. Their signing keys are in a folder next to it."""
SAVE_S = 30.0
STOP_S = 3.0
"""Stopping takes 0.1 s, unless a function is running, which is killed after this time."""


class Emulator(Startable):
    """The emulator. Only the user pools, with their users and signing keys, survive a restart.

    `state` is a folder for the emulator alone. Context manager; can be started again after a stop.
    """

    def __init__(self, state: Path, *, registry: processes.Registry) -> None:
        self._state = state.resolve()
        self._kept = self._state / "kept"
        self._tmp = self._state / "tmp"
        self.log_folder = self._state / "functions"
        """The functions' lines, written by their runtime (lambda_runtime.py) while they run."""
        self._registry = registry
        self._child: processes.Child | None = None
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the emulator and wait until it is healthy. Raises ChildFailed."""
        self._clean_up()
        self._tmp.mkdir(parents=True)
        self.log_folder.mkdir()
        self._child = processes.start(
            "emulator",
            [sys.executable, "-P", emulator_child.__file__],
            registry=self._registry,
            log=self._state / "emulator.log",
            ready=lambda: is_healthy(self.port, "/_ministack/health"),
            grace_s=STOP_S,
            env=self._environment(),
            cwd=self._tmp,
        )

    def stop(self) -> None:
        """Stop the emulator and its functions, and remove their files. Idempotent."""
        if self._child is not None:
            self._child.stop()
            self._child = None
            self._clean_up()

    def save_users(self) -> None:
        """Save the user pools now; otherwise, a kill would lose those made since the start. Raises ChildFailed."""
        assert self._child is not None
        saved = self._kept / USERS
        saved.unlink(missing_ok=True)
        os.kill(self._child.pid, emulator_child.SAVE_USERS)
        self._child.wait_until(saved.exists, timeout_s=SAVE_S)

    def kill(self) -> None:
        """Kill the emulator and its functions, as a crash would. The queues are lost."""
        if self._child is not None:
            self._child.kill()

    def client(self, service: str) -> Any:
        """Return the cached boto3 client of a service. It never retries, and waits as long as a function can run."""
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
        """Create the clients that the stack needs, 30 ms each, while the emulator is still starting."""
        for service in SERVICES:
            self.client(service)

    def erase(self) -> None:
        """Delete all state, the users included. The emulator must be stopped."""
        shutil.rmtree(self._state, ignore_errors=True)

    def workers(self, function: str) -> list[psutil.Process]:
        """Return the processes of a Lambda function (by its full name), idle ones included."""
        if self._child is None:
            return []
        children = psutil.Process(self._child.pid).children(recursive=True)
        return [child for child in children if _environment_of(child).get("AWS_LAMBDA_FUNCTION_NAME") == function]

    def _environment(self) -> dict[str, str]:
        """Return the whole environment. Functions inherit it, so it excludes the caller's credentials and proxies."""
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
            "DOCKER_HOST": f"unix://{self._tmp}/no-docker.sock",  # otherwise the emulator removes containers
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._kept),
            "S3_DATA_DIR": str(self._tmp / "s3"),
            LOG_FOLDER: str(self.log_folder),
        }

    def _clean_up(self) -> None:
        """Remove what the emulator leaves behind: unzipped code, and saved state other than the user pools."""
        for folder in (self._tmp, self.log_folder):
            shutil.rmtree(folder, ignore_errors=True)
        for saved in self._kept.glob("*.json"):
            if saved.name != USERS:
                saved.unlink()


def _environment_of(process: psutil.Process) -> dict[str, str]:
    """Return a process's environment, empty if it has ended."""
    try:
        return dict(process.environ())
    except psutil.Error:
        return {}
