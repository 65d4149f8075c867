"""Builds the page, functions/api/web, into its folder dist, if Node.js is installed and the sources have changed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scripts.manifest import ROOT
from scripts.packaging.built_folder import hash_of, rebuild
from scripts.packaging.errors import PackagingError
from scripts.packaging.node import put_node_on_path

WEB: Final = ROOT / "functions" / "api" / "web"
_DIST: Final = "dist"
_MODULES: Final = "node_modules"
_INSTALLED: Final = ".installed"
"""In node_modules: the hash of the lock file used to install it."""
_OLDEST_NODE: Final = (20, 19)
NO_NODE: Final = (
    "The page is not built, because Node.js {oldest} or later is not installed. The API works without the page. To"
    " build it, install Node.js, or add `--group page` after `uv run`."
)


def build_page() -> str:
    """Build the page and return a one-sentence summary.

    Without Node.js, it builds and removes nothing. Raises PackagingError with the end of npm's output.
    """
    put_node_on_path()
    if not _has_node():
        return NO_NODE.format(oldest=".".join(map(str, _OLDEST_NODE)))

    def write(folder: Path) -> None:
        _install()
        _run("npm", "run", "build", "--", "--outDir", folder.name, "--emptyOutDir")

    is_new = rebuild(WEB / _DIST, hash_of(_sources(), root=WEB), write)
    return "The page was built." if is_new else "The page is built already."


def is_built() -> bool:
    """Return whether there is a page, even an outdated one."""
    return (WEB / _DIST / "index.html").is_file()


def _install() -> None:
    lock_file = hash_of([WEB / "package-lock.json", WEB / "package.json"], root=WEB)
    if _read(WEB / _MODULES / _INSTALLED) != lock_file:
        _run("npm", "ci", "--no-audit", "--no-fund")
        (WEB / _MODULES / _INSTALLED).write_text(lock_file, encoding="utf-8")


def _sources() -> Iterator[Path]:
    for base, folders, names in os.walk(WEB):
        folders[:] = sorted(name for name in folders if name not in {_DIST, _MODULES} and not name.startswith("."))
        yield from (Path(base, name) for name in sorted(names) if not name.startswith("."))


def _read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _has_node() -> bool:
    """Return whether npm and a Node.js version that can build the page are installed."""
    try:
        _run("npm", "--version")
        version = re.match(r"v(\d+)\.(\d+)", _run("node", "--version"))
    except FileNotFoundError:
        return False
    return version is not None and (int(version[1]), int(version[2])) >= _OLDEST_NODE


def _run(*command: str) -> str:
    """Run a command in the page's folder. Raises FileNotFoundError without its program, PackagingError if it fails."""
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        output = (done.stdout + done.stderr)[-2000:]
        raise PackagingError(f"The page can't be built. `{' '.join(command)}` printed:\n{output}")
    return done.stdout
