"""Builds the zips that are missing or whose inputs have changed."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from scripts.manifest import ROOT, Function
from scripts.packaging.archive import write_zip
from scripts.packaging.contents import REQUIREMENTS, files_under, own_files, strip
from scripts.packaging.errors import PackagingError
from scripts.packaging.sbom import bill_of_materials
from scripts.packaging.target import Target
from scripts.packaging.toolchains import Toolchain

BUILD: Final = ROOT / "build"
MB: Final = 1_000_000
BILL_OF_MATERIALS: Final = ".cdx.json"
"""Suffix of the file next to a zip that lists its components."""


class Record(BaseModel):
    """The content of `<function>.json` next to a zip."""

    inputs: str
    """The hash of all inputs of the zip."""
    sha256: str
    """The hash of the zip itself, in hexadecimal."""
    size_bytes: int


@dataclass(frozen=True)
class Built:
    function: Function
    zip_file: Path
    record: Record
    is_new: bool
    """False if a zip of the same inputs already existed."""


class Builder:
    """Builds functions of one target into `output/<function>.zip`.

    `dependencies` caches installed packages, one folder per set of requirements. Builds may run concurrently: each
    output is renamed into place when it is complete.
    """

    def __init__(
        self,
        target: Target,
        tools: Toolchain,
        *,
        output: Path | None = None,
        dependencies: Path = BUILD / "dependencies",
        root: Path = ROOT,
    ) -> None:
        self.target = target
        self.tools = tools
        self.output = output or BUILD / target.arch
        self.dependencies = dependencies
        self.root = root

    def build(self, function: Function) -> Built:
        """Build one zip. Raises PackagingError if packages are unavailable, code does not compile, or the zip is too
        large.
        """
        requirements = self.root / "functions" / function.name / REQUIREMENTS
        if not requirements.is_file():
            raise PackagingError(f"functions/{function.name} has no {REQUIREMENTS}: make it with --lock.")
        files = {  # read once, so that the hash matches the zip even if someone edits meanwhile
            path: file.read_bytes()
            for path, file in own_files(function.name, brings=function.brings, root=self.root).items()
        }
        packages_key = self._hash(requirements.read_text(encoding="utf-8"))
        inputs = self._hash(packages_key, {path: _sha256(content) for path, content in files.items()})
        zip_file = self.output / f"{function.name}.zip"
        record = _record_of(zip_file)
        if record and record.inputs == inputs:
            _check_size(function, record.size_bytes)
            return Built(function, zip_file, record, is_new=False)
        packages = self._packages(packages_key, requirements)
        return Built(function, zip_file, self._zip(function, files, packages, inputs), is_new=True)

    def _zip(self, function: Function, files: Mapping[str, bytes], packages: Path, inputs: str) -> Record:
        self.output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{function.name}-", dir=self.output) as scratch:
            code = Path(scratch, "code")
            for path, source in files.items():
                (code / path).parent.mkdir(parents=True, exist_ok=True)
                (code / path).write_bytes(source)
            self.tools.compile(code)
            made = Path(scratch, "zip")
            write_zip(made, {**files_under(packages), **files_under(code)})
            content = made.read_bytes()
            _check_size(function, len(content))
            record = Record(inputs=inputs, sha256=_sha256(content), size_bytes=len(content))
            materials = Path(scratch, "materials")
            materials.write_text(
                bill_of_materials(function.name, record.sha256, packages, files, self.root), encoding="utf-8"
            )
            described = Path(scratch, "json")
            described.write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
            made.replace(self.output / f"{function.name}.zip")
            materials.replace(self.output / f"{function.name}{BILL_OF_MATERIALS}")
            described.replace(self.output / f"{function.name}.json")
        return record

    def _packages(self, key: str, requirements: Path) -> Path:
        """Return the folder of the installed requirements, compiled and stripped of files that no function needs."""
        folder = self.dependencies / key
        if not folder.is_dir():
            self.dependencies.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".", dir=self.dependencies) as scratch:
                made = Path(scratch, "packages")
                made.mkdir()
                self.tools.install(requirements, made)
                strip(made)
                self.tools.compile(made)
                _move(made, folder)
        return folder

    def _hash(self, *inputs: object) -> str:
        """Hash the inputs, the target and the tools: other tools may produce other bytes from the same inputs."""
        return _sha256(json.dumps([inputs, *self._surroundings], sort_keys=True).encode())

    @cached_property
    def _surroundings(self) -> tuple[str, ...]:
        ours = (file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.glob("*.py")))
        return (self.target.arch, self.target.python, self.tools.fingerprint, zlib.ZLIB_RUNTIME_VERSION, *ours)


def _record_of(zip_file: Path) -> Record | None:
    """Return the record of a zip, or None if the zip is missing or does not match it."""
    try:
        record = Record.model_validate_json(zip_file.with_suffix(".json").read_bytes())
        is_whole = _sha256(zip_file.read_bytes()) == record.sha256 and zip_file.with_suffix(BILL_OF_MATERIALS).is_file()
        return record if is_whole else None
    except (FileNotFoundError, ValidationError):
        return None


def _check_size(function: Function, size_bytes: int) -> None:
    if size_bytes > function.zip_limit_mb * MB:
        raise PackagingError(
            f"{function.name}: its zip has {size_bytes / MB:.2f} MB, over its limit of {function.zip_limit_mb} MB "
            "(zip_limit_mb in functions/functions.yaml)."
        )


def _move(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:  # a concurrent build was faster
        if not folder.is_dir():
            raise


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
