"""Runs the Data API endpoint in a child process, and connects the product's client to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from functions.shared.database import Database
from functions.shared.database.settings import DatabaseSettings
from functions.shared.database.transport import Credentials, SignedTransport
from scripts.local import processes
from scripts.local.emulator import ACCOUNT, NO_SECRET, REGION
from scripts.local.http_server import free_port, is_healthy
from scripts.local.postgres import DATABASE
from scripts.manifest import NAME_PREFIX, ROOT

CLUSTER_ARN = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:{NAME_PREFIX}"


class DataApiChild:
    """The endpoint. `secrets` maps each secret's ARN to the connection string of its database user.

    `url` is set before `start`. The folder `state` contains the log and the password file.
    """

    def __init__(self, secrets: Mapping[str, str], *, registry: processes.Registry, state: Path) -> None:
        self._users = {arn: conninfo_to_dict(dsn) for arn, dsn in secrets.items()}
        self._registry = registry
        self._log = state / "data_api.log"
        self._passwords = state / "data_api.passwords"
        self._child: processes.Child | None = None
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start the endpoint and wait until it is healthy. Raises ChildFailed with the end of its log."""
        self._write_passwords()
        command: list[str | Path] = [sys.executable, "-m", "scripts.local.data_api", "--port", str(self._port)]
        command += ["--database", DATABASE, "--cluster-arn", CLUSTER_ARN]
        for arn, user in self._users.items():
            without_password = {name: value for name, value in user.items() if name != "password"}
            command += ["--secret", arn, make_conninfo("", **without_password)]
        self._child = processes.start(
            "data api",
            command,
            registry=self._registry,
            log=self._log,
            ready=lambda: is_healthy(self._port, "/_health"),
            env={
                "PATH": os.defpath,
                "TZ": "UTC",
                "LC_ALL": "C.UTF-8",
                "PGPASSFILE": str(self._passwords),
            },
            cwd=ROOT,
        )

    def stop(self) -> None:
        """Stop the process and delete the password file. Idempotent."""
        if self._child is not None:
            self._child.stop()
            self._child = None
            self._passwords.unlink(missing_ok=True)

    def kill(self) -> None:
        """Kill the process and its calls in progress, as a crash would."""
        if self._child is not None:
            self._child.kill()

    def database(self, secret_arn: str, retry_budget_s: float = 5) -> Database:
        """Return a client that connects as the secret's user."""
        settings = DatabaseSettings(
            db_cluster_arn=CLUSTER_ARN,
            db_secret_arn=secret_arn,
            db_name=DATABASE,
            aws_region=REGION,
            aws_endpoint_url_rds_data=self.url,
        )
        transport = SignedTransport(self.url, REGION, lambda: Credentials(ACCOUNT, NO_SECRET))
        return Database(settings, retry_budget_s=retry_budget_s, transport=transport)

    def _write_passwords(self) -> None:
        """Write a file for libpq, because every user can read command lines. Passwords need no escaping here."""
        self._passwords.touch(mode=0o600)
        self._passwords.write_text(
            "".join(f"*:*:*:{user['user']}:{user['password']}\n" for user in self._users.values())
        )
