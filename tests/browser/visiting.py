"""Somebody's browser: its tabs, who is signed in there, what it asked, and what went wrong in it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import BrowserContext, Locator, Page, Request, ViewportSize, expect

from scripts.local.browser import TELL_VIOLATIONS
from scripts.packaging.page import WEB

PATIENCE_MS = 30_000
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
"""Finds what keeps people out."""
SESSION = "Object.entries(sessionStorage).filter(([key]) => key.startsWith('oidc.user'))"
"""What a tab keeps of a sign-in."""
TAKE_UP = """
for (const [key, value] of %s) if (sessionStorage.getItem(key) === null) sessionStorage.setItem(key, value);
"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""Looks elsewhere, or at the page again."""
Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
SIZES: Final[dict[str, ViewportSize]] = {
    "desktop": {"width": 1280, "height": 800},
    "phone": {"width": 390, "height": 844},
}
PICTURES = os.environ.get("PAGE_PICTURES")
"""The folder for a picture of each state in each look; without one none is taken."""
IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_TICK_MS, _NOTICED_MS = 500, 50
Session = list[tuple[str, str]]


@dataclass
class Visit:
    """One person's browser: its tabs share what a browser shares. `asked` is every request of the page to the API."""

    context: BrowserContext
    url: str
    session: Session = field(default_factory=list)
    """A sign-in that new tabs take up; nobody is signed in where it is empty."""
    asked: list[Request] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    """Parts of messages that a test brings about on purpose."""

    def __post_init__(self) -> None:
        self.context.add_init_script(TELL_VIOLATIONS)

    def tab(self, fragment: str = "", *, stopped_clock: bool = False) -> Page:
        """A new tab of somebody who is signed in. With `stopped_clock`, its time passes when the test says so."""
        page = self.new_tab()
        page.add_init_script(TAKE_UP % json.dumps(self.session))
        if stopped_clock:
            page.clock.install()
        page.goto(f"{self.url}/{fragment}")
        page.get_by_role("navigation", name="Page").wait_for()
        if stopped_clock:
            page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
        return page

    def new_tab(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", self._on_request)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        return page

    def polls(self) -> list[Request]:
        """What was asked about one job."""
        return [request for request in self.asked if "/api/jobs/" in request.url]

    def unexpected(self) -> list[str]:
        return [said for said in self.wrong if not any(part in said for part in self.expected)]

    def _on_request(self, request: Request) -> None:
        if "/api/" in request.url:
            self.asked.append(request)


def pass_until(page: Page, said: Locator) -> None:
    """Lets the time of a page with a stopped clock pass until that is to be seen, and not a moment longer."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while not said.is_visible():
        assert time.monotonic() < until, page.locator("body").inner_text()
        page.clock.run_for(50)
        time.sleep(0.02)


def let_pass(page: Page, ms: int) -> None:
    """As long as that for a page with a stopped clock, and enough in truth for what it does meanwhile to be noticed."""
    for _ in range(0, ms, _TICK_MS):
        page.clock.run_for(_TICK_MS)
        page.wait_for_timeout(_NOTICED_MS)


def as_somebody_else(session: Session, token: str) -> Session:
    """The same sign-in with another user's token."""
    return [(key, json.dumps(_changed(json.loads(kept), token))) for key, kept in session]


def _changed(user: Mapping[str, Any], token: str) -> dict[str, Any]:
    return {**user, "access_token": token, "profile": {**user["profile"], "sub": "somebody-else"}}


def keeps_out(page: Page, state: str) -> list[Any]:
    """What keeps people out of this state of the page, seriously, in light and dark, on a desktop and on a phone."""
    found = [trouble for look in product(SCHEMES, SIZES) for trouble in _in_look(page, state, *look)]
    _show(page, "light", "desktop")
    return found


def _show(page: Page, scheme: Scheme, size: str) -> None:
    """Returns when the page has followed."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(SIZES[size])
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)


def _in_look(page: Page, state: str, scheme: Scheme, size: str) -> list[Any]:
    """The rule, and where it is broken."""
    _show(page, scheme, size)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{state}-{scheme}-{size}.png", full_page=True)
    serious = [
        (scheme, size, violation["id"], [node["target"] for node in violation["nodes"]])
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
    ]
    return [*serious, (scheme, size, "too wide")] if page.evaluate(IS_TOO_WIDE) else serious
