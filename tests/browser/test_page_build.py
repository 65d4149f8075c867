"""The built page: its own checks pass, and the first view is small."""

from __future__ import annotations

import re
import subprocess

from scripts.packaging.page import WEB

LARGEST_BYTES = 150_000
"""The limit of compressed JavaScript before the first view. Charts and Markdown are loaded on demand."""


def test_types_format_and_unit_tests_pass() -> None:
    command = ["npm", "run", "check"]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def test_first_view_is_small() -> None:
    first = re.findall(r'src="/(assets/[^"]+\.js)"|rel="modulepreload"[^>]*href="/([^"]+)"', index())
    sizes = {name: (WEB / "dist" / f"{name}.gz").stat().st_size for names in first for name in names if name}
    assert sizes
    assert sum(sizes.values()) <= LARGEST_BYTES


def test_page_has_no_inline_script_or_style() -> None:
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", index()) == []


def test_lock_file_contains_no_registry_addresses() -> None:
    assert '"resolved"' not in (WEB / "package-lock.json").read_text(encoding="utf-8")


def index() -> str:
    return (WEB / "dist" / "index.html").read_text(encoding="utf-8")
