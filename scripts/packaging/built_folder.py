"""Folders of built files that the api serves, rebuilt only when their sources change."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Final

from scripts.manifest import ROOT

_BUILT_FROM: Final = ".built-from"
"""The hash of the sources. Hidden files are not packaged."""


def rebuild(folder: Path, sources: str, write: Callable[[Path], None]) -> bool:
    """Fill the folder with `write`, unless it was built from the same `sources`. Returns whether it was rebuilt.

    Concurrent builds wait for each other. The existing folder stays until the new one is complete.
    """
    with folder.with_name(f".{folder.name}-building").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built_from = folder / _BUILT_FROM
        if built_from.is_file() and built_from.read_text(encoding="utf-8") == sources:
            return False
        made = folder.with_name(f".{folder.name}")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        write(made)
        (made / _BUILT_FROM).write_text(sources, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
    return True


def hash_of(files: Iterable[Path], packages: Iterable[str] = (), root: Path = ROOT) -> str:
    """Return a hash of the files, with their paths below `root`, and of the packages' versions."""
    found = hashlib.sha256()
    for name in packages:
        found.update(f"{name} {version(name)}\n".encode())
    for file in sorted(set(files)):
        content = file.read_bytes()
        found.update(f"{file.relative_to(root)} {len(content)}\n".encode() + content)
    return found.hexdigest()
