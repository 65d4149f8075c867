"""The small window that shows a running analysis on every other view."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Start
from tests.browser.directing import Director
from tests.browser.visiting import Visit, keeps_out, pass_until

STAYS_MS = 2000
#: The estimate rests on the jobs of earlier tests, too: it may be over before the job is.
LEFT = r"(About \d+ (seconds|minutes?) left|Any moment now|This is taking longer than usual)"
CLOSES = "Close the small progress window by itself, two seconds after success"


def window(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Your analysis")


def says(page: Page, text: str) -> Locator:
    return window(page).get_by_text(text, exact=True).first


def test_window_closes_two_seconds_after_success(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    job_id = start_job()
    page = visit.tab("#/analyses", stopped_clock=True)
    expect(window(page).get_by_role("progressbar")).to_be_visible()
    director.release()
    pass_until(page, says(page, "Your analysis is ready."))
    expect(window(page).get_by_role("link", name="Read the result")).to_have_attribute("href", f"#/jobs/{job_id}")
    page.clock.run_for(STAYS_MS - 300)
    expect(window(page)).to_be_visible()
    page.clock.run_for(600)
    expect(window(page)).to_have_count(0)


def test_window_stays_if_auto_close_is_off(visit: Visit, director: Director, start_job: Start) -> None:
    page = visit.tab("#/account")
    page.get_by_label(CLOSES).uncheck()
    director.hold()
    start_job()
    page = visit.tab("#/account", stopped_clock=True)
    expect(page.get_by_label(CLOSES)).not_to_be_checked()
    expect(window(page)).to_be_visible()
    director.release()
    pass_until(page, says(page, "Your analysis is ready."))
    page.clock.run_for(10 * STAYS_MS)
    expect(window(page)).to_be_visible()
    page.clock.resume()
    assert keeps_out(page, "window-done") == []
    window(page).get_by_role("button", name="Close this window").click()
    expect(window(page)).to_have_count(0)


def test_window_stays_after_failure(visit: Visit, director: Director, start_job: Start) -> None:
    director.hold()
    director.fail("charter")
    start_job("charts")
    page = visit.tab("#/analyses", stopped_clock=True)
    expect(window(page)).to_be_visible()
    director.release()
    pass_until(page, says(page, "The analysis failed."))
    page.clock.run_for(10 * STAYS_MS)
    expect(window(page).get_by_role("link", name="See why")).to_be_visible()


def test_window_shows_progress_on_other_views(visit: Visit, director: Director, start_job: Start) -> None:
    director.take(20, "reporter")
    page = visit.tab(f"#/jobs/{start_job()}")
    expect(page.get_by_test_id("times")).to_have_text(re.compile(rf"^{LEFT}$"))
    expect(page.get_by_role("region", name="Progress")).to_contain_text(re.compile("Rough estimate|earlier runs"))
    page.get_by_role("link", name="Analyses").click()
    expect(window(page)).to_contain_text(re.compile(rf"\d+% · {LEFT}"))
    assert keeps_out(page, "running-window") == []
