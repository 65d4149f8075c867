"""The page in a real browser: one stack with paced agents and one Chromium for all tests, a new context for each.

Every test also fails when the page broke its own policy, logged an error, or threw one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from scripts.api_client import AlexApi
from scripts.local.browser import TELL_VIOLATIONS, chromium, sign_in
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.packaging.page import NO_NODE, WEB, build_page
from scripts.table import ROOT

PACED_AGENT = ROOT / "scripts" / "benchmarks" / "paced_agent"
SECONDS = {"reporter": "8", "charter": "3", "retirement": "1.5"}
PATIENCE_MS = 30_000


@dataclass
class Visit:
    """One person's browser: its tabs share what a browser shares. `asked` is every request of the page to the API."""

    context: BrowserContext
    url: str
    asked: list[Request] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    """Parts of messages that a test brings about on purpose."""

    def tab(self, fragment: str = "") -> Page:
        """A new tab, where somebody signs in as the user who is filled in."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", self._on_request)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        page.goto(self.url + "/" + fragment)
        sign_in(page)
        return page

    def polls(self) -> list[Request]:
        """What was asked about one job."""
        return [request for request in self.asked if "/api/jobs/" in request.url]

    def _on_request(self, request: Request) -> None:
        if "/api/" in request.url:
            self.asked.append(request)


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    told = build_page()
    assert not told.startswith(NO_NODE[:20]), told
    paced = {name: {"AGENT": name, "AGENT_SECONDS": seconds} for name, seconds in SECONDS.items()}
    environment = {"planner": {"ENABLE_PROGRESS_TRACKING": "true"}, "api": {"MAX_CONCURRENT_JOBS": "50"}, **paced}
    with temporary_stack(environment=environment, code=dict.fromkeys(SECONDS, PACED_AGENT)) as stack:
        AlexApi(stack.info.api_url, stack.info.token).post("/api/populate-test-data")
        yield stack


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Fails where there is none: Debian's is in the package chromium; CHROMIUM names another."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, stack: LocalStack) -> Iterator[Visit]:
    context = browser.new_context()
    context.add_init_script(TELL_VIOLATIONS)
    visit = Visit(context, stack.info.api_url)
    yield visit
    context.close()
    assert [said for said in visit.wrong if not any(part in said for part in visit.expected)] == []


@pytest.fixture
def api(stack: LocalStack) -> AlexApi:
    """The user who signs in, from outside the page."""
    return AlexApi(stack.info.api_url, stack.info.token)


@pytest.fixture
def start_job(api: AlexApi) -> Iterator[Callable[[], str]]:
    """Starts an analysis from outside the page. What still runs at the end is cancelled."""
    started: list[str] = []

    def start() -> str:
        started.append(api.post("/api/analyze", json.dumps({"analysis_type": "portfolio"}).encode())["job_id"])
        return started[-1]

    yield start
    for job_id in started:
        if api.get(f"/api/jobs/{job_id}")["status"] in {"pending", "running"}:
            api.post(f"/api/jobs/{job_id}/cancel")


@pytest.fixture(scope="session")
def axe() -> Path:
    """The script of axe-core, which finds what keeps people out."""
    return WEB / "node_modules" / "axe-core" / "axe.min.js"
