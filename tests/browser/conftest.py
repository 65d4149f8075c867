"""The page in a real browser: one stack with directed agents and one Chromium for all tests, a new context per test.

Every test also fails if the page violates its content security policy, logs an error, or throws one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Protocol

import pytest
from playwright.sync_api import Browser, expect

from functions.shared.plans import AGENTS
from scripts.api_client import AlexApi, ApiError
from scripts.local.browser import chromium, sign_in
from scripts.local.stack import LocalStack
from scripts.local.temporary import temporary_stack
from scripts.packaging.page import NO_NODE, build_page
from tests.browser.directing import DIRECTED_AGENT, Director
from tests.browser.visiting import SESSION, TIMEOUT_MS, Session, Visit, as_other_user


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """The page and its tools, which every file of this folder needs."""
    output = build_page()
    assert not output.startswith(NO_NODE[:20]), output


@pytest.fixture(scope="session")
def the_director(tmp_path_factory: pytest.TempPathFactory) -> Director:
    return Director(tmp_path_factory.mktemp("agents") / "directions.json")


@pytest.fixture
def director(the_director: Director) -> Iterator[Director]:
    """Reset the agents before each test: they work fast and succeed."""
    yield the_director
    the_director.reset()


@pytest.fixture(scope="session")
def stack(the_director: Director) -> Iterator[LocalStack]:
    directed = {agent.name: {"AGENT": agent.name, "DIRECTIONS": str(the_director.file)} for agent in AGENTS}
    environment = {
        "planner": {"ENABLE_PROGRESS_TRACKING": "true"},
        "api": {"MAX_CONCURRENT_JOBS": "50", "MAX_JOBS_A_DAY": "1000"},
        **directed,
    }
    with temporary_stack(environment=environment, code=dict.fromkeys(directed, DIRECTED_AGENT)) as stack:
        AlexApi(stack.info.api_url, stack.info.token).post("/api/populate-test-data")
        yield stack


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: Debian's package, or the one that CHROMIUM names. Fails if there is none."""
    expect.set_options(timeout=TIMEOUT_MS)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def session(browser: Browser, stack: LocalStack) -> Session:
    """The development user's session, signed in once for all tests. test_sign_in.py signs in again for each test."""
    with browser.new_context() as context:
        page = Visit(context, stack.info.api_url).new_tab()
        page.goto(stack.info.api_url)
        sign_in(page)
        kept: Session = page.evaluate(SESSION)
    return kept


@pytest.fixture
def stranger(browser: Browser, stack: LocalStack) -> Iterator[Visit]:
    """A visit without a signed-in user."""
    with browser.new_context() as context:
        visit = Visit(context, stack.info.api_url)
        yield visit
    assert visit.unexpected() == []


@pytest.fixture
def visit(stranger: Visit, session: Session) -> Visit:
    """A visit by the development user, signed in."""
    stranger.session = session
    return stranger


@pytest.fixture
def api(stack: LocalStack) -> AlexApi:
    """The API for the signed-in user, called from outside the page."""
    return AlexApi(stack.info.api_url, stack.info.token)


@pytest.fixture
def new_user(visit: Visit, stack: LocalStack) -> AlexApi:
    """The API for a new user; the page is signed in as the same user."""
    visit.session = as_other_user(visit.session, stack.info.token_other_user)
    new_user = AlexApi(stack.info.api_url, stack.info.token_other_user)
    new_user.delete("/api/user")
    return new_user


class Start(Protocol):
    def __call__(self, job_type: str = "portfolio") -> str:
        """Start an analysis from outside the page and return its id."""
        ...


@pytest.fixture
def start_job(api: AlexApi) -> Iterator[Start]:
    """Start jobs. Those still running at the end of the test are cancelled."""
    started: list[str] = []

    def start(job_type: str = "portfolio") -> str:
        started.append(api.post("/api/analyze", json.dumps({"analysis_type": job_type}).encode())["job_id"])
        return started[-1]

    yield start
    for job_id in started:
        cancel(api, job_id)


def cancel(api: AlexApi, job_id: str) -> None:
    """Cancel the job, unless it has ended or was deleted."""
    try:
        api.post(f"/api/jobs/{job_id}/cancel")
    except ApiError as error:
        if error.status not in {HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND}:
            raise


def end(api: AlexApi, job_id: str) -> None:
    """Wait until the job has ended."""
    for _ in api.watch(job_id, 0.2):
        pass
