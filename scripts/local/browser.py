"""A headless Chromium for the page's tests and benchmarks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserType, Page, sync_playwright

from scripts.local.chromium import download

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
VIOLATION: Final = "policy: "
REPORT_VIOLATIONS: Final = f"""
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`{VIOLATION}${{event.violatedDirective}} ${{event.blockedURI}}`));
"""
"""Init script for a browser context: logs violations of the page's Content Security Policy as console errors."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that CHROMIUM names, one that is installed, or one that is downloaded. Raises NoChromium."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    program = Path(found) if found else download()
    with sync_playwright() as playwright, open_browser(playwright.chromium, program) as browser:
        yield browser


@contextmanager
def open_browser(browser_type: BrowserType, program: Path) -> Iterator[Browser]:
    """Chromium, with the libraries that `download` puts next to it."""
    libraries = [str(program.parent / "al2023" / "lib"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    environment: dict[str, str | float | bool] = {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(libraries)}
    browser = browser_type.launch(executable_path=program, args=list(FLAGS), env=environment)
    try:
        yield browser
    finally:
        browser.close()


def sign_in(page: Page) -> None:
    """Sign in as the prefilled user."""
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/oauth2/authorize**")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation").wait_for()
