"""The browser for machines that have none."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scripts.local.browser import open_browser
from scripts.local.chromium import NoChromium, download
from scripts.packaging import node


def test_downloaded_chromium_opens_a_page(browser: Browser, tmp_path: Path) -> None:
    program = download(tmp_path)

    with open_browser(browser.browser_type, program) as downloaded:
        page = downloaded.new_page()
        page.set_content("<h1>Portfolio</h1>")
        assert page.inner_text("h1") == "Portfolio"
    assert download(tmp_path) == program
    assert not (program.parents[1] / "node_modules").exists()


def test_missing_node_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(node, "_PACKAGE", "a_package_that_is_not_installed")

    with pytest.raises(NoChromium, match=r"install Node\.js"):
        download(tmp_path)
