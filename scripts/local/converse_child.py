"""Runs the stand-in for Bedrock as a child process."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.local import processes
from scripts.local.converse import STUB_MODEL_ID
from scripts.local.converse.options import LocalModel
from scripts.local.converse.smollm2 import SMOLLM2_MODEL_ID, SMOLLM2_SETTINGS
from scripts.local.http_server import free_port, is_healthy
from scripts.manifest import ROOT


class ConverseChild:
    """Serves a model. `url` is set before `start`."""

    def __init__(self, model: LocalModel, *, registry: processes.Registry, log: Path) -> None:
        self._model = model
        self._registry = registry
        self._log = log
        self._child: processes.Child | None = None
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    @property
    def model_id(self) -> str:
        return SMOLLM2_MODEL_ID if self._model.name == "smollm2" else STUB_MODEL_ID

    @property
    def settings(self) -> Mapping[str, str]:
        """Variables of the functions that call the model."""
        return SMOLLM2_SETTINGS if self._model.name == "smollm2" else {}

    def start(self) -> None:
        """Start the endpoint and wait until it is healthy. Raises ChildFailed with the end of its log."""
        command: list[str | Path] = [sys.executable, "-m", "scripts.local.converse", "--port", str(self._port)]
        self._child = processes.start(
            "converse",
            [*command, "--pace", str(self._model.pace), "--model", self._model.name],
            registry=self._registry,
            log=self._log,
            ready=lambda: is_healthy(self._port, "/_health"),
            env={"PATH": os.defpath, "TZ": "UTC", "LC_ALL": "C.UTF-8"},
            cwd=ROOT,
        )

    def stop(self) -> None:
        """Stop the endpoint. Idempotent."""
        if self._child is not None:
            self._child.stop()
            self._child = None
