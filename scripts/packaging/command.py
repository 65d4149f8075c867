"""The command line of `package_docker.py`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from functions.migrator.migrate import MigrationError
from scripts.manifest import NAME_PREFIX, ROOT, Function, read_manifest
from scripts.packaging.build import BUILD, MB, Builder, Built
from scripts.packaging.deploy import Deployment
from scripts.packaging.documentation import build_documentation
from scripts.packaging.errors import PackagingError
from scripts.packaging.lock import write_images, write_requirements
from scripts.packaging.migrations import write_migrations
from scripts.packaging.page import build_page
from scripts.packaging.sample import build_sample
from scripts.packaging.target import ARCHITECTURES, RUNTIME_PYTHON, Target
from scripts.packaging.toolchains import is_docker_running, toolchain

_DESCRIPTION = """\
Builds build/<arch>/<function>.zip for each Lambda function: its own code, functions/shared and its own packages.

Next to each zip, <function>.cdx.json lists its components and their licenses (CycloneDX). A license that
scripts/packaging/licenses.py does not allow is an error.
Packages are installed in AWS's Lambda image when a Docker daemon is running, otherwise from prebuilt wheels.
A function whose code, packages and tools did not change is not rebuilt. A zip over its limit (zip_limit_mb in
functions/functions.yaml) is an error. The api function's page is built too if Node.js and npm are installed."""

_EPILOG = """\
examples (each after `python3 -m uv run`):
  package_docker.py                                  all functions, for arm64
  package_docker.py --function api --deploy          build one function and update its deployed code
  package_docker.py --lock                           after changing versions in pyproject.toml
  AWS_ENDPOINT_URL=http://... package_docker.py ...  --deploy updates that endpoint instead of AWS

exit status: 0 done, 1 not built or not deployed (a message gives the reason), 2 invalid arguments"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.deploy and given.python != RUNTIME_PYTHON and not os.environ.get("AWS_ENDPOINT_URL"):
        parser.error(f"the functions on AWS run Python {RUNTIME_PYTHON}: use --deploy without --python")
    try:
        if given.lock:
            _lock()
        else:
            _package(given)
    except PackagingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(description=_DESCRIPTION, epilog=_EPILOG, formatter_class=RawDescriptionHelpFormatter)
    functions = sorted(read_manifest().functions)
    parser.add_argument(
        "--function",
        action="append",
        choices=functions,
        metavar="NAME",
        help=f"build only this function; can be repeated: {', '.join(functions)} [all]",
    )
    parser.add_argument("--arch", choices=ARCHITECTURES, default=ARCHITECTURES[0], help="the processor [%(default)s]")
    parser.add_argument(
        "--python",
        default=RUNTIME_PYTHON,
        metavar="X.Y",
        help="another Python version, for an emulator that runs it [%(default)s]",
    )
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="folder for the zips [build/<arch>]")
    parser.add_argument("--wheels", action="store_true", help="use prebuilt wheels even if Docker is available")
    parser.add_argument("--deploy", action="store_true", help="also update the code of the deployed functions")
    parser.add_argument("--prefix", default=NAME_PREFIX, help="prefix of the deployed functions' names [%(default)s]")
    parser.add_argument("--region", help="the AWS region [that of your AWS profile]")
    parser.add_argument(
        "--lock",
        action="store_true",
        help="update the pins in functions/<name>/requirements.txt and, with Docker, of the images; build nothing",
    )
    return parser


def _lock() -> None:
    for file in write_requirements(read_manifest()):
        print(f"Wrote {file.relative_to(ROOT)}")
    if is_docker_running():
        print(f"Wrote {write_images().relative_to(ROOT)}")
    else:
        print("Docker does not respond, so the digests of the images stay unchanged.")


def _package(given: Namespace) -> None:
    target = Target(given.arch, given.python)
    deployment = Deployment(given.prefix, given.region) if given.deploy else None
    tools = toolchain(target, wheels_only=given.wheels)
    builder = Builder(target, tools, output=given.output)
    print(f"For {target.arch} and Python {target.python}, {tools.description}.", flush=True)
    manifest = read_manifest()
    if not given.function or "api" in given.function:
        print(build_page(), flush=True)
        print(build_documentation(), flush=True)
        print(build_sample(), flush=True)
    if not given.function or "migrator" in given.function:
        _split_migrations()
    built = [_build(builder, manifest.functions[name]) for name in dict.fromkeys(given.function or manifest.functions)]
    print(f"Zips are in {_shown(builder.output)}.")
    if deployment:
        for one in built:
            changed = deployment.update(one, target)
            print(f"{given.prefix}-{one.function.name} {'has the new code' if changed else 'had that code already'}.")


def _split_migrations() -> None:
    try:
        write_migrations()
    except MigrationError as error:
        raise PackagingError(f"The migrations can't be built: {error}.") from error


def _build(builder: Builder, function: Function) -> Built:
    began = monotonic()
    built = builder.build(function)
    took = f"built in {monotonic() - began:.1f} s" if built.is_new else "unchanged"
    size = f"{built.record.size_bytes / MB:6.2f} MB of {function.zip_limit_mb:2} MB"
    print(f"{function.name:12} {size}  sha256 {built.record.sha256[:12]}  {took}", flush=True)
    return built


def _shown(folder: Path) -> Path:
    return folder.relative_to(ROOT) if folder.is_relative_to(BUILD) else folder
