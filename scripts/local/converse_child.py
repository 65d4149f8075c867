"""Runs the stand-in for Bedrock as a child process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from scripts.local import processes
from scripts.local.http_server import free_port, is_healthy
from scripts.manifest import ROOT


class ConverseChild:
    """Sends `pace` tokens per second, or everything at once if 0. `url` is set before `start`."""

    def __init__(self, pace: float, *, registry: processes.Registry, log: Path) -> None:
        self._pace = pace
        self._registry = registry
        self._log = log
        self._child: processes.Child | None = None
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start the endpoint and wait until it is healthy. Raises ChildFailed with the end of its log."""
        command: list[str | Path] = [sys.executable, "-m", "scripts.local.converse", "--port", str(self._port)]
        self._child = processes.start(
            "converse",
            [*command, "--pace", str(self._pace)],
            registry=self._registry,
            log=self._log,
            ready=lambda: is_healthy(self._port, "/_health"),
            env={"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C.UTF-8"},
            cwd=ROOT,
        )

    def stop(self) -> None:
        """Idempotent."""
        if self._child is not None:
            self._child.stop()
            self._child = None
