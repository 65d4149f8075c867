"""The small window that shows a running analysis on every other view."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Start
from tests.browser.directing import Director
from tests.browser.visiting import Visit, accessibility_violations, pass_until

LONG_MS = 20_000
UNDERWAY = re.compile("Pending|Running")
#: The estimate rests on the jobs of earlier tests, too: it may be over before the job is.
LEFT = r"(About \d+ (seconds|minutes?) left|Any moment now|This is taking longer than usual)"


def window(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Your analysis")


def text_in_window(page: Page, text: str) -> Locator:
    return window(page).get_by_text(text, exact=True).first


def test_window_stays_after_success_until_closed(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    job_id = start_job()
    page = visit.tab("#/analyses", stopped_clock=True)
    expect(window(page).get_by_role("progressbar")).to_be_visible()
    row = page.get_by_role("listitem").filter(has=page.locator(f"a[href='#/jobs/{job_id}']"))
    expect(row).to_contain_text(UNDERWAY)
    director.release()
    pass_until(page, text_in_window(page, "Your report is ready."))
    page.clock.run_for(LONG_MS)
    expect(row).not_to_contain_text(UNDERWAY)
    expect(window(page).get_by_role("link", name="View report")).to_have_attribute("href", f"#/jobs/{job_id}")
    page.clock.resume()
    assert accessibility_violations(page, "window-done") == []
    window(page).get_by_role("button", name="Close this window").click()
    expect(window(page)).to_have_count(0)


def test_window_stays_after_failure(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    director.fail("charter")
    start_job("charts")
    page = visit.tab("#/analyses", stopped_clock=True)
    expect(window(page)).to_be_visible()
    director.release()
    pass_until(page, text_in_window(page, "The analysis failed."))
    page.clock.run_for(LONG_MS)
    expect(window(page).get_by_role("link", name="See why")).to_be_visible()


def test_window_shows_progress_on_other_views(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    page = visit.tab(f"#/jobs/{start_job()}")
    expect(page.get_by_test_id("times")).to_have_text(re.compile(rf"^({LEFT}|.+ so far, usually\s.+)$"))
    expect(page.get_by_role("region", name="Progress")).to_contain_text(re.compile("Rough estimate|earlier runs"))
    page.get_by_role("link", name="Analyses").click()
    expect(window(page)).to_contain_text(re.compile(rf"\d+% · {LEFT}"))
    assert accessibility_violations(page, "running-window") == []
