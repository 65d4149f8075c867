"""The tools that build the zips, and their arguments."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.packaging.errors import PackagingError
from scripts.packaging.lock import write_images
from scripts.packaging.target import Target
from scripts.packaging.toolchains import LambdaImage, Wheels, is_docker_running, pinned_images, toolchain, uv

REPOSITORY = "public.ecr.aws/lambda/python"
DIGEST = f"sha256:{'ab' * 32}"
NO_IMAGES = Path("no", "images.json")
Program = Callable[[str], None]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a `docker` on the PATH that runs the given shell script."""

    def put(script: str) -> None:
        program = tmp_path / "docker"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return put


def test_running_docker_daemon_builds_in_lambda_image(docker: Program) -> None:
    docker(f"echo {REPOSITORY}@{DIGEST}")

    assert isinstance(toolchain(Target()), LambdaImage)
    assert LambdaImage(Target(), NO_IMAGES).description.startswith(f"in AWS's image {REPOSITORY}@{DIGEST}, the newest")


def test_wheels_are_used_without_docker_daemon(docker: Program) -> None:
    docker("echo 'Cannot connect to the Docker daemon' >&2; exit 1")

    assert isinstance(toolchain(Target()), Wheels)


def test_wheels_are_used_without_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not is_docker_running()


def test_wheels_can_be_requested(docker: Program) -> None:
    docker("echo 28.0")

    assert isinstance(toolchain(Target(), wheels_only=True), Wheels)


def test_docker_installs_by_hash_in_image_of_target(docker: Program, tmp_path: Path) -> None:
    docker(f'echo "$@" >> {tmp_path}/calls; echo {REPOSITORY}@{DIGEST}')
    folder = tmp_path / "packages"

    LambdaImage(Target("x86_64"), NO_IMAGES).install(tmp_path / "requirements.txt", folder)

    call = (tmp_path / "calls").read_text().splitlines()[-1]
    assert call.startswith("run --rm --platform linux/amd64 --user ")
    assert f"--volume {tmp_path}/requirements.txt:/requirements.txt:ro" in call
    assert f"--volume {folder}:/packages" in call
    assert f"--entrypoint python3 {REPOSITORY}@{DIGEST} -m pip install" in call
    assert "--require-hashes --no-deps --only-binary :all:" in call
    assert call.endswith("--requirement /requirements.txt --target /packages")


def test_docker_compiles_with_python_of_image(docker: Program, tmp_path: Path) -> None:
    docker(f'echo "$@" >> {tmp_path}/calls; echo {REPOSITORY}@{DIGEST}')

    LambdaImage(Target(), NO_IMAGES).compile(tmp_path)

    call = (tmp_path / "calls").read_text().splitlines()[-1]
    assert "--platform linux/arm64" in call
    assert "--env PYTHONHASHSEED=0" in call
    assert call.endswith(f"--entrypoint python3 {REPOSITORY}@{DIGEST} -S -B /bytecode.py /code")


def test_another_image_with_same_name_counts_as_other_tools(docker: Program) -> None:
    docker(f"echo {REPOSITORY}@{DIGEST}")
    before = LambdaImage(Target(), NO_IMAGES).fingerprint
    docker(f"echo {REPOSITORY}@{DIGEST[:-1]}0")

    assert before == f"{REPOSITORY}@{DIGEST}"
    assert LambdaImage(Target(), NO_IMAGES).fingerprint != before


def test_lock_pins_image_of_each_processor_by_its_digest(docker: Program, tmp_path: Path) -> None:
    docker(f"echo other/repository@sha256:{'0' * 64}; echo {REPOSITORY}@{DIGEST}")

    file = write_images(tmp_path / "images.json")

    assert pinned_images(file) == {f"{REPOSITORY}:3.13-{arch}": DIGEST for arch in ("arm64", "x86_64")}


def test_pinned_image_is_used_even_if_tag_moved(docker: Program, tmp_path: Path) -> None:
    docker(f"echo {REPOSITORY}@sha256:{'0' * 64}")
    images = tmp_path / "images.json"
    images.write_text(json.dumps({f"{REPOSITORY}:3.13-arm64": DIGEST}))

    image = LambdaImage(Target(), images)

    assert image.image == image.fingerprint == f"{REPOSITORY}@{DIGEST}"
    assert image.description == f"in AWS's image {REPOSITORY}@{DIGEST}"


def test_image_without_digest_is_an_error(docker: Program) -> None:
    docker("echo public.ecr.aws/lambda/python:3.13-arm64")

    with pytest.raises(PackagingError, match="reports no digest"):
        _ = LambdaImage(Target(), NO_IMAGES).image


def test_error_of_docker_is_reported(docker: Program) -> None:
    docker("echo 'no matching manifest' >&2; exit 1")

    with pytest.raises(PackagingError, match="no matching manifest"):
        _ = LambdaImage(Target(), NO_IMAGES).fingerprint


def test_missing_python_of_target_is_reported(tmp_path: Path) -> None:
    tools = Wheels(Target(python="3.99"))
    module = tmp_path / "module.py"
    module.touch()

    tools.compile(tmp_path)

    assert "WITHOUT bytecode: there is no CPython 3.99 here" in tools.description
    assert list(tmp_path.iterdir()) == [module]


def test_package_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"annotated-types==0.7.0 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(PackagingError, match="Hash mismatch"):
        Wheels(Target()).install(requirements, tmp_path / "packages")


def test_missing_uv_is_reported_with_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("UV", raising=False)

    with pytest.raises(PackagingError, match="python3 -m uv run"):
        uv()
