"""A headless Chromium for the page's tests and benchmarks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
VIOLATION: Final = "policy: "
TELL_VIOLATIONS: Final = f"""
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`{VIOLATION}${{event.violatedDirective}} ${{event.blockedURI}}`));
"""
"""Init script for a browser context: logs violations of the page's Content Security Policy as console errors."""


class NoChromium(RuntimeError):
    """Chromium is not installed."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a running browser. Raises NoChromium."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise NoChromium("This needs Chromium: apt-get install chromium, or name one in CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


def sign_in(page: Page) -> None:
    """Sign in as the prefilled user."""
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/oauth2/authorize**")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation").wait_for()
