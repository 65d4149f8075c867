"""Two ways to install a function's packages and compile its modules: AWS's Lambda image, or wheels with uv."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

from scripts.packaging import bytecode
from scripts.packaging.errors import PackagingError
from scripts.packaging.target import Target

IMAGES: Final = Path(__file__).with_name("images.json")
"""The digests of AWS's images. A tag may move to another image at any time; a digest never does.

`package_docker.py --lock` writes the current digests, if Docker is running. The first ones were copied from a public
project that pins the same tags, and have not been pulled yet. A wrong digest can only make the pull fail: the registry
serves nothing else under it.
"""
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_SAME_HASHES = {"PYTHONHASHSEED": "0"}
"""Bytecode depends on the order of sets."""
_ONLY_WHAT_IS_LISTED = ("--require-hashes", "--no-deps", "--only-binary", ":all:")


class Toolchain(Protocol):
    @property
    def description(self) -> str:
        """A phrase for the user."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same inputs could produce other bytes."""

    def install(self, requirements: Path, folder: Path) -> None:
        """Install the listed packages, verified by their hashes. Raises PackagingError."""

    def compile(self, folder: Path) -> None:
        """Write bytecode next to each module, if the toolchain can. Raises PackagingError."""


def toolchain(target: Target, *, wheels_only: bool = False) -> Toolchain:
    """Return the Lambda image if a Docker daemon responds, otherwise prebuilt wheels."""
    if not wheels_only and is_docker_running():
        return LambdaImage(target)
    return Wheels(target)


def is_docker_running() -> bool:
    """Return whether a Docker daemon responds within 10 s."""
    try:
        asked = subprocess.run(
            ["docker", "version", "--format", "{{.Server.Version}}"],  # noqa: S607 - where PATH has it
            capture_output=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


class LambdaImage:
    """AWS's image of the runtime, in Docker. The architecture may differ from the host's if the daemon can emulate
    it.
    """

    def __init__(self, target: Target, images: Path = IMAGES) -> None:
        self.target = target
        self._pinned = pinned_images(images).get(target.image)

    @property
    def description(self) -> str:
        if self._pinned:
            return f"in AWS's image {self.image}"
        return f"in AWS's image {self.image}, the newest one: --lock pins its digest"

    @cached_property
    def image(self) -> str:
        """The image by digest: the pinned one, or the current one of AWS's tag. Pulls the image if it is missing."""
        repository = self.target.image.rpartition(":")[0]
        if not self._pinned:
            return f"{repository}@{newest_digest(self.target)}"
        _pull(f"{repository}@{self._pinned}", self.target)
        return f"{repository}@{self._pinned}"

    @property
    def fingerprint(self) -> str:
        return self.image

    def install(self, requirements: Path, folder: Path) -> None:
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-compile")
        given = ("--requirement", "/requirements.txt", "--target", "/packages")
        volumes = {f"{requirements.resolve()}:/requirements.txt:ro", f"{folder.resolve()}:/packages"}
        _run(*self.command(volumes, *pip, *_ONLY_WHAT_IS_LISTED, *given))

    def compile(self, folder: Path) -> None:
        volumes = {f"{Path(bytecode.__file__).resolve()}:/bytecode.py:ro", f"{folder.resolve()}:/code"}
        _run(*self.command(volumes, "-S", "-B", "/bytecode.py", "/code"))

    def command(self, volumes: set[str], *arguments: str) -> list[str]:
        """Return the command that runs the image's Python as this process's user, which then owns the files."""
        options = ["--rm", "--platform", self.target.docker_platform, "--user", f"{os.getuid()}:{os.getgid()}"]
        for variable, value in {"HOME": "/tmp", **_SAME_HASHES}.items():  # noqa: S108 - the container's
            options += ["--env", f"{variable}={value}"]
        for volume in sorted(volumes):
            options += ["--volume", volume]
        return ["docker", "run", *options, "--entrypoint", "python3", self.image, *arguments]


def pinned_images(file: Path = IMAGES) -> dict[str, str]:
    """Return the digest of each image in `file`, by its tag; empty if there is no such file."""
    pinned: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return pinned


def newest_digest(target: Target) -> str:
    """Pull the image of AWS's tag and return its current digest. Raises PackagingError."""
    _pull(target.image, target)
    digests = _run("docker", "image", "inspect", "--format", '{{join .RepoDigests "\\n"}}', target.image)
    repository = target.image.rpartition(":")[0]
    for name, _, digest in (line.partition("@") for line in digests.split()):
        if name == repository and _DIGEST.fullmatch(digest):
            return digest
    raise PackagingError(f"Docker reports no digest of {target.image}.")


def _pull(image: str, target: Target) -> None:
    _run("docker", "pull", "--quiet", "--platform", target.docker_platform, image)


class Wheels:
    """Prebuilt wheels for the target's platform, installed by uv. Compiles bytecode only if a matching Python is
    installed.
    """

    def __init__(self, target: Target) -> None:
        self.target = target

    @property
    def description(self) -> str:
        if self.interpreter:
            return f"from prebuilt wheels; bytecode by CPython {self._compiler_version}"
        return (
            f"from prebuilt wheels, WITHOUT bytecode: there is no CPython {self.target.python} here to compile it.\n"
            f"The zips work, but each cold start compiles them again. `uv python install {self.target.python}` helps"
        )

    @cached_property
    def fingerprint(self) -> str:
        return f"{_run(uv(), '--version').strip()}, CPython {self._compiler_version}"

    def install(self, requirements: Path, folder: Path) -> None:
        platform = ("--python-platform", self.target.wheel_platform, "--python-version", self.target.python)
        given = ("--requirements", str(requirements), "--target", str(folder))
        quiet = ("--quiet", "--no-progress", "--python", sys.executable)
        _run(uv(), "pip", "install", *quiet, *platform, *_ONLY_WHAT_IS_LISTED, *given)

    def compile(self, folder: Path) -> None:
        if self.interpreter:
            _run(self.interpreter, "-S", "-B", "-W", "ignore", bytecode.__file__, str(folder))

    @cached_property
    def interpreter(self) -> str | None:
        """A CPython of the target's version, if this machine has one. Downloads nothing."""
        if f"{sys.version_info.major}.{sys.version_info.minor}" == self.target.python:
            return sys.executable
        search = [uv(), "python", "find", "--no-project", f"cpython@{self.target.python}"]
        found = subprocess.run(search, capture_output=True, text=True, check=False)
        return found.stdout.strip() if found.returncode == 0 else None

    @cached_property
    def _compiler_version(self) -> str | None:
        if not self.interpreter:
            return None
        return _run(self.interpreter, "-S", "-c", "import platform; print(platform.python_version())").strip()


def uv() -> str:
    """Return the uv that runs this process, or the one on the PATH. Raises PackagingError if there is none."""
    found = os.environ.get("UV") or shutil.which("uv")
    if not found:
        raise PackagingError("uv is not on the PATH: run this as `python3 -m uv run package_docker.py`.")
    return found


def _run(*command: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment | _SAME_HASHES)
    except subprocess.CalledProcessError as error:
        output = str(error.stderr).strip() or f"exit status {error.returncode}"
        raise PackagingError(f"`{Path(command[0]).name} {' '.join(command[1:4])} ...` failed:\n{output}") from None
    return done.stdout
