"""Nothing that the page shows about a job contradicts its history, whatever disturbs the page.

TEXT_RUNS sets the number of runs; each takes about 20 s. The suite makes one of each of the first two kinds.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from functions.shared.plans import AGENTS
from scripts.api_client import AlexApi
from scripts.local.browser import sign_in
from scripts.local.stack import LocalStack
from scripts.manifest import NAME_PREFIX
from scripts.toggle_progress import switch
from tests.browser.conftest import Start, end
from tests.browser.directing import Director
from tests.browser.recording import Facts, Recorder, contradictions, now
from tests.browser.visiting import Visit

RUNS = int(os.environ.get("TEXT_RUNS", "2"))
APART_MS = 9000
CARRY_ON_S = 12
"""Longer than the page is apart."""


class Scene:
    """One job, watched in one tab."""

    def __init__(self, visit: Visit, director: Director, stack: LocalStack, api: AlexApi) -> None:
        self.visit, self.director, self.stack, self.api = visit, director, stack, api
        self.apart: list[tuple[float, float]] = []
        self.is_tracked = {1: True, 2: True}
        self.job_id = ""
        self.started = now()

    def carry_on(self) -> None:
        """Let the held reporter report its other steps, a second or two apart."""
        self.director.take(now() - self.started + CARRY_ON_S, "reporter")

    def switch(self, value: str) -> None:
        switch(self.stack.boto3_client("lambda"), f"{NAME_PREFIX}-planner", value)


def offline(scene: Scene, page: Page) -> None:
    scene.visit.context.set_offline(True)
    be_apart(scene, page)
    scene.visit.context.set_offline(False)


def be_apart(scene: Scene, page: Page) -> None:
    """Let the job go on while the page can't reach the server."""
    began = now()
    scene.carry_on()
    page.wait_for_timeout(APART_MS)
    scene.apart.append((began, now()))


def retry(scene: Scene, page: Page) -> None:
    scene.director.release("reporter")
    end(scene.api, scene.job_id)
    scene.director.reset()
    scene.director.take(4, "charter")
    page.get_by_role("button", name="Try again").click()


def retry_untracked(scene: Scene, page: Page) -> None:
    """The flag is switched off in the middle of the first attempt, which stays tracked. The switch may end it early."""
    scene.switch("false")
    scene.is_tracked |= {2: False, 3: False}
    retry(scene, page)


def cancel(_: Scene, page: Page) -> None:
    page.get_by_role("button", name="Cancel analysis").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel analysis").click()


def expired_sign_in(scene: Scene, page: Page) -> None:
    page.route("**/api/**", lambda route: route.fulfill(status=401))
    page.route("**/oauth2/token", lambda route: route.fulfill(status=400, json={"error": "invalid_grant"}))
    dialog = page.get_by_role("dialog", name="Your session expired")
    expect(dialog).to_be_visible()
    be_apart(scene, page)
    page.unroute_all()
    sign_in(page)


def undisturbed(scene: Scene, _page: Page) -> None:
    scene.carry_on()


DISTURBANCES: list[Callable[[Scene, Page], None]] = [
    offline, expired_sign_in, cancel, retry, retry_untracked, undisturbed,
]  # fmt: skip


@pytest.mark.parametrize("number", range(RUNS))
def test_recorded_texts_never_contradict_history(
    visit: Visit, director: Director, stack: LocalStack, api: AlexApi, start_job: Start, number: int
) -> None:
    visit.expected = ("net::ERR", "401", "400")
    disturb = DISTURBANCES[number % len(DISTURBANCES)]
    chance = random.Random(number)
    scene = Scene(visit, director, stack, api)
    for agent in AGENTS:
        director.take(chance.uniform(2, 5), agent.name)
    director.hold("reporter")
    if disturb in {retry, retry_untracked}:
        director.fail("charter")
    recorder = Recorder(visit.context)
    try:
        scene.job_id = start_job()
        page = visit.tab(f"#/jobs/{scene.job_id}")
        expect(page.get_by_test_id("percent")).not_to_be_empty()
        page.wait_for_timeout(chance.uniform(0, 1500))
        disturb(scene, page)
        ended = "Cancelled" if disturb is cancel else "Done"
        page.wait_for_function("(ended) => document.title.startsWith(ended)", arg=ended)
        page.wait_for_timeout(1500)
    finally:
        scene.switch("true")
    job = api.get(f"/api/jobs/{scene.job_id}")
    facts = Facts(api.get(f"/api/jobs/{scene.job_id}/events")["events"], job["status"], scene.is_tracked, scene.apart)

    assert contradictions(recorder.shown, facts) == [], "\n".join(recorder.texts())
    assert any(shown.percent for shown in recorder.shown)
    assert len({shown.attempt for shown in recorder.shown}) > (disturb in {retry, retry_untracked})
