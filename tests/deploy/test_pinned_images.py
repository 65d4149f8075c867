"""Images are named by digest and actions by commit, because tags can move to other code."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from scripts.manifest import ROOT
from scripts.packaging.target import ARCHITECTURES, Target
from scripts.packaging.toolchains import pinned_images

REGISTRIES = (
    r"public\.ecr\.aws|docker\.io|ghcr\.io|quay\.io|([a-z0-9-]+\.)?gcr\.io|mcr\.microsoft\.com|\d+\.dkr\.ecr\.[\w.-]+"
)
REFERENCE = re.compile(
    rf"""
      (?P<named>(?:{REGISTRIES})/[\w./{{}}:@+-]+)
    | ^\s*FROM\s+(?:--\S+\s+)*(?P<base>\S+)
    | ^\s*-?\s*(?:image|container|image_uri)\s*[:=]\s*["']?(?P<field>[\w$.{{][\w./{{}}:@+$-]*)
    | docker://(?P<action>\S+)
    """,
    re.VERBOSE | re.MULTILINE,
)
DIGEST = re.compile(r"\S+@sha256:[0-9a-f]{64}")
USES = re.compile(r"^\s*-?\s*uses:\s*(?P<action>.+)$", re.MULTILINE)
PINNED_ACTION = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
EXEMPT = {
    # The tags whose digests --lock looks up, and their digests
    "scripts/packaging/target.py",
    "scripts/packaging/images.json",
}
SKIPPED = {".git", ".venv", ".terraform", ".local", "build", "dist", "docs", "node_modules", "tests", "__pycache__"}
KINDS = {".tf", ".yml", ".yaml", ".sh", ".py", ".json", ".toml", ".hcl"}


def unpinned(text: str, *, is_code: bool = False) -> list[str]:
    """The references to images without a digest. In Python code, only names that begin with a registry count."""
    groups = ("named",) if is_code else ("named", "base", "field", "action")
    found = [match[group] for match in REFERENCE.finditer(text) for group in groups if match[group]]
    return [reference for reference in found if not DIGEST.fullmatch(reference) and reference != "scratch"]


def files() -> list[Path]:
    """The files of this repository, apart from tests, that could name an image."""
    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(set(inner) - SKIPPED)
        paths = [Path(folder, name) for name in names]
        found += [path for path in paths if path.suffix in KINDS or "dockerfile" in path.name.lower()]
    return [path.relative_to(ROOT) for path in [*found, ROOT / ".ci" / "run"]]


def test_repository_names_every_image_by_digest() -> None:
    named = {
        str(file): unpinned((ROOT / file).read_text(encoding="utf-8"), is_code=file.suffix == ".py") for file in files()
    }

    assert len(named) > 100
    assert {file: images for file, images in named.items() if images and file not in EXEMPT} == {}


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_lambda_image_of_each_processor_is_pinned(arch: str) -> None:
    assert re.fullmatch("sha256:[0-9a-f]{64}", pinned_images()[Target(arch).image])


def test_workflows_pin_every_action_by_commit() -> None:
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
    used = [match["action"] for file in workflows for match in USES.finditer(file.read_text(encoding="utf-8"))]

    assert used
    assert [action for action in used if not PINNED_ACTION.fullmatch(action)] == []


@pytest.mark.parametrize(
    "line",
    [
        "FROM python:3.13",
        "FROM --platform=linux/arm64 public.ecr.aws/lambda/python:3.13 AS build",
        "    image: postgres:16",
        "      container: node",
        '  image_uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/alex:latest"',
        "docker run --rm ghcr.io/owner/name:1.2",
        "      - uses: docker://alpine:3.20",
        f"FROM python@sha256:{'a' * 63}",
    ],
)
def test_image_without_digest_is_found(line: str) -> None:
    assert unpinned(line)


@pytest.mark.parametrize("line", ["FROM {}", "    image: {}", '  image_uri = "{}"', "docker run --rm {}"])
def test_image_with_digest_is_accepted(line: str) -> None:
    assert not unpinned(line.format(f"public.ecr.aws/lambda/python:3.13@sha256:{'a' * 64}"))


@pytest.mark.parametrize(
    "action", ["actions/checkout@v4", "actions/checkout@main", "a/b@0123456 # v1.0.0", f"a/b@{'a' * 40}"]
)
def test_action_without_commit_and_version_is_refused(action: str) -> None:
    assert not PINNED_ACTION.fullmatch(action)
