"""Selects the repository files for a function's zip, and the files that can be stripped from its packages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from scripts.manifest import ROOT
from scripts.packaging.errors import PackagingError

REQUIREMENTS: Final = "requirements.txt"
_NEVER_RUN: Final = frozenset({".pyi", ".pyx", ".pxd", ".h", ".c", ".a", ".js", ".css"})
"""Type stubs, compiler sources, and Powertools' Swagger UI: the documentation has its own copy."""
_FOLDERS_NEVER_RUN: Final = frozenset({"tests", "__pycache__"})
_PARTS_NEVER_IMPORTED: Final = (
    *("numpy/f2py", "numpy/testing", "numpy/_core/_simd.*.so", "numpy/_core/_*_tests.*.so"),
    *("numpy/fft", "numpy/polynomial", "pydantic/v1", "pydantic/mypy.py"),
)
"""Parts that their packages import only on demand: numpy's own tests and Fortran tools, transforms and polynomials that
no agent computes, pydantic's compatibility with version 1, and a plugin of mypy.
"""
_DECLARATIONS: Final = "*/declaration.py"
_COMMANDS: Final = "bin"
_PAGE: Final = "web"
"""A function's page; a zip contains only its build."""
_BUILT: Final = "dist"
_OF_INSTALLERS: Final = frozenset({"RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", ".lock", "py.typed"})
"""They differ between installers or list files that were stripped. METADATA and licenses stay, because scanners read
them.
"""


def own_files(
    name: str, folder: Path | None = None, brings: tuple[str, ...] = (), root: Path = ROOT
) -> Mapping[str, Path]:
    """Return the function's code and the shared code by path in the zip, which equals the path in the repository.

    Every agent's declaration is included, so that the planner and the api find the agents without their code and
    packages.

    `folder` replaces `functions/<name>`; `brings` are patterns of additional files, relative to the repository.
    Raises PackagingError for a function without a handler and for a pattern without a match.
    """
    functions = root / "functions"
    folder = folder or functions / name
    if not (folder / "handler.py").is_file():
        raise PackagingError(f"{name} has no handler.py in functions/{name}.")
    files = {"functions/__init__.py": functions / "__init__.py"}
    files |= dict(_code("functions/shared", functions / "shared"))
    for declaration in functions.glob(_DECLARATIONS):
        module = declaration.parent
        files |= {f"functions/{module.name}/{file}": module / file for file in ("__init__.py", declaration.name)}
    files |= dict(_code(f"functions/{name}", folder))
    for pattern in brings:
        found = {file.relative_to(root).as_posix(): file for file in root.glob(pattern) if file.is_file()}
        if not found:
            raise PackagingError(f"The manifest adds {pattern} to {name}, but there is no such file.")
        files |= found
    return files


def strip(packages: Path) -> None:
    """Delete the files that no function needs from a folder of installed packages."""
    shutil.rmtree(packages / _COMMANDS, ignore_errors=True)
    unused = {found for pattern in _PARTS_NEVER_IMPORTED for found in packages.glob(pattern)}
    for found in sorted(packages.rglob("*")):
        if found.is_dir() and (found.name in _FOLDERS_NEVER_RUN or found in unused):
            shutil.rmtree(found)
        elif found.is_file() and (found.suffix in _NEVER_RUN or found.name in _OF_INSTALLERS or found in unused):
            found.unlink()


def files_under(folder: Path) -> Mapping[str, Path]:
    """Return the files under a folder by their relative path."""
    return {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}


def _code(prefix: str, folder: Path) -> Iterator[tuple[str, Path]]:
    for path, file in _sources_under(folder):
        if not any(part.startswith(".") for part in path.parts) and path.as_posix() != REQUIREMENTS:
            yield f"{prefix}/{path.as_posix()}", file


def _sources_under(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Skip folders with thousands of files that no zip contains, such as a page's node_modules."""
    for base, folders, names in os.walk(folder):
        place = Path(base).relative_to(folder)
        is_page = place == Path(_PAGE)
        folders[:] = [name for name in folders if (name == _BUILT if is_page else name != "__pycache__")]
        if not is_page:
            yield from ((place / name, Path(base, name)) for name in names)
