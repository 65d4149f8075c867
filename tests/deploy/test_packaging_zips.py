"""Zips are complete, self-contained, small enough and reproducible."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from functions.retirement.analysis import analyze_retirement
from functions.retirement.declaration import Retirement
from functions.shared.plans import AGENTS
from scripts.manifest import read_manifest
from scripts.packaging.build import MB, Builder, Built
from scripts.packaging.lock import RUNTIME_HAS
from scripts.packaging.sample import sample_snapshot
from scripts.packaging.target import Target
from scripts.packaging.toolchains import Wheels

FUNCTIONS = read_manifest().functions
UNLIKE_IN_PACKAGES = ("api", "retirement", "migrator")
MODULES_OF_RUNTIME = ("boto3", "botocore", "jmespath", "dateutil", "s3transfer", "six", "urllib3")

IMPORT_ALONE = """
import importlib.util, json, pkgutil, sys
sys.path[:0] = sys.argv[2:]
handler = importlib.import_module(f"functions.{sys.argv[1]}.handler").handler
import functions
for module in pkgutil.walk_packages(functions.__path__, "functions."):
    importlib.import_module(module.name)  # also what the handler imports only when it needs it
for module in list(sys.modules.values()):
    if str(getattr(module, "__file__", None)).startswith(sys.argv[2]) and module.__file__.endswith(".py"):
        assert open(module.__cached__, "rb").read(4) == importlib.util.MAGIC_NUMBER, module
print(json.dumps([callable(handler), sorted(name for name in sys.modules if "." not in name), sys.path]))
"""

ANALYZE = """
import sys
sys.path[:0] = sys.argv[1:]
from functions.retirement.analysis import analyze_retirement
from functions.shared.portfolio import Snapshot
snapshot = Snapshot.model_validate_json(sys.stdin.read())
print(analyze_retirement(snapshot, snapshot.taken_at, lambda *_: None).model_dump_json())
"""

Build = Callable[[str], Built]


@cache
def runnable() -> Wheels:
    """A target that can run here: the runtime's Python if it is installed, otherwise the one that runs the tests."""
    here = Target.this_machine()
    tools = Wheels(Target(here.arch))
    return tools if tools.interpreter else Wheels(here)


def a_builder(tools: Wheels, folder: Path) -> Builder:
    return Builder(tools.target, tools, output=folder / "zips", dependencies=folder / "packages")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Build a function for this machine, once."""
    builder = a_builder(runnable(), tmp_path_factory.mktemp("here"))
    return cache(lambda name: builder.build(FUNCTIONS[name]))


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with only the packages of the Lambda runtime."""
    folder = tmp_path_factory.mktemp("runtime")
    for module in MODULES_OF_RUNTIME:
        spec = importlib.util.find_spec(module)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
    return folder


def names(zip_file: Path) -> list[str]:
    with zipfile.ZipFile(zip_file) as archive:
        return archive.namelist()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_handler_can_be_imported_from_its_zip_alone(name: str, build: Build, runtime: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(build(name).zip_file).extractall(tmp_path)

    interpreter = runnable().interpreter
    assert interpreter is not None
    done = subprocess.run(
        [interpreter, "-I", "-S", "-B", "-c", IMPORT_ALONE, name, str(tmp_path), str(runtime)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": os.defpath},
        check=False,
    )

    assert done.returncode == 0, done.stderr
    is_callable, modules, path = json.loads(done.stdout)
    assert is_callable
    assert not [folder for folder in path if "site-packages" in folder]
    assert ("numpy" in modules) == (name == "retirement")
    assert "pglast" not in modules


@pytest.mark.parametrize("name", FUNCTIONS)
def test_zip_omits_other_agents_code_and_runtime_packages(name: str, build: Build) -> None:
    paths = [Path(path).parts for path in names(build(name).zip_file)]

    modules = {parts[1:] for parts in paths if parts[0] == "functions" and parts[-1].endswith(".py") and len(parts) > 2}
    declarations = {(agent.name, file) for agent in AGENTS for file in ("__init__.py", "declaration.py")}
    assert declarations <= modules
    assert {folder for folder, *_ in modules - declarations} == {"shared", name}
    assert not {parts[0] for parts in paths} & set(MODULES_OF_RUNTIME)
    assert not {parts[0].partition("-")[0].replace("_", "-") for parts in paths} & RUNTIME_HAS
    assert ("numpy" in {parts[0] for parts in paths}) == (name == "retirement")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_module_has_unchecked_bytecode(name: str, build: Build) -> None:
    archive = zipfile.ZipFile(build(name).zip_file)
    tag = f"cpython-{runnable().target.python.replace('.', '')}"

    for path in (Path(path) for path in archive.namelist() if path.endswith(".py")):
        compiled = archive.read(f"{path.parent / '__pycache__' / path.stem}.{tag}.pyc")
        assert compiled[4:8] == b"\x01\x00\x00\x00", path


def test_retirement_computes_the_same_figures_from_its_zip(build: Build, runtime: Path, tmp_path: Path) -> None:
    """Packaging deletes parts of numpy."""
    zipfile.ZipFile(build("retirement").zip_file).extractall(tmp_path)
    snapshot = sample_snapshot()

    interpreter = runnable().interpreter
    assert interpreter is not None
    done = subprocess.run(
        [interpreter, "-I", "-S", "-B", "-c", ANALYZE, str(tmp_path), str(runtime)],
        input=snapshot.model_dump_json(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert Retirement.model_validate_json(done.stdout) == analyze_retirement(
        snapshot, snapshot.taken_at, lambda *_: None
    )


def test_zips_contain_sample_portfolio_and_migrations(build: Build) -> None:
    assert all("functions/shared/sample_portfolio.csv" in names(build(name).zip_file) for name in ("api", "planner"))
    assert "migrations/001_initial_schema.json" in names(build("migrator").zip_file)


@pytest.mark.parametrize("name", ["api", "retirement"])
def test_two_builds_of_zip_have_same_bytes(name: str, build: Build, tmp_path: Path) -> None:
    again = a_builder(Wheels(runnable().target), tmp_path).build(FUNCTIONS[name])

    assert again.is_new
    assert again.zip_file.read_bytes() == build(name).zip_file.read_bytes()


@pytest.mark.parametrize("name", UNLIKE_IN_PACKAGES)
def test_zip_for_aws_has_binaries_of_target_within_its_limit(name: str, tmp_path: Path) -> None:
    built = a_builder(Wheels(Target()), tmp_path).build(FUNCTIONS[name])

    binaries = {path for path in names(built.zip_file) if path.endswith(".so")}
    assert built.record.size_bytes == built.zip_file.stat().st_size <= FUNCTIONS[name].zip_limit_mb * MB
    assert binaries
    assert {path for path in binaries if "cpython" in path} == {
        path for path in binaries if path.endswith(".cpython-313-aarch64-linux-gnu.so")
    }


def test_only_retirement_and_migrator_have_higher_limit() -> None:
    limits = {name: function.zip_limit_mb for name, function in FUNCTIONS.items() if function.zip_limit_mb > 8}

    assert limits == {"retirement": 21}
