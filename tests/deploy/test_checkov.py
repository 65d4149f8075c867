"""checkov reports nothing, and every skipped check has a reason."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest

from scripts.manifest import ROOT

VERSION = "3.3.30"
MAX_SKIPPED = 17
REASON = re.compile(r"checkov:skip=CKV2?_AWS_\d+:\S.{20,}")


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """checkov's report. It runs in its own environment because it pins other versions of the project's packages."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        pytest.fail("uv is not installed")
    command = [uv, "tool", "run", "--from", f"checkov=={VERSION}", "checkov", "--directory", str(ROOT / "terraform")]
    command += ["--framework", "terraform", "--output", "json", "--skip-download", "--soft-fail"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def test_no_check_fails(report: dict[str, Any]) -> None:
    failed = [f"{check['check_id']} {check['resource']}" for check in report["results"]["failed_checks"]]

    assert failed == []
    assert report["summary"]["parsing_errors"] == 0
    assert report["summary"]["passed"] >= 80


def test_few_checks_are_skipped(report: dict[str, Any]) -> None:
    assert report["summary"]["skipped"] <= MAX_SKIPPED


def test_every_skip_has_a_reason() -> None:
    lines = [
        line.strip()
        for file in (ROOT / "terraform").rglob("*.tf")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "checkov:" in line
    ]

    assert lines
    assert [line for line in lines if not REASON.search(line)] == []
