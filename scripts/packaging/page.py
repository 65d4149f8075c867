"""Builds the page, functions/api/web, into its folder dist, if Node.js is installed and the sources have changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from scripts.manifest import ROOT
from scripts.packaging.errors import PackagingError
from scripts.packaging.node import put_node_on_path

WEB: Final = ROOT / "functions" / "api" / "web"
_DIST: Final = "dist"
_MODULES: Final = "node_modules"
_BUILT_FROM: Final = ".built-from"
"""In dist: the hash of its sources. Hidden files are not packaged."""
_INSTALLED: Final = ".installed"
"""In node_modules: the hash of the lock file used to install it."""
_OLDEST_NODE: Final = (20, 19)
NO_NODE: Final = (
    "The page is not built, because Node.js {oldest} or later is not installed. The API works without the page. To"
    " build it, install Node.js, or add `--group page` after `uv run`."
)

Run = Callable[[Sequence[str], Path], str]


def build_page(web: Path = WEB, run: Run | None = None) -> str:
    """Build the page and return a one-sentence summary. `run` runs a command in a folder and returns its output.

    Without Node.js, it builds and removes nothing. Raises PackagingError with the end of npm's output.
    """
    if run is None:
        put_node_on_path()
        run = _run
    if not _has_node(run, web):
        return NO_NODE.format(oldest=".".join(map(str, _OLDEST_NODE)))
    with (web / ".building").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sources = _hash(_sources(web))
        if _read(web / _DIST / _BUILT_FROM) == sources:
            return "The page is built already."
        _install(web, run)
        _build(web, sources, run)
    return "The page was built."


def is_built(web: Path = WEB) -> bool:
    """Return whether there is a page, even an outdated one."""
    return (web / _DIST / "index.html").is_file()


def _install(web: Path, run: Run) -> None:
    lock_file = _hash([web / "package-lock.json", web / "package.json"])
    if _read(web / _MODULES / _INSTALLED) != lock_file:
        run(["npm", "ci", "--no-audit", "--no-fund"], web)
        (web / _MODULES / _INSTALLED).write_text(lock_file, encoding="utf-8")


def _build(web: Path, sources: str, run: Run) -> None:
    """Build into a temporary folder; the existing page stays until the new one is complete."""
    made = web / ".dist"
    shutil.rmtree(made, ignore_errors=True)
    run(["npm", "run", "build", "--", "--outDir", made.name, "--emptyOutDir"], web)
    (made / _BUILT_FROM).write_text(sources, encoding="utf-8")
    shutil.rmtree(web / _DIST, ignore_errors=True)
    made.rename(web / _DIST)


def _sources(web: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(web):
        folders[:] = sorted(name for name in folders if name not in {_DIST, _MODULES} and not name.startswith("."))
        yield from (Path(base, name) for name in sorted(names) if not name.startswith("."))


def _hash(files: Sequence[Path] | Iterator[Path]) -> str:
    found = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        found.update(f"{file.name} {len(content)}\n".encode() + content)
    return found.hexdigest()


def _read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _has_node(run: Run, web: Path) -> bool:
    """Return whether npm and a Node.js version that can build the page are installed."""
    try:
        run(["npm", "--version"], web)
        version = re.match(r"v(\d+)\.(\d+)", run(["node", "--version"], web))
    except FileNotFoundError:
        return False
    return version is not None and (int(version[1]), int(version[2])) >= _OLDEST_NODE


def _run(command: Sequence[str], folder: Path) -> str:
    """Run a command. Raises FileNotFoundError if the program does not exist, PackagingError if it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        output = (done.stdout + done.stderr)[-2000:]
        raise PackagingError(f"The page can't be built. `{' '.join(command)}` printed:\n{output}")
    return done.stdout
