"""Nothing on the page moves by itself: the layout shift of a whole job, as browsers measure it (web.dev, "Cumulative
Layout Shift (CLS)"): moves within half a second after an input don't count.

The tests decide what arrives when, so that the page goes through the same states at any speed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from functions.shared.plans import STEP_NAMES
from scripts.api_client import AlexApi
from scripts.local.browser import sign_in
from tests.browser.conftest import Start, end
from tests.browser.directing import Director
from tests.browser.visiting import SIZES, Visit, pass_until

MOST = 0.005
"""The requirement is 0.02. Each move of the whole panel, by one line of text, is larger than this."""
RECORD = """
if (location.pathname === "/") new PerformanceObserver((list) => list.getEntries().forEach((shift) =>
  window.recordShift(JSON.stringify({
  value: shift.hadRecentInput ? 0 : shift.value, heading: document.querySelector("h1")?.textContent,
  moved: shift.sources.map(({node}) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 80)),
})))).observe({type: "layout-shift", buffered: true});
"""
"""The local issuer's own page, for signing in, doesn't count."""
NOTICED_MS = 200
"""The browser reports a shift after the frame in which it happened."""
LOOK_NOW = "dispatchEvent(new Event('online'))"
"""Makes the page send its next request immediately."""
SLOW = "Slower than usual: it stopped with an error and was started again."
"""The longest reason."""
JOB = re.compile(r"/api/jobs/[0-9a-f-]{36}(/stream)?$")
Job = dict[str, Any]
ON_TIME: Job = {"slow_reason": None}
Shifts = list[dict[str, Any]]


@pytest.fixture
def shifts(stranger: Visit) -> Shifts:
    """The layout shifts of all pages of the context."""
    shifts: Shifts = []
    stranger.context.expose_binding("recordShift", lambda _, shift: shifts.append(json.loads(shift)))
    stranger.context.add_init_script(RECORD)
    return shifts


class Server:
    """Changes the responses about a job: its finished sections are those of the sample, which have a real size."""

    def __init__(self, visit: Visit, api: AlexApi) -> None:
        self.sample = api.get("/api/sample")
        self.progress: Callable[[], Job] = dict
        """What to replace in the running job's progress."""
        self.slow: str | None = None
        """The step that runs and is slower than usual. No other step is."""
        visit.context.route(JOB, self._respond)

    def _respond(self, route: Route) -> None:
        response = route.fetch()
        if response.status != 200:
            route.fulfill(response=response)  # unchanged, without a body
        elif route.request.url.endswith("/stream"):
            lines = [self._line(line) for line in response.text().split("\n")]
            route.fulfill(response=response, body="\n".join(lines))
        else:
            route.fulfill(response=response, json=self._job(response.json()))

    def _line(self, line: str) -> str:
        """A line of the stream, whose data is a job."""
        field, _, value = line.partition(": ")
        if field != "data":
            return line
        data = json.loads(value)
        return f"data: {json.dumps(data | {'job': data['job'] and self._job(data['job'])})}"

    def _job(self, job: Job) -> Job:
        payloads = {key: self.sample.get(key) for key, value in job.items() if key.endswith("_payload") and value}
        progress = job["progress_data"]
        if progress and job["status"] == "running":
            agents = [agent | (slowly() if agent["name"] == self.slow else ON_TIME) for agent in progress["agents"]]
            payloads["progress_data"] = progress | {"agents": agents} | self.progress()
        return job | payloads


def slowly() -> Job:
    """The progress of a step that takes much longer than usual."""
    started = datetime.now(UTC) - timedelta(minutes=10, seconds=59)
    return {"status": "running", "started_at": started.isoformat(), "expected_seconds": 599, "slow_reason": SLOW}


def at_work(agent: str, minutes: int) -> Job:
    """The progress of a job that ends in so many minutes, while this agent works."""
    ends = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    return {"current_agent": agent, "estimated_completion": ends, "estimated_range": [ends, ends]}


def shows_every_text(page: Page, server: Server) -> None:
    """Go through every combination of a step's name and times of one or two lines."""
    panel = page.get_by_role("region", name="Progress")
    for agent, step in STEP_NAMES.items():
        for minutes, slow, words in (
            (50, None, "minutes left"),
            (-1, None, "This is taking longer than usual"),
            (1, agent, "so far, usually 9 min 59 s"),
        ):
            server.progress, server.slow = partial(at_work, agent, minutes), slow
            page.evaluate(LOOK_NOW)
            expect(panel.get_by_text(step.doing)).to_be_visible()
            expect(panel.get_by_text(words)).to_be_visible()
            expect(panel.get_by_text(SLOW)).to_have_count(int(slow is not None))
    server.slow = None


def has_ended(page: Page) -> None:
    expect(page.get_by_role("region", name="Progress")).to_have_count(0)
    expect(page.get_by_role("heading", name="What matters most")).to_be_visible()
    expect(page.get_by_role("button", name="Save the history")).to_be_visible()
    page.wait_for_timeout(NOTICED_MS)


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_from_landing_to_result(
    stranger: Visit, director: Director, api: AlexApi, shifts: Shifts, size: str
) -> None:
    director.hold()
    server = Server(stranger, api)
    page = stranger.new_tab()
    page.set_viewport_size(SIZES[size])
    page.goto(stranger.url)
    expect(page.locator(".fan-median")).to_be_visible()
    sign_in(page)
    page.get_by_role("button", name="Start the analysis").click()
    shows_every_text(page, server)
    for agent, section in (("retirement", "Retirement outlook"), ("charter", "Charts")):
        director.release(agent)
        expect(page.get_by_role("region", name=section, exact=True)).to_be_visible()
    director.release("reporter")
    has_ended(page)

    assert sum(shift["value"] for shift in shifts) < MOST, shifts


FORM = """(table) => ({
  isInCard: table.closest(".card") !== null,
  isAsWideAsPart: table.offsetWidth === table.closest(".part").offsetWidth,
  type: getComputedStyle(table).font, heading: table.closest(".prose").querySelector("h3").tagName,
  cells: [...table.tBodies[0].rows[0].cells].slice(0, 3).map((cell) =>
    cell.querySelector(".share-bar") ? "bar" : cell.textContent),
})"""
"""The form of a table of shares, and its first name, bar, and amount."""


def test_finished_charts_keep_their_form_after_the_end(
    visit: Visit, director: Director, api: AlexApi, start_job: Start
) -> None:
    director.hold()
    Server(visit, api)
    page = visit.tab(f"#/jobs/{start_job()}")
    director.release("charter")
    expect(page.get_by_role("region", name="Charts", exact=True)).to_be_visible()
    table = page.get_by_role("heading", name="Asset classes", exact=True).locator("xpath=following::table[1]")
    form = table.evaluate(FORM)
    director.release()
    expect(page.get_by_role("region", name="How the portfolio is invested")).to_be_visible()
    expect(page.get_by_role("region", name="Charts", exact=True)).to_have_count(0)
    assert table.evaluate(FORM) == form


def test_missing_goals_are_asked_for_in_the_same_card_after_the_end(
    visit: Visit, director: Director, api: AlexApi, start_job: Start
) -> None:
    director.hold()
    server = Server(visit, api)
    server.sample["retirement_payload"] |= {"success_rate": None, "assumptions": {}, "fan": [], "grid": None}
    page = visit.tab(f"#/jobs/{start_job()}")
    director.release("retirement")
    outlook = page.get_by_role("region", name="Retirement outlook", exact=True)
    card = page.get_by_role("region", name="Add your goals")
    expect(outlook.get_by_role("region")).to_have_count(1)
    text = card.inner_text()
    director.release()
    expect(page.get_by_role("heading", name="What matters most")).to_be_visible()
    expect(outlook).to_have_count(0)
    assert card.inner_text() == text


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_when_all_sections_arrive_with_the_end(
    visit: Visit, director: Director, api: AlexApi, start_job: Start, shifts: Shifts, size: str
) -> None:
    director.hold()
    server = Server(visit, api)
    server.progress = partial(at_work, "retirement", -1)
    job_id = start_job()
    page = visit.tab(f"#/jobs/{job_id}", stopped_clock=True)
    page.set_viewport_size(SIZES[size])
    pass_until(page, page.get_by_text("This is taking longer than usual"))
    page.wait_for_timeout(NOTICED_MS)
    shifts.clear()
    director.release()
    end(api, job_id)
    pass_until(page, page.get_by_text("Your report is ready.").first)
    pass_until(page, page.get_by_role("heading", name="What matters most"))
    pass_until(page, page.get_by_role("navigation", name="Parts of the result"))
    pass_until(page, page.get_by_role("button", name="Save the history"))
    has_ended(page)

    assert sum(shift["value"] for shift in shifts) < MOST, shifts


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_when_earlier_analyses_arrive(
    visit: Visit, api: AlexApi, start_job: Start, shifts: Shifts, size: str
) -> None:
    end(api, start_job())
    job = api.get("/api/jobs?status=completed&limit=1")["jobs"][0] | {"is_sample": False, "total_value": 1000}
    page_of_list = {
        "jobs": [job | {"id": str(n), "name": "A long name " * n} for n in range(4)],
        "next_cursor": None,
    }
    times = {"agent": "reporter", "runs": 9, "median_seconds": 5, "p90_seconds": 9, "jobs": 9, "failure_rate": 0}
    visit.context.route(re.compile(r"/api/jobs\?"), lambda route: route.fulfill(json=page_of_list))
    visit.context.route("**/api/stats", lambda route: route.fulfill(json={"agents": [times]}))
    page = visit.tab("#/account")
    page.set_viewport_size(SIZES[size])
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    page.wait_for_timeout(NOTICED_MS)
    shifts.clear()
    page.evaluate("location.hash = '#/analyses'")
    expect(page.get_by_role("figure", name="Value over time")).to_be_visible()
    expect(page.get_by_text("How long the steps take")).to_be_visible()
    page.wait_for_timeout(NOTICED_MS)

    assert sum(shift["value"] for shift in shifts) < MOST, shifts
