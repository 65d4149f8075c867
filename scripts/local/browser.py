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
    """Yield a browser that runs `find_chromium`. Raises NoChromium."""
    program = find_chromium()
    with sync_playwright() as playwright, open_browser(playwright.chromium, program) as browser:
        yield browser


def find_chromium() -> Path:
    """Return the program that CHROMIUM names, an installed one, or a downloaded one. Raises NoChromium."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else download()


@contextmanager
def open_browser(browser_type: BrowserType, program: Path) -> Iterator[Browser]:
    """Yield Chromium."""
    browser = browser_type.launch(executable_path=program, args=list(FLAGS), env={**environment_of(program)})
    try:
        yield browser
    finally:
        browser.close()


def environment_of(program: Path) -> dict[str, str]:
    """Return this process's environment plus the libraries that `download` puts next to the program."""
    libraries = [str(program.parent / "al2023" / "lib"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(libraries)}


def sign_in(page: Page) -> None:
    """Sign in as the prefilled user."""
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/oauth2/authorize**")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation").wait_for()
