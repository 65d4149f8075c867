"""A user's browser: its tabs, its session, its requests, and its errors."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import BrowserContext, Error, Locator, Page, Request, ViewportSize, expect

from scripts.local.browser import REPORT_VIOLATIONS
from scripts.packaging.page import WEB

TIMEOUT_MS = 180_000
"""How long a test waits for a state of the page. Machines under load need long."""
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
"""Finds accessibility violations."""
SESSION = "Object.entries(sessionStorage).filter(([key]) => key.startsWith('oidc.user'))"
"""The tab's stored session."""
TAKE_UP = """
for (const [key, value] of %s) if (sessionStorage.getItem(key) === null) sessionStorage.setItem(key, value);
"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Hides or shows the tab."""
SOON = "Date.now() / 1000 + 1"
Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
SIZES: Final[dict[str, ViewportSize]] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
README_PICTURE: ViewportSize = {"width": 1200, "height": 1250}
PICTURES = os.environ.get("PAGE_PICTURES")
"""The folder for a screenshot of each state in each look. None if unset."""
IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_TICK_MS, _NOTICED_MS = 500, 50
Session = list[tuple[str, str]]


@dataclass
class Visit:
    """One user's browser, whose tabs share its storage. `requests` holds every request of the page to the API."""

    context: BrowserContext
    url: str
    session: Session = field(default_factory=list)
    """The session that new tabs start with. If it is empty, nobody is signed in."""
    requests: list[Request] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    """Parts of error messages that a test provokes."""

    def __post_init__(self) -> None:
        self.context.add_init_script(REPORT_VIOLATIONS)

    def tab(self, fragment: str = "", *, stopped_clock: bool = False) -> Page:
        """Open a signed-in tab. With `stopped_clock`, its time passes only when the test advances it."""
        page = self.new_tab()
        page.add_init_script(TAKE_UP % json.dumps(self.session))
        if stopped_clock:
            page.clock.install()
        page.goto(f"{self.url}/{fragment}")
        page.get_by_role("navigation", name="Page").wait_for()
        if stopped_clock:
            _stop_clock(page)
        return page

    def new_tab(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.on("request", self._on_request)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        return page

    def polls(self) -> list[Request]:
        """Requests about a job."""
        return [request for request in self.requests if "/api/jobs/" in request.url]

    def unexpected(self) -> list[str]:
        return [message for message in self.wrong if not any(part in message for part in self.expected)]

    def _on_request(self, request: Request) -> None:
        if "/api/" in request.url:
            self.requests.append(request)


def _stop_clock(page: Page) -> None:
    """Stop the clock of a page a little ahead of now."""
    try:
        page.clock.pause_at(page.evaluate(SOON))
    except Error:
        # That moment had already passed when the page received it. The clock has stopped nonetheless.
        page.clock.pause_at(page.evaluate(SOON))


def pass_until(page: Page, awaited: Locator, step_ms: int = 50) -> None:
    """Advance the stopped clock of a page until the locator is visible, and no further than a step. A step of 50 ms may
    take a multiple of that on a slow machine.
    """
    until = time.monotonic() + 2 * TIMEOUT_MS / 1000
    while not awaited.is_visible():
        assert time.monotonic() < until, page.locator("body").inner_text()
        page.clock.run_for(step_ms)
        time.sleep(0.02)


def let_pass(page: Page, ms: int) -> None:
    """Advance the stopped clock of a page by `ms`, with enough real time for its effects to appear."""
    for _ in range(0, ms, _TICK_MS):
        page.clock.run_for(_TICK_MS)
        page.wait_for_timeout(_NOTICED_MS)


def as_other_user(session: Session, token: str) -> Session:
    """The same session with another user's token."""
    return [(key, json.dumps(_changed(json.loads(kept), token))) for key, kept in session]


def _changed(user: Mapping[str, Any], token: str) -> dict[str, Any]:
    return {**user, "access_token": token, "profile": {**user["profile"], "sub": "somebody-else"}}


def save_readme_picture(page: Page) -> None:
    """Save the top of the page as `page.png` if PAGE_PICTURES is set."""
    if PICTURES:
        page.set_viewport_size(README_PICTURE)
        page.screenshot(path=Path(PICTURES) / "page.png")
        _show(page, "light", "desktop")


def accessibility_violations(page: Page, state: str) -> list[Any]:
    """Serious accessibility violations of this state of the page, in light and dark, on a desktop and on a phone."""
    found = [trouble for look in product(SCHEMES, SIZES) for trouble in _in_look(page, state, *look)]
    _show(page, "light", "desktop")
    return found


def _show(page: Page, scheme: Scheme, size: str) -> None:
    """Set the color scheme and size, and return when the page has adapted."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(SIZES[size])
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)


def _in_look(page: Page, state: str, scheme: Scheme, size: str) -> list[tuple[Any, ...]]:
    """Each violated rule, with the elements that violate it."""
    _show(page, scheme, size)
    found = violations(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{state}-{scheme}-{size}.png", full_page=True)
    serious = [(scheme, size, *violation) for violation in found]
    return [*serious, (scheme, size, "too wide")] if page.evaluate(IS_TOO_WIDE) else serious


def violations(page: Page) -> list[tuple[str, list[Any]]]:
    """Serious accessibility violations: each violated rule, with the elements that violate it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    return [
        (violation["id"], [node["target"] for node in violation["nodes"]])
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
