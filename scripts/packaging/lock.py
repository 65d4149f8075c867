"""Pins the inputs of the zips: each function's requirements.txt, from pyproject.toml, and the digests of the images."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from scripts.manifest import ROOT, Manifest
from scripts.packaging.contents import REQUIREMENTS
from scripts.packaging.errors import PackagingError
from scripts.packaging.target import ARCHITECTURES, Target
from scripts.packaging.toolchains import IMAGES, newest_digest, uv

RUNTIME_HAS: Final = frozenset({"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"})
"""The packages in AWS's Python runtimes. A zip contains one of them only if the manifest lists it for the function."""
_HEADER: Final = "# Written by `python3 -m uv run package_docker.py --lock`; versions are pinned in pyproject.toml.\n"
_PIN: Final = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==\S+$")


def write_requirements(manifest: Manifest, root: Path = ROOT) -> list[Path]:
    """Write each function's requirements and return the files. All functions get the same version of every package.

    Raises PackagingError if the manifest lists a package that pyproject.toml does not pin, or if uv finds no
    compatible versions.
    """
    pins = pinned_versions(root)
    wanted = {function.name: frozenset(function.packages) for function in manifest.functions.values()}
    every = frozenset().union(*wanted.values())
    if unknown := every - set(pins):
        raise PackagingError(f"pyproject.toml does not pin {', '.join(sorted(unknown))} to one version.")
    listed: dict[frozenset[str], str] = {}
    with tempfile.TemporaryDirectory() as scratch:
        same = Path(scratch, "constraints.txt")
        same.write_text(_compile([pins[package] for package in every], RUNTIME_HAS - every), encoding="utf-8")
        for packages in set(wanted.values()):
            needed = [pins[package] for package in packages]
            listed[packages] = _compile(needed, RUNTIME_HAS - packages, constraints=same)
    return [_write(root / "functions" / name / REQUIREMENTS, listed[packages]) for name, packages in wanted.items()]


def write_images(file: Path = IMAGES) -> Path:
    """Pin AWS's images to the current digests of their tags. Requires Docker. Raises PackagingError."""
    digests = {target.image: newest_digest(target) for target in (Target(arch) for arch in ARCHITECTURES)}
    file.write_text(json.dumps(digests, indent=2) + "\n", encoding="utf-8")
    return file


def _write(file: Path, listed: str) -> Path:
    file.write_text(_HEADER + listed, encoding="utf-8")
    return file


def pinned_versions(root: Path = ROOT) -> Mapping[str, str]:
    """Return the functions' dependencies in pyproject.toml, name to requirement (`name==version`)."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (_PIN.match(requirement) for requirement in project["dependencies"])
    return {pin["name"]: pin[0] for pin in pins if pin}


def _compile(requirements: list[str], left_out: frozenset[str], constraints: Path | None = None) -> str:
    """Return the requirements and their dependencies, each with its version and hashes."""
    target = Target()
    command = [uv(), "pip", "compile", "-", "--quiet", "--generate-hashes", "--no-annotate", "--no-header"]
    command += ["--python-version", target.python, "--python-platform", target.wheel_platform]
    for name in sorted(left_out):
        command += ["--no-emit-package", name]
    if constraints:
        command += ["--constraints", str(constraints)]
    given = "\n".join(sorted(requirements))
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PackagingError(f"uv found no compatible versions:\n{done.stderr.strip()}")
    return "".join(f"{line}\n" for line in done.stdout.splitlines() if not line.startswith("#"))
