"""The Data API endpoint as a child process, and the project's own client to it."""

from __future__ import annotations

import http.client
import os
import sys
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from functions.shared.database import Database
from functions.shared.database.transport import Credentials, SignedTransport
from functions.shared.settings import DatabaseSettings
from scripts.local import processes
from scripts.local.emulator import ACCOUNT, NO_SECRET, REGION, free_port
from scripts.local.postgres import DATABASE
from scripts.table import NAME_PREFIX, ROOT

CLUSTER_ARN = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:{NAME_PREFIX}"


class DataApiChild:
    """Serves the database at `dsn` to whoever names this secret. `url` is known before `start`."""

    def __init__(self, dsn: str, secret_arn: str, *, registry: processes.Registry, log: Path) -> None:
        self._dsn = conninfo_to_dict(dsn)
        self._secret_arn = secret_arn
        self._registry = registry
        self._log = log
        self._child: processes.Child | None = None
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns when it answers. Raises ChildFailed with the end of its log."""
        without_password = {name: value for name, value in self._dsn.items() if name != "password"}
        command: list[str | Path] = [sys.executable, "-m", "scripts.local.data_api", "--port", str(self._port)]
        command += ["--dsn", make_conninfo("", **without_password), "--database", DATABASE]
        command += ["--cluster-arn", CLUSTER_ARN, "--secret-arn", self._secret_arn]
        self._child = processes.start(
            "data api",
            command,
            registry=self._registry,
            log=self._log,
            ready=self._answers,
            env={
                "PATH": os.defpath,
                "TZ": "UTC",
                "LC_ALL": "C.UTF-8",
                "PGPASSWORD": str(self._dsn.get("password", "")),
            },
            cwd=ROOT,
        )

    def stop(self) -> None:
        """Can be repeated."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def database(self, patience_s: float = 5) -> Database:
        """A client to it."""
        settings = DatabaseSettings(
            db_cluster_arn=CLUSTER_ARN,
            db_secret_arn=self._secret_arn,
            db_name=DATABASE,
            aws_region=REGION,
            aws_endpoint_url_rds_data=self.url,
        )
        transport = SignedTransport(self.url, REGION, lambda: Credentials(ACCOUNT, NO_SECRET))
        return Database(settings, patience_s=patience_s, transport=transport)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            connection.request("GET", "/_health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()
